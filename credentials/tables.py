"""Tables of the credentials package."""

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    Date,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from credentials.standing.words import AskedFor, AskedStatus
from credentials.words import (
    Act,
    Basis,
    DecisionStatus,
    Level,
    Proposal,
    Standing,
    StandingReason,
    Status,
)
from registry.platform.columns import link
from registry.platform.tables import PolicyEdition
from registry.tables import Account, Document, Person, Regulation


class Application(Table):
    """One person's application for one level."""

    id = UUID(primary_key=True)
    reference = Varchar(length=20, unique=True, default=None, help_text="SQ-2026-000123-7KX4M")
    person = link(Person)
    level = Varchar(length=10, choices=Level, default=None)
    status = Varchar(length=20, choices=Status, default=None, index=True)
    statement = Text(default="", help_text="The applicant's own account of their work.")
    created_at = Timestamptz(default=None)
    saved_at = Timestamptz(default=None)
    submitted_on = Date(null=True, default=None, help_text="The last time.")
    supplement_asked = Text(null=True, default=None, help_text="What the office asks to mend.")
    procedure = link(Regulation, null=True, help_text="The edition it follows; empty for a draft.")
    vote_passed = Boolean(null=True, default=None, help_text="The panel's; empty: none has voted.")
    proposal = Varchar(length=10, choices=Proposal, null=True, default=None)
    grounds = Text(null=True, default=None, help_text="Of the proposal, then of the decision.")
    prepared_by = link(Account, null=True, help_text="Never the one who decides.")
    decided_by = link(Account, null=True)
    decided_on = Date(null=True, default=None)


class Declaration(Table):
    """What a person declares for the policies, or an officer found about it. Append-only.

    The newest line about a fact counts; one without value and day takes the fact back.
    """

    id = UUID(primary_key=True)
    person = link(Person)
    fact = Varchar(length=60, default=None, help_text="As policy documents name it.")
    value = JSON(null=True, default=None, help_text="A number, a choice, yes or no.")
    since = Date(null=True, default=None, help_text="Instead of a value: counted from this day.")
    counts = Varchar(length=6, null=True, default=None, help_text="Then: months or years.")
    basis = Varchar(length=10, choices=Basis, default=None)
    evidence = link(Document, null=True)
    day = Date(default=None, help_text="From which it is to count.")
    made_by = link(Account)
    made_at = Timestamptz(default=None)


class Determination(Table):
    """One answer of one policy edition about one person. Append-only; it can be replayed."""

    id = UUID(primary_key=True)
    person = link(Person)
    application = link(Application, null=True)
    edition = link(PolicyEdition)
    grade = Varchar(length=40, null=True, default=None, help_text="Asked about; none: the whole.")
    day = Date(default=None, help_text="The day the rules and facts are those of.")
    known_by = Date(null=True, default=None, help_text="Rules as published by then; none: the day.")
    made_at = Timestamptz(default=None)
    facts = JSON(default=None, help_text="Every fact, with the evidence behind it.")
    facts_digest = Varchar(length=64, default=None, help_text="SHA-256 of canonical JSON.")
    verdict = Varchar(length=10, default=None, help_text="yes, no or unknown")
    answer = JSON(default=None, help_text="Every clause, as found.")


class Confirmation(Table):
    """An officer's name under a determination. Append-only."""

    id = UUID(primary_key=True)
    determination = link(Determination, unique=True)
    confirmed_by = link(Account)
    confirmed_at = Timestamptz(default=None)
    note = Text(default=None)


class Credential(Table):
    """A level a person holds, from the day it was granted."""

    id = UUID(primary_key=True)
    person = link(Person)
    level = Varchar(length=10, choices=Level, default=None)
    application = link(Application, unique=True, help_text="One application, one credential.")
    determination = link(Determination)
    granted_on = Date(default=None)
    valid_until = Date(default=None, help_text="Last day.")
    status = Varchar(length=20, choices=Standing, default=None)
    status_since = Date(default=None)
    status_reason = Varchar(length=20, choices=StandingReason, null=True, default=None)
    suspended_until = Date(null=True, default=None, help_text="Last day of a suspension.")
    superseded_by = link(
        LazyTableReference("Credential", module_path=__name__),
        null=True,
        help_text="The higher level granted since.",
    )


class StandingLine(Table, tablename="standing_line"):
    """How a credential stands on certain days, and since when that is known. Append-only.

    (credential, place) is unique, by an index; `credentials.standing.history` reads it.
    """

    id = UUID(primary_key=True)
    credential = link(Credential, index=False)
    person = link(Person)
    place = Integer(default=None, help_text="1, 2, … within the credential.")
    status = Varchar(length=20, choices=Standing, default=None)
    reason = Varchar(length=20, choices=StandingReason, null=True, default=None)
    first_day = Date(default=None)
    last_day = Date(null=True, default=None, help_text="Empty: for good.")
    known_on = Date(default=None, help_text="The office's day it was decided or came about.")
    recorded_at = Timestamptz(default=None)


class HolderRequest(Table, tablename="holder_request"):
    """A renewal or a correction of the name that somebody asks for; two officers decide.

    An index lets one of a kind about a subject be open at a time.
    """

    id = UUID(primary_key=True)
    reference = Varchar(length=20, unique=True, default=None, help_text="DJ-2026-000123")
    kind = Varchar(length=10, choices=AskedFor, default=None)
    person = link(Person)
    credential = link(Credential, null=True, help_text="To renew.")
    status = Varchar(length=10, choices=AskedStatus, default=None)
    asked_on = Date(default=None)
    edition = link(PolicyEdition, null=True, help_text="The conditions it was checked against.")
    findings = JSON(default=None, help_text="Renewal: hours of each year. Name: the one before.")
    name = Varchar(length=100, null=True, default=None, help_text="As it is to be.")
    evidence = link(Document, null=True)
    grounds = Text(default=None, help_text="The holder's own words.")
    proposal = Varchar(length=10, choices=Proposal, null=True, default=None)
    reasons = Text(null=True, default=None, help_text="Of the proposal, then of the decision.")
    proposed_by = link(Account, null=True, help_text="Never the one who decides.")
    decided_on = Date(null=True, default=None)


class SeriesFile(Table, tablename="series_file"):
    """The file of yearly figures that amounts are compared with. Append-only; the newest counts."""

    id = UUID(primary_key=True)
    text = Text(default=None, help_text="The file, to the letter.")
    digest = Varchar(length=64, default=None, help_text="SHA-256 of the text.")
    loaded_at = Timestamptz(default=None)


class StandingDecision(Table, tablename="standing_decision"):
    """A decision of two officers about a level, other than as a measure of integrity."""

    id = UUID(primary_key=True)
    credential = link(Credential)
    status = Varchar(length=10, choices=DecisionStatus, default=None)
    act = Varchar(length=10, choices=Act, default=None)
    reason = Varchar(length=20, choices=StandingReason, default=None)
    until = Date(null=True, default=None, help_text="Last day of a suspension.")
    grounds = Text(default=None)
    proposed_by = link(Account)
    proposed_at = Timestamptz(default=None)
    decided_on = Date(null=True, default=None)
