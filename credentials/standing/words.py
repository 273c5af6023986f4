"""The words for what a holder asks about a level: renewal, and the correction of a name."""

from enum import StrEnum

from registry.platform.steps import Step


class AskedFor(StrEnum):
    """What a holder may ask."""

    RENEWAL = "renewal"  # another period of validity for a level
    NAME = "name"  # the name on record, and with it on certificates


class AskedStatus(StrEnum):
    """Where it stands, and whose move it is."""

    ASKED = "asked"  # an officer's
    PROPOSED = "proposed"  # a second officer's
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({AskedStatus.ASKED, AskedStatus.PROPOSED})
ANSWERED = frozenset({AskedStatus.GRANTED, AskedStatus.REFUSED})
"""Reasons are told with the decision, not before."""

PROPOSE_REPLY = Step("propose-reply", frozenset({AskedStatus.ASKED}), AskedStatus.PROPOSED)
RETURN_REPLY = Step("return-reply", frozenset({AskedStatus.PROPOSED}), AskedStatus.ASKED)
GRANT_ASKED = Step("grant-asked", frozenset({AskedStatus.PROPOSED}), AskedStatus.GRANTED)
REFUSE_ASKED = Step("refuse-asked", frozenset({AskedStatus.PROPOSED}), AskedStatus.REFUSED)
WITHDRAW_ASKED = Step("withdraw-asked", OPEN, AskedStatus.WITHDRAWN)
