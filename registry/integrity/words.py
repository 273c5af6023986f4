"""The words of integrity cases: statuses, steps, measures, and what is asked about a record."""

from enum import StrEnum

from registry.platform.steps import Step


class CaseStatus(StrEnum):
    """Where a case stands, and whose move it is."""

    REPORTED = "reported"  # an officer's: accept or decline
    DECLINED = "declined"  # final: nothing to look into
    ACCEPTED = "accepted"  # the officer's: give notice
    NOTICED = "noticed"  # the person's: defend themselves, ask for a hearing
    DEFENDED = "defended"  # the officer's: put it before a panel
    HEARING = "hearing"  # the officer's: hold the hearing
    HEARD = "heard"  # the officer's: put it before a panel
    WITH_PANEL = "with-panel"  # the members': vote
    DISMISSED = "dismissed"  # final: no breach established
    DECIDED = "decided"  # the officer's: serve the decision
    SERVED = "served"  # final, unless the person asks for a review
    REVIEW = "review"  # an uninvolved officer's: propose
    REVIEW_PROPOSED = "review-proposed"  # a second uninvolved officer's: decide
    UPHELD = "upheld"  # final
    ANNULLED = "annulled"  # final: the record counts from no day


S = CaseStatus
ACCEPT = Step("accept", frozenset({S.REPORTED}), S.ACCEPTED)
DECLINE = Step("decline", frozenset({S.REPORTED}), S.DECLINED)
NOTIFY = Step("notify", frozenset({S.ACCEPTED}), S.NOTICED)
DEFEND = Step("defend", frozenset({S.NOTICED}), S.DEFENDED)
ASK_HEARING = Step("ask-hearing", frozenset({S.NOTICED, S.DEFENDED}), S.HEARING)
HOLD_HEARING = Step("hold-hearing", frozenset({S.HEARING}), S.HEARD)
NOTIFY_AGAIN = Step("notify-again", frozenset({S.NOTICED, S.DEFENDED, S.HEARD}), S.NOTICED)
CONVENE = Step("convene", frozenset({S.NOTICED, S.DEFENDED, S.HEARD}), S.WITH_PANEL)
DECIDE = Step("decide", frozenset({S.WITH_PANEL}), S.DECIDED)
DISMISS = Step("dismiss", frozenset({S.WITH_PANEL}), S.DISMISSED)
SERVE = Step("serve", frozenset({S.DECIDED}), S.SERVED)
ASK_REVIEW = Step("ask-review", frozenset({S.SERVED}), S.REVIEW)
PROPOSE_REVIEW = Step("propose-review", frozenset({S.REVIEW}), S.REVIEW_PROPOSED)
RETURN_REVIEW = Step("return-review", frozenset({S.REVIEW_PROPOSED}), S.REVIEW)
UPHOLD = Step("uphold", frozenset({S.REVIEW_PROPOSED}), S.UPHELD)
ANNUL = Step("annul", frozenset({S.REVIEW_PROPOSED}), S.ANNULLED)

CLOSED = frozenset({S.DECLINED, S.DISMISSED, S.UPHELD, S.ANNULLED})
KNOWN_TO_PERSON = frozenset(S) - {S.REPORTED, S.DECLINED, S.ACCEPTED}
"""From the notice on a case is the person's to read; before, there is nothing against them yet."""


class Source(StrEnum):
    """How a case came in."""

    REPORT = "report"  # somebody reported it
    FINDING = "finding"  # the office or a competent body found it


class Severity(StrEnum):
    """How serious a breach is, after the classes of credit repair."""

    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"


class Measure(StrEnum):
    """What a decision may order, lightest first."""

    REMINDER = "reminder"
    CRITICISM = "criticism"
    SUSPENSION = "suspension"  # of the levels held, until a day
    BAR = "bar"  # from applying, until a day
    WITHDRAWAL = "withdrawal"  # of the levels held, with a bar until a day

    @property
    def rank(self) -> int:
        """1 for the lightest."""
        return list(Measure).index(self) + 1

    @property
    def has_end(self) -> bool:
        """Whether the decision names a last day."""
        return self in {Measure.SUSPENSION, Measure.BAR, Measure.WITHDRAWAL}

    @property
    def bars(self) -> bool:
        """Whether the person cannot apply meanwhile."""
        return self in {Measure.BAR, Measure.WITHDRAWAL}


class RequestKind(StrEnum):
    """What somebody asks about a record on them."""

    OBJECTION = "objection"  # the record is wrong
    REPAIR = "repair"  # the duty is done: end the measure and the publication


class RequestStatus(StrEnum):
    """Where such a request stands."""

    ASKED = "asked"  # an officer's move
    PROPOSED = "proposed"  # a second officer's
    GRANTED = "granted"
    REFUSED = "refused"


PROPOSE_ANSWER = Step("propose-answer", frozenset({RequestStatus.ASKED}), RequestStatus.PROPOSED)
RETURN_ANSWER = Step("return-answer", frozenset({RequestStatus.PROPOSED}), RequestStatus.ASKED)
GRANT_REQUEST = Step("grant-request", frozenset({RequestStatus.PROPOSED}), RequestStatus.GRANTED)
REFUSE_REQUEST = Step("refuse-request", frozenset({RequestStatus.PROPOSED}), RequestStatus.REFUSED)


class Occasion(StrEnum):
    """Upon what somebody signs the practice code."""

    APPLICATION = "application"
    RENEWAL = "renewal"


class MeritKind(StrEnum):
    """What a positive record is about."""

    AWARD = "award"
    CONTRIBUTION = "contribution"


MEASURE_DECIDED = "integrity-measure"
"""Job about a record: its measure has been decided, or no longer counts."""
MEASURE_ENDS = "integrity-measure-ends"
"""Job about a record, due on the day after the last of its measure."""
