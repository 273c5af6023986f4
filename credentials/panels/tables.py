"""Tables of panels: assessors, draws, score sheets, ballots, minutes, publications, objections."""

from piccolo.columns import JSON, UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from credentials.panels.words import (
    ObjectionStatus,
    Outcome,
    PanelStatus,
    ReviewStatus,
    SeatState,
    Tie,
)
from credentials.tables import Application
from credentials.words import Level
from registry.platform.columns import link
from registry.tables import Account, Person, Regulation


class Assessor(Table):
    """Somebody on the register of assessors."""

    id = UUID(primary_key=True)
    number = Varchar(length=20, unique=True, default=None, help_text="A-0001")
    account = link(Account, unique=True)
    person = link(Person, null=True, help_text="Where they are registered themselves.")
    employer = Varchar(length=200, default=None)
    specialties = Text(default=None)
    levels = JSON(default=None, help_text="Levels they may assess.")
    registered_by = link(Account)
    registered_at = Timestamptz(default=None)


class AssessorTerm(Table, tablename="assessor_term"):
    """Days on which an assessor may sit."""

    id = UUID(primary_key=True)
    assessor = link(Assessor)
    first_day = Date(default=None)
    last_day = Date(default=None)
    ended_on = Date(null=True, default=None, help_text="First day on which it no longer counts.")
    end_reason = Text(null=True, default=None)
    appointed_by = link(Account)
    appointed_at = Timestamptz(default=None)
    confirmed_by = link(Account, null=True, help_text="Another officer; empty: does not count yet.")
    end_asked_by = link(Account, null=True, help_text="Then: another officer's to confirm.")


class AssessorTie(Table, tablename="assessor_tie"):
    """A person or an organisation an assessor declares to be tied to. Append-only."""

    id = UUID(primary_key=True)
    assessor = link(Assessor)
    name = Varchar(length=200, default=None)
    reason = Text(default=None)
    declared_at = Timestamptz(default=None)


class Panel(Table):
    """A panel for applications of one level, drawn by lot."""

    id = UUID(primary_key=True)
    reference = Varchar(length=20, unique=True, default=None, help_text="PS-2026-000001")
    level = Varchar(length=10, choices=Level, default=None)
    status = Varchar(length=20, choices=PanelStatus, default=None, index=True)
    size = Integer(default=None, help_text="Seats; odd.")
    rules = link(Regulation, help_text="The procedure it follows.")
    commitment = Varchar(length=64, default=None, help_text="SHA-256 of the secret, in hex.")
    roll_digest = Varchar(
        length=64, null=True, default=None, help_text="SHA-256 of the frozen roll."
    )
    committed_on = Date(default=None)
    committed_by = link(Account)
    word = Varchar(length=100, null=True, default=None, help_text="Another officer's.")
    worded_by = link(Account, null=True)
    secret = Varchar(length=100, null=True, default=None, help_text="Once it is revealed.")
    revealed_on = Date(null=True, default=None)
    met_on = Date(null=True, default=None)
    opened_by = link(Account, null=True)
    abandoned_because = Text(null=True, default=None)
    abandonment_asked_by = link(Account, null=True, help_text="Then: another officer's to confirm.")


class PanelCase(Table, tablename="panel_case"):
    """One application before a panel. An application is before one panel at a time."""

    id = UUID(primary_key=True)
    panel = link(Panel)
    application = link(Application)
    place = Integer(default=None, help_text="By which members know it, in random order.")
    open = Boolean(default=None)
    yes = Integer(null=True, default=None, help_text="Counted when the meeting closes.")
    no = Integer(null=True, default=None)
    abstained = Integer(null=True, default=None)
    entitled = Integer(null=True, default=None, help_text="Members present without a conflict.")
    passed = Boolean(null=True, default=None)


