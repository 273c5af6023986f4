"""Tables of professional integrity: cases, their panels, records, requests, signatures, merits."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from registry.integrity.words import (
    CaseStatus,
    Measure,
    MeritKind,
    Occasion,
    RequestKind,
    RequestStatus,
    Severity,
    Source,
)
from registry.platform.columns import link
from registry.tables import Account, Document, Person, Regulation


class IntegrityCase(Table, tablename="integrity_case"):
    """Something to be looked into. It is no record and bars nobody."""

    id = UUID(primary_key=True)
    reference = Varchar(length=20, unique=True, default=None, help_text="CX-2026-000123")
    person = link(Person)
    status = Varchar(length=20, choices=CaseStatus, default=None, index=True)
    source = Varchar(length=10, choices=Source, default=None)
    alleged = Text(default=None, help_text="As it was reported.")
    ended_on = Date(default=None, help_text="When the conduct ended.")
    reported_by = link(Account)
    reported_on = Date(default=None)
    rules = link(Regulation, help_text="The procedure it is handled under, to its end.")
    handled_by = link(Account, null=True, help_text="Who accepted it.")
    accepted_on = Date(null=True, default=None)
    noticed_on = Date(null=True, default=None)
    notice_facts = Text(null=True, default=None)
    notice_basis = Text(null=True, default=None)
    notice_measure = Varchar(length=20, choices=Measure, null=True, default=None)
    defence = Text(null=True, default=None)
    hearing_minutes = Text(null=True, default=None)
    finding = Text(null=True, default=None, help_text="Before the panel: what is established.")
    reasons = Text(null=True, default=None)
    basis = Text(null=True, default=None)
    severity = Varchar(length=10, choices=Severity, null=True, default=None)
    measure = Varchar(length=20, choices=Measure, null=True, default=None)
    until = Date(null=True, default=None, help_text="Last day of the measure.")
    publish = Boolean(null=True, default=None, help_text="Whether the decision orders it.")
    vote_closed_by = link(Account, null=True, help_text="The chair, without waiting for absent.")
    decided_on = Date(null=True, default=None)
    served_on = Date(null=True, default=None)
    review_grounds = Text(null=True, default=None)
    review_proposal = Varchar(length=10, null=True, default=None, help_text="uphold or annul")
    review_reasons = Text(null=True, default=None)
    review_proposed_by = link(Account, null=True)


class CaseMember(Table, tablename="integrity_case_member"):
    """One member of the panel of a case, and that they voted; how is in `registry.ballots`.

    An alternate sits once they are called: when somebody before them stands aside.

    (case, account) is unique.
    """

    id = UUID(primary_key=True)
    case = link(IntegrityCase)
    account = link(Account)
    place = Integer(null=True, default=None, help_text="As named; the first who votes chairs.")
    voted_at = Timestamptz(null=True, default=None)
    alternate = Boolean(null=True, default=None, help_text="Named to take a seat that is left.")
    waits = Boolean(null=True, default=None, help_text="An alternate who was not called.")
    recused_because = Text(null=True, default=None, help_text="Then they no longer sit.")


class IntegrityRecord(Table, tablename="integrity_record"):
    """A decided breach of professional integrity, with four clocks that do not depend on another.

    The measure: `bars_from` to `bars_until`, the publication, the time it may be queried, and the
    time the file is kept.
    """

    id = UUID(primary_key=True)
    person = link(Person)
    behaviour = Text(default=None)
    decided_by = Varchar(length=200, default=None)
    basis = Text(default=None, help_text="Legal or charter basis the decision names.")
    bars_from = Date(default=None, help_text="First day on which it bars from applying.")
    bars_until = Date(
        null=True,
        default=None,
        help_text="Last such day; empty: until lifted; the day before bars_from: it never bars.",
    )
    lifted_on = Date(null=True, default=None, help_text="First day on which it no longer counts.")
    case = link(IntegrityCase, null=True, help_text="Unique, by an index.")
    severity = Varchar(length=10, choices=Severity, null=True, default=None)
    measure = Varchar(length=20, choices=Measure, null=True, default=None)
    decided_on = Date(null=True, default=None)
    until = Date(null=True, default=None, help_text="Last day of the measure.")
    published_until = Date(null=True, default=None, help_text="Last day; empty: not published.")
    queried_until = Date(null=True, default=None, help_text="Last day it may be queried.")
    kept_until = Date(null=True, default=None, help_text="Last day the file is kept.")
    annulled = Boolean(null=True, default=None, help_text="Then it never counted.")


class RecordRequest(Table, tablename="integrity_request"):
    """An objection to a record, or an application for its repair. One open a kind and record."""

    id = UUID(primary_key=True)
    record = link(IntegrityRecord)
    kind = Varchar(length=10, choices=RequestKind, default=None)
    status = Varchar(length=20, choices=RequestStatus, default=None)
    grounds = Text(default=None)
    undertaking = Boolean(default=None, help_text="Repair: publicly undertakes to keep the rules.")
    asked_on = Date(default=None)
    proposal = Varchar(length=10, null=True, default=None, help_text="grant or refuse")
    reasons = Text(null=True, default=None)
    proposed_by = link(Account, null=True)
    decided_on = Date(null=True, default=None)


class RecordExport(Table, tablename="integrity_export"):
    """A record that was given to an outside credit platform. Append-only.

    (record, platform) is unique, by an index.
    """

    id = UUID(primary_key=True)
    record = link(IntegrityRecord)
    platform = Varchar(length=200, default=None)
    catalogue = link(Regulation, help_text="The edition it was checked against.")
    entry = Varchar(length=60, default=None, help_text="Of that edition.")
    content = Text(default=None, help_text="What left, as JSON, to the letter.")
    exported_by = link(Account)
    exported_at = Timestamptz(default=None)


class CodeSignature(Table, tablename="practice_code_signature"):
    """Somebody's signature under an edition of the practice code. Append-only."""

    id = UUID(primary_key=True)
    person = link(Person)
    code = link(Regulation)
    occasion = Varchar(length=15, choices=Occasion, default=None)
    signed_at = Timestamptz(default=None)


class Merit(Table, tablename="integrity_merit"):
    """A positive record: an award or a contribution. Append-only.

    Whether it is published is a matter of `registry.consents`.
    """

    id = UUID(primary_key=True)
    person = link(Person)
    kind = Varchar(length=15, choices=MeritKind, null=True, default=None)
    title = Varchar(length=200, default=None)
    given_by = Varchar(length=200, default=None)
    given_on = Date(default=None)
    basis = Text(default=None, help_text="The document that says so.")
    evidence = link(Document, null=True, index=False)
    recorded_by = link(Account)
    recorded_at = Timestamptz(default=None)
