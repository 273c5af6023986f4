"""Tables of the common tools: history, audit, sessions, counters, jobs, editions of policies."""

from piccolo.columns import (
    JSON,
    UUID,
    BigInt,
    Boolean,
    Date,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from registry.platform.columns import link

ACCOUNT = LazyTableReference("Account", module_path="registry.tables")


class StepTaken(Table, tablename="step_taken"):
    """History: one line for every step any case in the house has taken. Append-only."""

    id = UUID(primary_key=True)
    subject = UUID(index=True, default=None, help_text="The row that moved.")
    step = Varchar(length=30, default=None)
    came_from = Varchar(length=20, default=None)
    went_to = Varchar(length=20, default=None)
    taken_by = link(ACCOUNT, null=True, help_text="Empty when a day came, not a person.")
    taken_at = Timestamptz(default=None)
    note = Text(null=True, default=None)


class AuditEntry(Table, tablename="audit_entry"):
    """Who did or read what: one hash-chained line each. Append-only."""

    sequence = BigInt(primary_key=True, default=None, help_text="1, 2, 3 … without a gap.")
    at = Varchar(length=32, default=None, help_text="UTC, ISO 8601: hashed as written.")
    account = UUID(
        null=True, default=None, index=True, help_text="Empty: the public, or a command."
    )
    role = Varchar(length=20, default=None)
    address = Varchar(length=45, default=None)
    action = Varchar(length=60, default=None, index=True)
    subject = Varchar(length=80, default=None, index=True, help_text="`table:id`")
    detail = Text(default=None, help_text="Canonical JSON without personal data.")
    previous = Varchar(length=64, default=None, help_text="Hash of the line before.")
    hash = Varchar(length=64, default=None)


class AuditHead(Table, tablename="audit_head"):
    """The last line of the audit chain. One row; its lock is what puts lines in order."""

    id = Integer(primary_key=True, default=None)
    sequence = BigInt(default=None)
    hash = Varchar(length=64, default=None)


class Session(Table):
    """A signed-in browser or program."""

    id = Varchar(length=64, primary_key=True, default=None, help_text="SHA-256 of the cookie.")
    account = link(ACCOUNT)
    begun_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None, help_text="To the minute.")
    address = Varchar(length=45, default=None)
    agent = Varchar(length=200, default=None)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    """One attempt to sign in; counted to lock a door that somebody is trying."""

    id = UUID(primary_key=True)
    login = Varchar(length=64, default=None, index=True, help_text="SHA-256 of what was typed.")
    address = Varchar(length=45, default=None, index=True)
    at = Timestamptz(default=None)
    failed = Boolean(default=None)


class UsedCode(Table, tablename="used_code"):
    """A one-time code that has been used: (account, time step) is unique, by an index."""

    id = UUID(primary_key=True)
    account = link(ACCOUNT)
    time_step = BigInt(default=None, help_text="RFC 6238 T: 30-second steps since 1970.")


class Counter(Table):
    """Numbers given out without a gap: the row's lock lasts until the number is on record."""

    name = Varchar(length=60, primary_key=True, default=None)
    value = BigInt(default=None, help_text="The last number given out.")


class Job(Table):
    """Something to be done after an act is committed; gone once it is done."""

    name = Varchar(length=140, primary_key=True, default=None, help_text="`kind subject`")
    kind = Varchar(length=40, default=None)
    subject = Varchar(length=99, default=None, help_text="What it is about: an id, as a rule.")
    due_at = Timestamptz(default=None, index=True, help_text="Or, at work, when it counts as lost.")
    attempts = Integer(default=None)
    trouble = Varchar(length=200, null=True, default=None, help_text="Why it last failed.")


class PolicyEdition(Table, tablename="policy_edition"):
    """One dated edition of a policy document. Append-only.

    (document, effective_from, published) is unique, by an index.
    There is no end date on purpose: an edition holds until the next one, so gaps and overlaps
    cannot be written down.
    """

    id = UUID(primary_key=True)
    document = Varchar(length=60, default=None)
    effective_from = Date(default=None)
    published = Date(default=None, help_text="Day from which a decider could know it.")
    title = Varchar(length=200, default=None)
    source = Text(default=None, help_text="Issuer, document number, where it is published.")
    status = Varchar(length=30, default=None)
    text = Text(default=None, help_text="The file, to the letter.")
    digest = Varchar(length=64, default=None, help_text="SHA-256 of its canonical JSON.")
    body = JSON(default=None, help_text="The parsed file.")


class Tally(Table):
    """How much somebody has asked for within one window of time; gone some time after it."""

    name = Varchar(length=120, primary_key=True, default=None, help_text="`kind who window`")
    used = BigInt(default=None)
    ends_at = Timestamptz(default=None, index=True)
