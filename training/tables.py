"""Tables of the training package: bases, courses, classes, the hours ledger, imports, mentors."""

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    Bytea,
    Date,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from registry.platform.columns import link
from registry.tables import Account, Organisation, Person
from training.words import (
    Assessment,
    ClassStatus,
    CourseStatus,
    FindingStatus,
    ImportStatus,
    Level,
    Mode,
    Module,
    PairingStatus,
    PracticeStatus,
    Suspicion,
)


class Accreditation(Table):
    """The bureau's leave to train, for a time; a renewal is another row."""

    id = UUID(primary_key=True)
    base = link(Organisation)
    number = Varchar(length=60, unique=True, default=None, help_text="Of the bureau's decision.")
    first_day = Date(default=None)
    last_day = Date(default=None)
    granted_by = link(Account, null=True)
    granted_at = Timestamptz(default=None)


class AccreditedScope(Table, tablename="accredited_scope"):
    """One module a base may teach for one level. (accreditation, level, module) is unique."""

    id = UUID(primary_key=True)
    accreditation = link(Accreditation)
    level = Varchar(length=20, choices=Level, default=None)
    module = Varchar(length=30, choices=Module, default=None)


class Suspension(Table):
    """Days on which an accreditation does not count."""

    id = UUID(primary_key=True)
    accreditation = link(Accreditation)
    first_day = Date(default=None)
    last_day = Date(null=True, default=None, help_text="Empty: until lifted.")
    reason = Text(default=None)
    lifted_from = Date(null=True, default=None, help_text="First day that counts again.")
    suspended_by = link(Account)
    suspended_at = Timestamptz(default=None)


class AnnualAssessment(Table, tablename="annual_assessment"):
    """The bureau's yearly judgement of a base. (accreditation, year) is unique."""

    id = UUID(primary_key=True)
    accreditation = link(Accreditation)
    year = Integer(default=None)
    outcome = Varchar(length=20, choices=Assessment, default=None)
    note = Text(default=None)
    assessed_by = link(Account)
    assessed_at = Timestamptz(default=None)


class Course(Table):
    """A course of the catalogue: proposed by a base, approved by the bureau."""

    id = UUID(primary_key=True)
    base = link(Organisation)
    status = Varchar(length=20, choices=CourseStatus, default=None)
    title = Varchar(length=200, default=None)
    level = Varchar(length=20, choices=Level, default=None)
    module = Varchar(length=30, choices=Module, default=None)
    minutes = Integer(default=None, help_text="Length of the whole course.")
    syllabus = Text(default=None)
    pass_mark = Integer(null=True, default=None, help_text="Of 100; empty: no examination.")
    proposed_by = link(Account)
    proposed_at = Timestamptz(default=None)


class ClassSession(Table, tablename="class_session"):
    """One meeting of a class. (base, code) is unique."""

    id = UUID(primary_key=True)
    course = link(Course)
    base = link(Organisation)
    status = Varchar(length=20, choices=ClassStatus, default=None)
    code = Varchar(length=40, default=None, help_text="The base's own number for it.")
    mode = Varchar(length=30, choices=Mode, default=None)
    place = Varchar(length=200, null=True, default=None, help_text="Address or room.")
    address = Varchar(length=500, null=True, default=None, help_text="Web address, if online.")
    latitude = Integer(null=True, default=None, help_text="Millionths of a degree, WGS 84.")
    longitude = Integer(null=True, default=None, help_text="Millionths of a degree, WGS 84.")
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    teacher = Varchar(length=100, default=None)
    capacity = Integer(default=None)
    planned_by = link(Account)
    planned_at = Timestamptz(default=None)