class PoolMember(Table, tablename="panel_pool"):
    """An eligible assessor when a draw was committed to. Append-only."""

    id = UUID(primary_key=True)
    panel = link(Panel)
    assessor = link(Assessor)
    excluded = Varchar(length=10, choices=Tie, null=True, default=None, help_text="Then: why.")
    reason = Text(null=True, default=None)


class Seat(Table, tablename="panel_seat"):
    """Somebody in the order of a draw. (panel, assessor) is unique."""

    id = UUID(primary_key=True)
    panel = link(Panel)
    assessor = link(Assessor)
    place = Integer(default=None, help_text="In the order drawn; 1 takes the chair.")
    state = Varchar(length=10, choices=SeatState, default=None)
    present = Boolean(null=True, default=None, help_text="At the meeting; empty before.")


class Recusal(Table, tablename="panel_recusal"):
    """Why a member has no part in an application. Append-only; (case, assessor) is unique."""

    id = UUID(primary_key=True)
    panel_case = link(PanelCase)
    assessor = link(Assessor)
    tie = Varchar(length=10, choices=Tie, default=None)
    reason = Text(default=None)
    made_at = Timestamptz(default=None)


class Sheet(Table, tablename="score_sheet"):
    """A member's scores for one application; final. Append-only; (case, assessor) is unique."""

    id = UUID(primary_key=True)
    panel_case = link(PanelCase)
    assessor = link(Assessor)
    scores = JSON(default=None, help_text="Criterion to [points, note].")
    total = Integer(default=None, help_text="Weighted, in hundredths of a point.")
    submitted_at = Timestamptz(default=None)


class Voter(Table, tablename="panel_voter"):
    """That a member has voted on an application; not how. (case, assessor) is unique."""

    id = UUID(primary_key=True)
    panel_case = link(PanelCase)
    assessor = link(Assessor)


class Minutes(Table, tablename="panel_minutes"):
    """What a meeting came to. Append-only."""

    id = UUID(primary_key=True)
    panel = link(Panel, unique=True)
    body = Text(default=None, help_text="Canonical JSON.")
    digest = Varchar(length=64, default=None, help_text="SHA-256 of the body.")
    kept_by = link(Account)
    kept_at = Timestamptz(default=None)


class Publication(Table, tablename="result_publication"):
    """A panel's result before the public, for a number of working days."""

    id = UUID(primary_key=True)
    application = link(Application)
    published_on = Date(default=None)
    working_days = Integer(default=None, help_text="By the policy of that day.")
    masked_name = Varchar(length=100, default=None)
    unit = Varchar(length=200, null=True, default=None, help_text="Where the person agreed.")
    published_by = link(Account)
    ended_on = Date(null=True, default=None)


class Objection(Table, tablename="result_objection"):
    """An objection to a published result, named or anonymous."""

    id = UUID(primary_key=True)
    reference = Varchar(length=20, unique=True, default=None, help_text="YY-2026-000001")
    publication = link(Publication)
    status = Varchar(length=20, choices=ObjectionStatus, default=None, index=True)
    grounds = Text(default=None)
    objector_sealed = Text(null=True, default=None, help_text="Encrypted; empty: anonymous.")
    receipt_hash = Varchar(length=64, unique=True, default=None, help_text="SHA-256 of the code.")
    received_on = Date(default=None)
    reasons = Text(null=True, default=None)
    decided_by = link(Account, null=True)
    decided_on = Date(null=True, default=None)


class Review(Table, tablename="refusal_review"):
    """An applicant's request to have a refusal looked at again. Unique for each refusal."""

    id = UUID(primary_key=True)
    application = link(Application)
    refused_on = Date(default=None)
    status = Varchar(length=20, choices=ReviewStatus, default=None)
    grounds = Text(default=None)
    asked_on = Date(default=None)
    outcome = Varchar(length=10, choices=Outcome, null=True, default=None)
    reasons = Text(null=True, default=None)
    proposed_by = link(Account, null=True)
    decided_on = Date(null=True, default=None)
