"""The words of this package: levels, statuses of applications and credentials, and their steps."""

from enum import StrEnum

from registry.platform.steps import Step


class Level(StrEnum):
    """The three levels of a technology manager, lowest first."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Status(StrEnum):
    """Where an application stands, and whose move it is."""

    DRAFT = "draft"  # the applicant's move
    SUBMITTED = "submitted"  # an officer's move: return it, or prepare a decision
    RETURNED = "returned"  # the applicant's move: supplement and submit again
    PROPOSED = "proposed"  # a second officer's move: decide
    GRANTED = "granted"  # final
    REFUSED = "refused"  # final
    WITHDRAWN = "withdrawn"  # final, by the applicant


class Proposal(StrEnum):
    """What the officer who prepared a decision proposes."""

    GRANT = "grant"
    REFUSE = "refuse"


OPEN = frozenset({Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.PROPOSED})
"""An applicant has at most one application of a level in these."""

SUBMIT = Step("submit", frozenset({Status.DRAFT, Status.RETURNED}), Status.SUBMITTED)
RETURN = Step("return", frozenset({Status.SUBMITTED}), Status.RETURNED)
PROPOSE = Step("propose", frozenset({Status.SUBMITTED}), Status.PROPOSED)
SEND_BACK = Step("send-back", frozenset({Status.PROPOSED}), Status.SUBMITTED)
GRANT = Step("grant", frozenset({Status.PROPOSED}), Status.GRANTED)
REFUSE = Step("refuse", frozenset({Status.PROPOSED}), Status.REFUSED)
WITHDRAW = Step(
    "withdraw",
    frozenset({Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.PROPOSED}),
    Status.WITHDRAWN,
)

AMONG_OFFICERS = frozenset({PROPOSE.name, SEND_BACK.name})
"""Steps whose notes officers write to each other; the applicant sees the step alone."""
DECIDED = frozenset({Status.GRANTED, Status.REFUSED})
"""Grounds are told with the decision, not before."""


class Standing(StrEnum):
    """Whether a level that was granted may be relied on; expiry is a day, not a status."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


NOW_IN_FORCE = "credential-in-force"
"""Job about a credential: it has come into force, for the first time or again."""

SUSPEND = Step("suspend", frozenset({Standing.IN_FORCE}), Standing.SUSPENDED)
LIFT = Step("lift", frozenset({Standing.SUSPENDED}), Standing.IN_FORCE)
REVOKE = Step("revoke", frozenset({Standing.IN_FORCE, Standing.SUSPENDED}), Standing.REVOKED)

RESTORE = Step("restore", frozenset({Standing.REVOKED}), Standing.IN_FORCE)
"""Only where the decision that revoked it has been annulled."""


class Act(StrEnum):
    """What two officers may decide about a level."""

    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"


class DecisionStatus(StrEnum):
    """Where such a decision stands."""

    PROPOSED = "proposed"  # a second officer's move
    DECIDED = "decided"


TAKE_STANDING = Step("decide", frozenset({DecisionStatus.PROPOSED}), DecisionStatus.DECIDED)


class StandingReason(StrEnum):
    """Why a level was suspended or revoked: the class, never the details."""

    INTEGRITY = "integrity"  # a decided breach of professional integrity
    FRAUD = "fraud"  # obtained by false information
    REQUEST = "request"  # at the holder's own request
    ERROR = "error"  # granted by mistake


HELD = frozenset(
    {
        "age",
        "born_on",
        "class_minutes",
        "contract_fen",
        "contracts",
        "education",
        "held_level",
        "held_months",
        "identity_recorded",
        "integrity_bars",
        "practice_months",
    }
)
"""Facts the register itself holds, from profile, ledger and decisions: nobody declares them."""


class Basis(StrEnum):
    """What stands behind a fact about a person."""

    RECORD = "record"  # the register's own records, or another authority's that an officer saw
    DOCUMENT = "document"  # a file the person supplied
    DECLARED = "declared"  # the person's word
