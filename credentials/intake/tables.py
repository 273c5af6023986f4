"""Tables of the intake: rounds, what is filed with an application, notices, what was handed in."""

from piccolo.columns import JSON, UUID, Boolean, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from credentials.intake.words import EvidenceKind, WorkFunction
from credentials.tables import Application
from registry.platform.columns import link
from registry.tables import Account, Document, Organisation, TechnologyContract


class IntakeRound(Table, tablename="intake_round"):
    """Days on which applications for some levels are taken in; continuous without a last day."""

    id = UUID(primary_key=True)
    name = Varchar(length=100, default=None)
    levels = JSON(default=None, help_text='["junior", "mid"]')
    opens_on = Date(default=None)
    closes_on = Date(null=True, default=None, help_text="Last day; empty: continuous intake.")
    review_on = Date(null=True, default=None, help_text="When the panel is planned to meet.")
    opened_by = link(Account)
    opened_at = Timestamptz(default=None)


class Filing(Table, tablename="application_filing"):
    """What is filed with an application beside its statement; one row each."""

    id = UUID(primary_key=True)
    application = link(Application, unique=True)
    round = link(IntakeRound, null=True, help_text="Open on the day it was first handed in.")
    employer = link(Organisation, null=True)
    self_employed = Boolean(null=True, default=None, help_text="No employer; empty: not said.")
    achievement = Text(null=True, default=None, help_text="Major and new since the last refusal.")
    published_on = Date(null=True, default=None, help_text="First day inside the unit.")
    published_at = Text(null=True, default=None, help_text="Where inside the unit.")
    confirmed_on = Date(null=True, default=None)
    confirmed_by = link(Account, null=True)


class ClaimedFunction(Table, tablename="claimed_function"):
    """A work function an applicant claims, with their account of it. Once per application."""

    id = UUID(primary_key=True)
    application = link(Application)
    function = Varchar(length=20, choices=WorkFunction, default=None)
    account = Text(default=None)


class Evidence(Table, tablename="function_evidence"):
    """One piece of evidence for a claimed function. Added and taken out, never changed."""

    id = UUID(primary_key=True)
    application = link(Application)
    function = Varchar(length=20, choices=WorkFunction, default=None)
    kind = Varchar(length=20, choices=EvidenceKind, default=None)
    contract = link(TechnologyContract, null=True)
    text = Text(null=True, default=None, help_text="What was achieved, or is recommended.")
    day = Date(null=True, default=None, help_text="Of the achievement.")
    recommender = Varchar(length=100, null=True, default=None)
    unit = Varchar(length=200, null=True, default=None, help_text="The recommender's.")
    document = link(Document, null=True)
    added_at = Timestamptz(default=None)
    removed_at = Timestamptz(null=True, default=None)


class Submission(Table, tablename="application_submission"):
    """What an application said each time it was handed in. Append-only."""

    id = UUID(primary_key=True)
    application = link(Application)
    day = Date(default=None)
    made_at = Timestamptz(default=None)
    content = JSON(default=None, help_text="As credentials.intake.submissions.Content.")


class SupplementNotice(Table, tablename="supplement_notice"):
    """The notice that asks for everything missing at once. Append-only."""

    id = UUID(primary_key=True)
    application = link(Application)
    submission = link(Submission, help_text="What had been handed in.")
    asked_by = link(Account)
    asked_at = Timestamptz(default=None)


class SupplementItem(Table, tablename="supplement_item"):
    """One thing a notice asks for: the field to mend, and what. Append-only."""

    id = UUID(primary_key=True)
    notice = link(SupplementNotice)
    field = Varchar(length=60, default=None)
    words = Text(default=None)
