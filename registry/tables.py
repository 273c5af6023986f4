"""Tables of the registry package: people, their profiles, organisations, accounts."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from registry.platform.columns import link
from registry.platform.permissions import Role
from registry.words import ContractRole, Degree, IdentityKind, OrganisationKind, TitleLevel


class Person(Table):
    """A natural person known to the registry. Identity stands empty until they have given it."""

    id = UUID(primary_key=True)
    number = Varchar(length=20, unique=True, default=None, help_text="Registry number, P-000123.")
    name = Varchar(length=100, null=True, default=None)
    identity_kind = Varchar(length=20, choices=IdentityKind, null=True, default=None)
    identity_sealed = Text(null=True, default=None, help_text="Encrypted: vault, place by row.")
    identity_index = Varchar(
        length=32, null=True, default=None, unique=True, help_text="Blind index of kind and number."
    )
    born_on = Date(null=True, default=None)
    nationality = Varchar(length=3, null=True, default=None, help_text="ISO 3166-1 alpha-3.")
    identity_recorded_on = Date(null=True, default=None)
    registered_at = Timestamptz(default=None)


class Organisation(Table):
    """A training base, an employer, or the bureau itself."""

    id = UUID(primary_key=True)
    kind = Varchar(length=20, choices=OrganisationKind, default=None)
    name = Varchar(length=200, unique=True, default=None)
    name_en = Varchar(length=200, default=None)
    active = Boolean(default=True)


class Account(Table):
    """Somebody who can sign in: for themselves (`person`) or for an organisation."""

    id = UUID(primary_key=True)
    login = Varchar(length=254, unique=True, default=None, help_text="Lower case.")
    password_hash = Varchar(length=255, default=None, secret=True)
    role = Varchar(length=20, choices=Role, default=None)
    display_name = Varchar(length=100, default=None)
    person = link(Person, null=True)
    organisation = link(Organisation, null=True)
    same_as = link(
        Person, null=True, help_text="Who signs in for an office and is registered themselves."
    )
    employer = Varchar(
        length=200, null=True, default=None, help_text="Where an assessor works, to tell ties."
    )
    totp_sealed = Text(null=True, default=None, help_text="Encrypted second-factor secret.")
    active = Boolean(default=True)
    created_at = Timestamptz(default=None)


class Consent(Table):
    """What a person agreed to have done with their data, in which words, and when. Append-only."""

    id = UUID(primary_key=True)
    person = link(Person)
    purpose = Varchar(length=60, default=None)
    wording = Text(default=None, help_text="As shown when it was given.")
    given_at = Timestamptz(default=None)


class ConsentWithdrawal(Table, tablename="consent_withdrawal"):
    """That a person took a consent back. Append-only; once for each."""

    id = UUID(primary_key=True)
    consent = link(Consent, unique=True)
    withdrawn_at = Timestamptz(default=None)


class Document(Table):
    """A file that somebody uploaded as evidence, named by its content."""

    id = UUID(primary_key=True)
    person = link(Person)
    name = Varchar(length=200, default=None)
    media_type = Varchar(length=60, default=None)
    size = Integer(default=None, help_text="Bytes.")
    sha256 = Varchar(length=64, default=None)
    content = Bytea(default=None)
    uploaded_by = link(Account)
    uploaded_at = Timestamptz(default=None)


class Education(Table):
    """A degree a person holds."""

    id = UUID(primary_key=True)
    person = link(Person)
    school = Varchar(length=200, default=None)
    degree = Varchar(length=20, choices=Degree, default=None)
    subject = Varchar(length=200, default=None)
    graduated_on = Date(default=None)
    evidence = link(Document, null=True)
    removed_at = Timestamptz(null=True, default=None)


class Employment(Table):
    """A post a person holds or held."""

    id = UUID(primary_key=True)
    person = link(Person)
    employer = Varchar(length=200, default=None)
    post = Varchar(length=200, default=None)
    technology_transfer = Boolean(default=None, help_text="Whether the post is such work.")
    began_on = Date(default=None)
    ended_on = Date(null=True, default=None, help_text="Last day; empty while it lasts.")
    evidence = link(Document, null=True)
    removed_at = Timestamptz(null=True, default=None)


class ProfessionalTitle(Table, tablename="professional_title"):
    """A professional title (职称) a person holds."""

    id = UUID(primary_key=True)
    person = link(Person)
    title = Varchar(length=200, default=None)
    level = Varchar(length=20, choices=TitleLevel, default=None)
    granted_by = Varchar(length=200, default=None)
    granted_on = Date(default=None)
    evidence = link(Document, null=True)
    removed_at = Timestamptz(null=True, default=None)


class TechnologyContract(Table, tablename="technology_contract"):
    """A registered technology contract a person worked for."""

    id = UUID(primary_key=True)
    person = link(Person)
    registration_number = Varchar(length=40, default=None, help_text="Of the contract register.")
    title = Varchar(length=200, default=None)
    role = Varchar(length=20, choices=ContractRole, default=None)
    amount_fen = BigInt(default=None, help_text="Registered amount in fen (1/100 yuan).")
    signed_on = Date(default=None)
    parties = Text(default=None)
    evidence = link(Document, null=True)
    removed_at = Timestamptz(null=True, default=None)


class Regulation(Table):
    """One dated edition of the office's own regulations. Append-only.

    (kind, effective_from) is unique, by an index.
    """

    id = UUID(primary_key=True)
    kind = Varchar(length=30, default=None)
    effective_from = Date(default=None)
    published = Date(default=None, help_text="Day from which a decider could know it.")
    title = Varchar(length=200, default=None)
    text = Text(default=None, help_text="The file, to the letter.")
    digest = Varchar(length=64, default=None, help_text="SHA-256 of its canonical JSON.")


class BallotBox(Table, tablename="ballot_box"):
    """The box of a secret vote, until it is counted. Its id is that of what is voted on."""

    id = UUID(primary_key=True)
    public_key = Varchar(length=64, default=None, help_text="X25519, hex.")
    key_sealed = Text(default=None, help_text="The private key, encrypted: vault.")


class SealedBallot(Table, tablename="sealed_ballot"):
    """One secret vote: no voter, no time, and nothing to read before the count."""

    id = UUID(primary_key=True)
    box = link(BallotBox)
    sealed = Text(default=None, help_text="Sealed to the key of the box, hex.")
