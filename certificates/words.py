"""The words of this package: kinds of paper beside certificates, and what holders agree to."""

from enum import StrEnum

from registry.platform.steps import Step


class StatementKind(StrEnum):
    """What a statement is about."""

    ELIGIBILITY = "eligibility"  # a determination under a policy that an officer has confirmed
    HOURS = "hours"  # a person's hours in the ledger
    RECEIPT = "receipt"  # an application that was handed in


class Consent(StrEnum):
    """Where an employer's wish to follow a certificate stands, and whose move it is."""

    ASKED = "asked"  # the holder's move
    GIVEN = "given"  # the employer is told of changes, until either of them ends it
    REFUSED = "refused"  # final
    WITHDRAWN = "withdrawn"  # final, by the holder
    ENDED = "ended"  # final, by the employer


GIVE = Step("give", frozenset({Consent.ASKED}), Consent.GIVEN)
REFUSE = Step("refuse", frozenset({Consent.ASKED}), Consent.REFUSED)
WITHDRAW = Step("withdraw", frozenset({Consent.GIVEN}), Consent.WITHDRAWN)
END = Step("end", frozenset({Consent.ASKED, Consent.GIVEN}), Consent.ENDED)
BY_HOLDER = {step.name: step for step in (GIVE, REFUSE, WITHDRAW)}


class Field(StrEnum):
    """What a link may reveal of a certificate, beside whether it is in force."""

    NAME = "name"
    NUMBER = "number"
    LEVEL = "level"
    GRANTED_ON = "granted_on"
    VALID_UNTIL = "valid_until"


REPLACED = "certificate-replaced"
"""Job about a certificate that was replaced, for those who follow it; its subject is its id."""
