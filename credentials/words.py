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
    CONFIRMING = "confirming"  # the employer's: publish inside the unit, confirm or decline
    SUBMITTED = "submitted"  # an officer's: return it, accept it, or prepare a decision
    RETURNED = "returned"  # the applicant's: supplement and submit again
    ACCEPTED = "accepted"  # an officer's: put it before a panel
    REVIEWING = "reviewing"  # the panel's: score, meet and vote
    VOTED = "voted"  # an officer's: publish the result, or prepare a refusal
    PUBLISHED = "published"  # everybody's: object within the period
    HELD = "held"  # an officer's: answer the objections
    PROPOSED = "proposed"  # a second officer's: decide
    GRANTED = "granted"  # final
    REFUSED = "refused"  # final
    WITHDRAWN = "withdrawn"  # final, by the applicant or for want of a supplement


class Proposal(StrEnum):
    """What the officer who prepared a decision proposes."""

    GRANT = "grant"
    REFUSE = "refuse"


OPEN = frozenset(Status) - {Status.GRANTED, Status.REFUSED, Status.WITHDRAWN}
"""An applicant has at most one application of a level in these."""

S = Status
SUBMIT = Step("submit", frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED)
HAND_TO_EMPLOYER = Step("hand-to-employer", SUBMIT.starts, S.CONFIRMING)
CONFIRM = Step("confirm", frozenset({S.CONFIRMING}), S.SUBMITTED)
NOT_CONFIRM = Step("not-confirm", frozenset({S.CONFIRMING}), S.RETURNED)
RETURN = Step("return", frozenset({S.SUBMITTED}), S.RETURNED)
ACCEPT = Step("accept", frozenset({S.SUBMITTED}), S.ACCEPTED)
CONVENE = Step("convene", frozenset({S.ACCEPTED}), S.REVIEWING)
DISSOLVE = Step("dissolve", frozenset({S.REVIEWING}), S.ACCEPTED)
VOTE = Step("vote", frozenset({S.REVIEWING}), S.VOTED)
PUBLISH = Step("publish", frozenset({S.VOTED}), S.PUBLISHED)
HOLD = Step("hold", frozenset({S.PUBLISHED}), S.HELD)
RESUME = Step("resume", frozenset({S.HELD}), S.PUBLISHED)
RECHECK = Step("recheck", frozenset({S.HELD}), S.ACCEPTED)
END_PUBLICATION = Step("end-publication", frozenset({S.PUBLISHED}), S.PROPOSED)
PROPOSE = Step("propose", frozenset({S.SUBMITTED, S.VOTED, S.HELD}), S.PROPOSED)
SEND_BACK = Step("send-back", frozenset({S.PROPOSED}), S.SUBMITTED)
SEND_BACK_TO_VOTE = Step("send-back-to-vote", frozenset({S.PROPOSED}), S.VOTED)
SEND_BACK_TO_PANEL = Step("send-back-to-panel", frozenset({S.PROPOSED}), S.ACCEPTED)
"""Where an objection to the vote has been upheld: the vote does not come back, a panel does."""
GRANT = Step("grant", frozenset({S.PROPOSED}), S.GRANTED)
REFUSE = Step("refuse", frozenset({S.PROPOSED}), S.REFUSED)
REOPEN = Step("reopen", frozenset({S.REFUSED}), S.ACCEPTED)
REOPEN_SIMPLE = Step("reopen-simple", frozenset({S.REFUSED}), S.SUBMITTED)
WITHDRAW = Step("withdraw", OPEN - {S.VOTED, S.PUBLISHED, S.HELD, S.PROPOSED}, S.WITHDRAWN)
"""Until a panel has voted or a decision is prepared: nobody walks out of the wait after failing."""
DEEM_WITHDRAWN = Step("deem-withdrawn", frozenset({S.RETURNED}), S.WITHDRAWN)
"""The last day for a supplement has passed."""

AMONG_OFFICERS = frozenset(
    step.name for step in (PROPOSE, SEND_BACK, SEND_BACK_TO_VOTE, SEND_BACK_TO_PANEL)
)
"""Steps whose notes officers write to each other; the applicant sees the step alone."""
DECIDED = frozenset({Status.GRANTED, Status.REFUSED})
"""Grounds are told with the decision, not before."""


class Standing(StrEnum):
    """Whether a level that was granted may be relied on."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"  # a higher level has been granted since
    LAPSED = "lapsed"  # its validity has ended


NOW_IN_FORCE = "credential-in-force"
"""Job about a credential: it has come into force, for the first time or again."""
STANDING_CHANGED = "standing-changed"
"""Job about a step a credential took after it was granted: suspended, revoked, in force again."""

SUSPEND = Step("suspend", frozenset({Standing.IN_FORCE}), Standing.SUSPENDED)
LIFT = Step("lift", frozenset({Standing.SUSPENDED}), Standing.IN_FORCE)
REVOKE = Step("revoke", frozenset(Standing) - {Standing.REVOKED}, Standing.REVOKED)

RESTORE = Step("restore", frozenset({Standing.REVOKED}), Standing.IN_FORCE)
"""Only where the decision that revoked it has been annulled."""


SUPERSEDE = Step("supersede", frozenset({Standing.IN_FORCE}), Standing.SUPERSEDED)
REINSTATE = Step("reinstate", frozenset({Standing.SUPERSEDED}), Standing.IN_FORCE)
"""Where the higher level has been revoked and this one's validity still runs."""
LAPSE = Step("lapse", frozenset({Standing.IN_FORCE, Standing.SUSPENDED}), Standing.LAPSED)
RENEW = Step("renew", frozenset({Standing.IN_FORCE, Standing.LAPSED}), Standing.IN_FORCE)


class Act(StrEnum):
    """What two officers may decide about a level."""

    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"


class DecisionStatus(StrEnum):
    """Where such a decision stands."""

    PROPOSED = "proposed"  # a second officer's move
    DECIDED = "decided"
    DROPPED = "dropped"


TAKE_STANDING = Step("decide", frozenset({DecisionStatus.PROPOSED}), DecisionStatus.DECIDED)
DROP_STANDING = Step("drop", frozenset({DecisionStatus.PROPOSED}), DecisionStatus.DROPPED)


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