class Enrolment(Table):
    """A person in a class, with what became of it. (class_session, person) is unique."""

    id = UUID(primary_key=True)
    class_session = link(ClassSession)
    person = link(Person)
    enrolled_by = link(Account)
    enrolled_at = Timestamptz(default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    minutes = Integer(null=True, default=None, help_text="Attended; empty: not taken yet.")
    signed_in_from = Varchar(length=45, null=True, default=None, help_text="Network address.")
    signed_in_at = Timestamptz(null=True, default=None)
    score = Integer(null=True, default=None, help_text="Of the examination, of 100.")


class ImportRun(Table, tablename="import_run"):
    """One file of hours. (base, sha256) is unique: the same file is the same run."""

    id = UUID(primary_key=True)
    base = link(Organisation)
    status = Varchar(length=20, choices=ImportStatus, default=None)
    name = Varchar(length=200, default=None)
    sha256 = Varchar(length=64, default=None)
    content = Bytea(default=None)
    total = Integer(default=None, help_text="Rows read.")
    refused = Integer(default=None, help_text="Rows that could not be taken.")
    accepted = Integer(default=None, help_text="Rows now in the ledger.")
    uploaded_by = link(Account)
    uploaded_at = Timestamptz(default=None)
    imported_at = Timestamptz(null=True, default=None)
    done = Integer(null=True, default=None, help_text="Rows the worker has checked so far.")
    report = JSON(null=True, default=None, help_text="What the worker found; empty: told at once.")


class HoursEntry(Table, tablename="hours_entry"):
    """One line of the hours ledger. Append-only; a mistake gets a reversing line.

    (base, reference) is unique, by an index in the migrations; another begins with the person. Each
    index costs as much as the line itself, so there are no more of them than are asked.
    """

    id = UUID(primary_key=True)
    person = link(Person, index=False)
    base = link(Organisation, index=False, help_text="The training base that vouches for it.")
    reference = Varchar(length=60, default=None, help_text="The base's own number for it.")
    course = Varchar(length=200, default=None)
    module = Varchar(length=30, choices=Module, default=None)
    mode = Varchar(length=30, choices=Mode, default=None)
    held_on = Date(default=None, help_text="Day of the class.")
    minutes = Integer(default=None, help_text="Earned; negative in a reversal.")
    offered_minutes = Integer(default=None, help_text="Length of the class.")
    reverses = link(
        LazyTableReference("HoursEntry", module_path=__name__),
        null=True,
        unique=True,
        index=False,
        help_text="The entry this one takes back; each at most once.",
    )
    reason = Text(null=True, default=None, help_text="Of a reversal, or of a late posting.")
    recorded_by = link(Account, index=False)
    recorded_at = Timestamptz(default=None)
    level = Varchar(length=20, choices=Level, null=True, default=None)
    class_session = link(ClassSession, null=True, help_text="Empty: recorded without a class.")
    import_run = link(ImportRun, null=True)
    evidence = Varchar(length=64, null=True, default=None, help_text="SHA-256 of what proves it.")


class HoursUse(Table, tablename="hours_use"):
    """A ledger line that was counted for a level granted. Append-only; (entry, level) unique."""

    id = UUID(primary_key=True)
    entry = link(HoursEntry)
    level = Varchar(length=20, choices=Level, default=None)
    used_on = Date(default=None)


class PeriodClose(Table, tablename="period_close"):
    """A calendar month of the ledger that was closed, with a hash of its lines. Append-only."""

    id = UUID(primary_key=True)
    month = Date(unique=True, default=None, help_text="Its first day.")
    lines = Integer(default=None)
    minutes = Integer(default=None)
    digest = Varchar(length=64, default=None, help_text="SHA-256 over its lines, in order of id.")
    closed_on = Date(default=None)
    closed_by = link(Account)
    closed_at = Timestamptz(default=None)


class OverlapReview(Table, tablename="overlap_review"):
    """A look at the lines of some days for overlaps and double claims. Append-only.

    (first_day, last_day, state) is unique: the same lines are not looked at twice.
    """

    id = UUID(primary_key=True)
    first_day = Date(default=None)
    last_day = Date(default=None)
    state = Varchar(length=64, default=None, help_text="SHA-256 of the lines and the figures.")
    lines = Integer(default=None)
    found = Integer(default=None)
    added = Integer(default=None, help_text="Findings that were not known before.")
    reviewed_by = link(Account, null=True, help_text="Empty: it followed upon an act.")
    reviewed_at = Timestamptz(default=None)


class AuditDraw(Table, tablename="audit_draw"):
    """A random sample of ledger lines that anybody can draw again from its seed. Append-only."""

    id = UUID(primary_key=True)
    first_day = Date(default=None)
    last_day = Date(default=None)
    seed = Varchar(length=100, default=None, help_text="Published with the draw.")
    population = Integer(default=None)
    drawn = Integer(default=None)
    edition = UUID(default=None, help_text="Of the policy that sets the share.")
    drawn_by = link(Account)
    drawn_at = Timestamptz(default=None)


class Finding(Table):
    """Something about a ledger line that somebody has to look at. `fingerprint` is unique."""

    id = UUID(primary_key=True)
    status = Varchar(length=20, choices=FindingStatus, default=None)
    kind = Varchar(length=20, choices=Suspicion, default=None)
    entry = link(HoursEntry)
    other = link(HoursEntry, null=True, help_text="The line it collides with.")
    confidence = Integer(default=None, help_text="Per cent; 0 for a line drawn by lot.")
    facts = JSON(default=None, help_text="Figures of the explanation; no personal data.")
    fingerprint = Varchar(length=64, unique=True, default=None)
    draw = link(AuditDraw, null=True)
    found_at = Timestamptz(default=None)
    decided_by = link(Account, null=True)
    decided_at = Timestamptz(null=True, default=None)
    grounds = Text(null=True, default=None)


class Mentor(Table):
    """A senior manager who takes juniors along, on the register for a time."""

    id = UUID(primary_key=True)
    person = link(Person)
    qualification = Text(default=None)
    capacity = Integer(default=None, help_text="Pairings at once.")
    first_day = Date(default=None)
    last_day = Date(default=None)
    terms_agreed_at = Timestamptz(default=None)
    registered_by = link(Account)


class Pairing(Table):
    """A mentor and a junior manager, with a plan and, at its end, a note of the outcome."""

    id = UUID(primary_key=True)
    mentor = link(Mentor)
    person = link(Person, help_text="The junior manager.")
    base = link(Organisation, help_text="The base that vouches for the hours.")
    status = Varchar(length=20, choices=PairingStatus, default=None)
    plan = Text(default=None)
    planned_minutes = Integer(default=None)
    began_on = Date(default=None)
    outcome = Text(null=True, default=None)
    paired_by = link(Account)


class Practice(Table):
    """One stretch of mentored practice: reported by one of the two, confirmed by the other."""

    id = UUID(primary_key=True)
    pairing = link(Pairing)
    status = Varchar(length=20, choices=PracticeStatus, default=None)
    held_on = Date(default=None)
    minutes = Integer(default=None)
    activity = Text(default=None)
    by_mentor = Boolean(default=None, help_text="Whether the mentor reported it.")
    reported_by = link(Account)
    reported_at = Timestamptz(default=None)
    entry = link(HoursEntry, null=True, help_text="The ledger line, once both agree.")
