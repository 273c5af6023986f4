"""Tables of the certificates package."""

from piccolo.columns import JSON, UUID, Bytea, Date, LazyTableReference, Timestamptz, Varchar
from piccolo.table import Table

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
