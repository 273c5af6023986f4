"""The words of this package: what is taught, how and for what; and the statuses of its cases."""

from enum import StrEnum

from registry.platform.steps import Step


class Module(StrEnum):
    """What a course teaches: the four parts of the training outline, and what lies beside it."""

    PUBLIC_KNOWLEDGE = "public-knowledge"
    POLICY_AND_LAW = "policy-and-law"
    PRACTICAL_SKILLS = "practical-skills"
    ADVANCEMENT = "advancement"
    DEGREE_PROGRAMME = "degree-programme"  # 技术转移专业学位课程
    CONTINUING_PUBLIC = "continuing-public"  # 继续教育公需科目
    CONTINUING_PROFESSIONAL = "continuing-professional"  # 继续教育专业科目


class Mode(StrEnum):
    """How an hour was given."""

    FACE_TO_FACE = "face-to-face"
    LIVE_ONLINE = "live-online"
    RECORDED = "recorded"
    MENTORED_PRACTICE = "mentored-practice"


class Level(StrEnum):
    """What a course prepares for, lowest first; continuing education stands beside the levels."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"
    CONTINUING = "continuing"


class Assessment(StrEnum):
    """The outcome of a base's annual assessment."""

    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


class CourseStatus(StrEnum):
    """Where a course of the catalogue stands."""

    PROPOSED = "proposed"  # the bureau's move
    RETURNED = "returned"  # the base's move
    APPROVED = "approved"  # classes may be held
    RETIRED = "retired"


PROPOSE_AGAIN = Step("propose-again", frozenset({CourseStatus.RETURNED}), CourseStatus.PROPOSED)
APPROVE = Step("approve", frozenset({CourseStatus.PROPOSED}), CourseStatus.APPROVED)
RETURN = Step("return", frozenset({CourseStatus.PROPOSED}), CourseStatus.RETURNED)
RETIRE = Step("retire", frozenset({CourseStatus.APPROVED}), CourseStatus.RETIRED)


class ClassStatus(StrEnum):
    """Where a class session stands."""

    PLANNED = "planned"  # enrolment and attendance are being taken
    POSTED = "posted"  # its hours are in the ledger
    CANCELLED = "cancelled"


POST = Step("post", frozenset({ClassStatus.PLANNED, ClassStatus.POSTED}), ClassStatus.POSTED)
CANCEL = Step("cancel", frozenset({ClassStatus.PLANNED}), ClassStatus.CANCELLED)


class ImportStatus(StrEnum):
    """Where a file of hours stands."""

    WAITING = "waiting"  # large: the worker's move, to check it
    UNREADABLE = "unreadable"  # the worker could not read it; final
    CHECKED = "checked"  # read and reported on; nothing is in the ledger
    TAKING_IN = "taking-in"  # large: the worker's move, to post its rows
    IMPORTED = "imported"
    UNDONE = "undone"  # every line taken back; may be imported again


CHECK = Step("check", frozenset({ImportStatus.WAITING}), ImportStatus.CHECKED)
GIVE_UP = Step("give-up", frozenset({ImportStatus.WAITING}), ImportStatus.UNREADABLE)
ASK = Step("ask", frozenset({ImportStatus.CHECKED, ImportStatus.UNDONE}), ImportStatus.TAKING_IN)
GIVE_BACK = Step("give-back", frozenset({ImportStatus.TAKING_IN}), ImportStatus.WAITING)
TAKE_IN = Step(
    "take-in",
    frozenset({ImportStatus.CHECKED, ImportStatus.UNDONE, ImportStatus.TAKING_IN}),
    ImportStatus.IMPORTED,
)
CHECK_FILE = "import-check"
"""Job: check a large file of hours, by the id of its import."""
TAKE_FILE_IN = "import-take-in"
"""Job: post the rows of a large file, by the id of its import."""
UNDO = Step("undo", frozenset({ImportStatus.IMPORTED}), ImportStatus.UNDONE)


class Suspicion(StrEnum):
    """Why a ledger line is put before a reviewer."""

    TWO_PLACES = "two-places"
    DAY_TOO_LONG = "day-too-long"
    TRAVEL = "travel"
    COURSE_TWICE = "course-twice"
    USED_BEFORE = "used-before"
    ONE_ADDRESS = "one-address"
    SAMPLE = "sample"  # nothing is wrong: drawn by lot


REVIEW = "hours-review"
"""Job: look at the lines of some days, `<first>..<last>`, for overlaps and double claims."""


class FindingStatus(StrEnum):
    """Where a finding stands."""

    OPEN = "open"  # the bureau's move
    CLEARED = "cleared"
    UPHELD = "upheld"


CLEAR = Step("clear", frozenset({FindingStatus.OPEN}), FindingStatus.CLEARED)
UPHOLD = Step("uphold", frozenset({FindingStatus.OPEN}), FindingStatus.UPHELD)


class PairingStatus(StrEnum):
    """Where a mentor and a junior manager stand."""

    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"  # before the plan was done


COMPLETE = Step("complete", frozenset({PairingStatus.ACTIVE}), PairingStatus.COMPLETED)
END = Step("end", frozenset({PairingStatus.ACTIVE}), PairingStatus.ENDED)


class PracticeStatus(StrEnum):
    """Where one stretch of mentored practice stands."""

    REPORTED = "reported"  # by the one; the other's move
    CONFIRMED = "confirmed"  # by both; in the ledger
    DISPUTED = "disputed"


CONFIRM = Step("confirm", frozenset({PracticeStatus.REPORTED}), PracticeStatus.CONFIRMED)
DISPUTE = Step("dispute", frozenset({PracticeStatus.REPORTED}), PracticeStatus.DISPUTED)
