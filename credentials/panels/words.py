"""The words of panels: statuses of panels, objections and reviews with their steps, and codes."""

from enum import StrEnum

from registry.platform.steps import Step


class PanelStatus(StrEnum):
    """Where a panel stands, and whose move it is."""

    COMMITTED = "committed"  # officers': another adds a word, the first reveals the seed
    DRAWN = "drawn"  # the members': score; then an officer's: open the meeting
    MEETING = "meeting"  # the members': vote; then an officer's: close it
    CLOSED = "closed"  # final
    ABANDONED = "abandoned"  # final: its applications need another panel
    FAILED = "failed"  # final: the lots left too few to sit; its applications need another panel


REVEAL = Step("reveal", frozenset({PanelStatus.COMMITTED}), PanelStatus.DRAWN)
FAIL = Step("fail", frozenset({PanelStatus.COMMITTED}), PanelStatus.FAILED)
OPEN_MEETING = Step("open-meeting", frozenset({PanelStatus.DRAWN}), PanelStatus.MEETING)
CLOSE_MEETING = Step("close-meeting", frozenset({PanelStatus.MEETING}), PanelStatus.CLOSED)
ABANDON = Step(
    "abandon",
    frozenset({PanelStatus.COMMITTED, PanelStatus.DRAWN, PanelStatus.MEETING}),
    PanelStatus.ABANDONED,
)


class SeatState(StrEnum):
    """What became of somebody in the order of a draw."""

    SEATED = "seated"
    ALTERNATE = "alternate"  # called when somebody before them leaves
    LEFT = "left"  # for a conflict of interest, or at the end of a term


class Tie(StrEnum):
    """What ties an assessor to an applicant, so that they do not assess them."""

    SELF = "self"
    EMPLOYER = "employer"  # the same, now or in the profile
    CONTRACT = "contract"  # the assessor's employer is a party to a contract, or they share one
    MENTOR = "mentor"  # either is or was the other's mentor
    TEACHER = "teacher"  # taught a class the applicant was enrolled in
    RECOMMENDER = "recommender"  # recommends the applicant in this application
    DECLARED = "declared"  # as the assessor says
    TERM = "term"  # none: the assessor's term is over


class Part(StrEnum):
    """What a score sheet asks about, weighted by the evaluation policy."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    EXPERIENCE = "experience"
    PERFORMANCE = "performance"


class Choice(StrEnum):
    """What a member may say in the secret vote; only a yes helps to pass."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class ObjectionStatus(StrEnum):
    """Where an objection to a published result stands."""

    RECEIVED = "received"  # an officer's: take it up or decline it
    TAKEN_UP = "taken-up"  # an uninvolved officer's: decide; the result is held
    DECLINED = "declined"  # final: not about this result, or nothing to look into
    DISMISSED = "dismissed"  # final: the result stands
    UPHELD = "upheld"  # final: another panel looks, or a refusal is prepared


TAKE_UP = Step("take-up", frozenset({ObjectionStatus.RECEIVED}), ObjectionStatus.TAKEN_UP)
DECLINE = Step("decline", frozenset({ObjectionStatus.RECEIVED}), ObjectionStatus.DECLINED)
DISMISS = Step("dismiss", frozenset({ObjectionStatus.TAKEN_UP}), ObjectionStatus.DISMISSED)
UPHOLD = Step("uphold", frozenset({ObjectionStatus.TAKEN_UP}), ObjectionStatus.UPHELD)
PENDING = frozenset({ObjectionStatus.RECEIVED, ObjectionStatus.TAKEN_UP})
"""While one of these is about it, no result is settled."""


class Ruling(StrEnum):
    """How an objection that was taken up is decided."""

    DISMISS = "dismiss"
    RECHECK = "recheck"  # upheld: a new panel
    REFUSE = "refuse"  # upheld: a refusal is prepared, for a second officer to decide


class ReviewStatus(StrEnum):
    """Where the review of a refusal stands."""

    ASKED = "asked"  # an uninvolved officer's: propose
    PROPOSED = "proposed"  # a second uninvolved officer's: decide
    STANDS = "stands"  # final: the refusal stands
    REOPENED = "reopened"  # final: the application is looked at again


class Outcome(StrEnum):
    """What a review may come to."""

    STAND = "stand"
    REOPEN = "reopen"


PROPOSE_OUTCOME = Step("propose-outcome", frozenset({ReviewStatus.ASKED}), ReviewStatus.PROPOSED)
RETURN_OUTCOME = Step("return-outcome", frozenset({ReviewStatus.PROPOSED}), ReviewStatus.ASKED)
LET_STAND = Step("let-stand", frozenset({ReviewStatus.PROPOSED}), ReviewStatus.STANDS)
REOPEN_CASE = Step("reopen-case", frozenset({ReviewStatus.PROPOSED}), ReviewStatus.REOPENED)

PUBLICATION_ENDS = "publication-ends"
"""Job about a publication, due on the morning after its last day."""
