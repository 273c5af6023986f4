"""Tables of the certificates package."""

from piccolo.columns import (
    JSON,
    UUID,
    BigInt,
    Bytea,
    Date,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from certificates.words import Consent, StatementKind
from credentials.tables import Credential
from registry.platform.columns import link
from registry.tables import Account, Person


class Certificate(Table):
    """A certificate on record: its number, its code, and what its paper says.

    The row stands before the paper is signed; drawing it again from `face` gives the same bytes.
    A credential has at most one certificate that has not been replaced, by an index.
    """

    id = UUID(primary_key=True)
    number = Varchar(length=30, unique=True, default=None)
    code = Varchar(length=20, unique=True, default=None, help_text="Random, in groups.")
    credential = link(Credential)
    person = link(Person)
    holder_name = Varchar(length=100, default=None, help_text="As printed.")
    face = JSON(default=None, help_text="Everything that is drawn.")
    unsigned_sha256 = Varchar(length=64, default=None, help_text="Of the drawing before signing.")
    issued_on = Date(default=None)
    issued_by = link(Account, null=True, help_text="Empty when the command line issued it.")
    replaced_by = link(
        LazyTableReference("Certificate", module_path=__name__), null=True, unique=True
    )
    replaced_on = Date(null=True, default=None)


class CertificateFile(Table, tablename="certificate_file"):
    """The signed PDF of a certificate. Append-only."""

    id = UUID(primary_key=True)
    certificate = link(Certificate, unique=True)
    sha256 = Varchar(length=64, unique=True, default=None)
    content = Bytea(default=None)
    signed_at = Timestamptz(default=None)
    seal_serial = Varchar(length=60, default=None, help_text="Of the seal certificate, in hex.")


class Statement(Table):
    """A statement on record: its number, its code, and what its paper says. Append-only.

    Of the statements about one subject each but the first supersedes the one before it, so that
    the newest is the one that none supersedes; an index keeps the first from being two.
    """

    id = UUID(primary_key=True)
    number = Varchar(length=30, unique=True, default=None)
    code = Varchar(length=20, unique=True, default=None, help_text="Random, in groups.")
    kind = Varchar(length=20, choices=StatementKind, default=None)
    person = link(Person)
    subject = Varchar(length=80, default=None, help_text="What it is about, as table:id.")
    holder_name = Varchar(length=100, default=None, help_text="As printed.")
    face = JSON(default=None, help_text="Everything that is drawn.")
    unsigned_sha256 = Varchar(length=64, default=None, help_text="Of the drawing before signing.")
    issued_on = Date(default=None)
    issued_by = link(Account, help_text="Who asked for it: the person, or an officer.")
    supersedes = link(LazyTableReference("Statement", module_path=__name__), null=True, unique=True)


class StatementFile(Table, tablename="statement_file"):
    """The signed PDF of a statement. Append-only."""

    id = UUID(primary_key=True)
    statement = link(Statement, unique=True)
    sha256 = Varchar(length=64, unique=True, default=None)
    content = Bytea(default=None)
    signed_at = Timestamptz(default=None)
    seal_serial = Varchar(length=60, default=None, help_text="Of the seal certificate, in hex.")


class LogLeaf(Table, tablename="log_leaf"):
    """An entry of the transparency log. Only what it stands for can be taken away again."""

    leaf_index = BigInt(primary_key=True, default=None, help_text="0, 1, 2 … without a gap.")
    kind = Varchar(length=20, default=None, index=True)
    subject = Varchar(length=99, unique=True, default=None, help_text="What act it is about.")
    entry = Varchar(length=64, default=None, help_text="As published: salted hash, in hex.")
    salt = Varchar(length=32, null=True, default=None, help_text="In hex.")
    content = Text(null=True, default=None, help_text="Canonical JSON, hashed with the salt.")
    logged_at = Timestamptz(default=None)


class LogTile(Table, tablename="log_tile"):
    """256 hashes of the log's tree, or those of them that are there yet."""

    name = Varchar(length=30, primary_key=True, default=None, help_text="`level/index`")
    hashes = Bytea(default=None)


class LogHead(Table, tablename="log_head"):
    """How many entries the log has. One row; its lock is what puts entries in order."""

    id = Integer(primary_key=True, default=None)
    size = BigInt(default=None)


class LogCosignature(Table, tablename="log_cosignature"):
    """A witness's signature below a head: somebody else saw the log as it was. Append-only."""

    name = Varchar(length=200, primary_key=True, default=None, help_text="`size witness`")
    size = BigInt(default=None, index=True)
    line = Text(default=None, help_text="As signed notes write it.")
    added_at = Timestamptz(default=None)


class LogCheckpoint(Table, tablename="log_checkpoint"):
    """A head of the log as it was signed. Append-only: what was signed once stays true."""

    size = BigInt(primary_key=True, default=None)
    root = Varchar(length=64, default=None)
    note = Text(default=None)
    signed_at = Timestamptz(default=None)


class CertificateTwin(Table, tablename="certificate_twin"):
    """The credential that says for programs what the paper says, and where its status is kept.

    Append-only. (status_list, status_index) is unique, by an index.
    """

    id = UUID(primary_key=True)
    certificate = link(Certificate, unique=True)
    credential = Text(default=None, help_text="vc+jwt, as attached to the paper.")
    status_list = Integer(default=None, help_text="1, 2 …: one number for both purposes.")
    status_index = Integer(default=None, help_text="Drawn at random.")


class CertificateManifest(Table, tablename="certificate_manifest"):
    """A signed list of what was signed since the one before. Append-only."""

    id = UUID(primary_key=True)
    sequence = BigInt(unique=True, default=None, help_text="1, 2, 3 … without a gap.")
    token = Text(default=None, help_text="JWS under the seal: numbers, and hashes of the files.")
    sha256 = Varchar(length=64, default=None, help_text="Of the token; the next one names it.")
    made_at = Timestamptz(default=None)


class ManifestLine(Table, tablename="manifest_line"):
    """Which manifest lists a file; each is in one. Append-only."""

    id = UUID(primary_key=True)
    file = link(CertificateFile, unique=True)
    manifest = link(CertificateManifest)


class Watch(Table):
    """An employer who wants to be told when a certificate's status changes, if the holder agrees.

    Of each employer and certificate there is at most one that is open, by an index.
    """

    id = UUID(primary_key=True)
    certificate = link(Certificate)
    employer = link(Account, help_text="Who is told, by mail and by webhook.")
    purpose = Varchar(length=200, default=None, help_text="As the holder reads it.")
    status = Varchar(length=20, choices=Consent, default=None)
    asked_at = Timestamptz(default=None)
    decided_at = Timestamptz(null=True, default=None)


class WatchNotice(Table, tablename="watch_notice"):
    """One change of status that an employer is told of. (watch, act) is unique, by an index."""

    id = UUID(primary_key=True)
    watch = link(Watch)
    act = Varchar(length=60, default=None, help_text="What changed it: a step, or a replacement.")
    body = Text(default=None, help_text="JSON, as it is sent.")
    made_at = Timestamptz(default=None)


class Webhook(Table):
    """Where an employer's programs are told."""

    id = UUID(primary_key=True)
    employer = link(Account, unique=True)
    url = Varchar(length=500, default=None)
    secret = Text(default=None, help_text="Encrypted.")
    made_at = Timestamptz(default=None)


class ShareLink(Table, tablename="share_link"):
    """A link by which the holder shows parts of a certificate to whoever has it, for a time."""

    id = UUID(primary_key=True)
    certificate = link(Certificate)
    code = Varchar(length=40, unique=True, default=None, help_text="Random, 160 bits.")
    fields = JSON(default=None, help_text="What it reveals, a list of names.")
    note = Varchar(length=100, default=None, help_text="For the holder: whom it was made for.")
    made_at = Timestamptz(default=None)
    until = Date(default=None, help_text="The last day it opens.")
    revoked_at = Timestamptz(null=True, default=None)
    opened = Integer(default=None, help_text="How often.")


class CheckReceipt(Table, tablename="check_receipt"):
    """A signed receipt of one check of a certificate, for whoever made it. Append-only."""

    id = UUID(primary_key=True)
    number = Varchar(length=30, unique=True, default=None)
    code = Varchar(length=20, unique=True, default=None, help_text="Random, in groups.")
    certificate = link(Certificate)
    face = JSON(default=None, help_text="Everything that is drawn.")
    issued_on = Date(default=None)
    sha256 = Varchar(length=64, unique=True, default=None, help_text="Of the signed PDF.")
    content = Bytea(default=None)
    signed_at = Timestamptz(default=None)
    seal_serial = Varchar(length=60, default=None, help_text="Of the seal certificate, in hex.")
