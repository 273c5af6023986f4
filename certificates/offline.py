"""Checking without a network: a pack of keys and status, and what it says about a file.

The pack is as good as the way it came: fetch it from the registry's own address. It speaks of the
moment it was made, and the answer says so.
"""

import base64
from datetime import date, datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import crl, jose, status, timestamping, transcript, twin, validation
from certificates.answers import Answer, Check, Outcome, Reason, Status, Verdict, check
from certificates.jose import TokenRefused
from certificates.keys import Signer
from certificates.log import journal
from certificates.objects import Objects
from certificates.tables import CertificateTwin
from credentials.words import Standing
from registry.platform.db import rows
from registry.platform.errors import Mendable
from registry.platform.settings import Settings


class PackUnreadable(Mendable):
    """The file is no offline pack."""


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check needs when it cannot ask the register."""

    made_at: str
    roots: list[str]
    """PEM."""
    lists: dict[str, str]
    """Status lists by address, each a token (vc+jwt)."""
    checkpoint: str | None
    """The log's head at that time."""
    crl: str | None = None
    """The revocation list of the seal's issuer (DER, in base64); none while its key is away."""
    stamping: list[str] = []
    """PEM: certificates of time-stamp services whose word counts."""
    since: dict[str, tuple[str, str]] = {}
    """What became of a certificate and on which day, by its place in a list (`address#index`).

    The lists, which are signed, tell whether; this tells what and since when.
    """

    @property
    def head(self) -> int | None:
        """How many entries the log had."""
        return int(self.checkpoint.split("\n")[1]) if self.checkpoint else None


async def pack(at: datetime, settings: Settings, signer: Signer, roots: list[str]) -> Pack:
    """Everything as it stands at a moment."""
    last = (
        await CertificateTwin.select(CertificateTwin.status_list)
        .order_by(CertificateTwin.status_list, ascending=False)
        .first()
    )
    lists = {}
    for number in range(1, (last["status_list"] if last else 1) + 1):
        for purpose in status.PURPOSES:
            name = f"{purpose}-{number}"
            address = status.address(purpose, number, settings)
            lists[address] = await status.publish(name, at, settings, signer)
    head = await journal.newest()
    made_at = at.isoformat(timespec="seconds")
    listed = [base64.b64encode(each).decode() for each in crl.at_hand(settings, at)]
    revoked = listed[0] if listed else None
    vouching = roots_of(timestamping.known(settings.key_folder))
    since = await _since(settings)
    return Pack(made_at, roots, lists, head.note if head else None, revoked, vouching, since)


async def _since(settings: Settings) -> dict[str, tuple[str, str]]:
    """What the lists have a bit for, and since when."""
    found = await rows(
        "SELECT t.status_list, t.status_index, h.status, h.status_since, c.replaced_on"
        " FROM certificate_twin t JOIN certificate c ON c.id = t.certificate"
        " JOIN credential h ON h.id = c.credential"
        " WHERE h.status IN ({}, {}) OR c.replaced_on IS NOT NULL",
        Standing.REVOKED,
        Standing.SUSPENDED,
    )
    told = dict[str, tuple[str, str]]()
    for row in found:
        purpose = "suspension" if row["status"] == Standing.SUSPENDED else "revocation"
        for each in {purpose, "revocation"} if row["replaced_on"] else {purpose}:
            place = f"{status.address(each, row['status_list'], settings)}#{row['status_index']}"
            ended = each == purpose and row["status"] in {Standing.REVOKED, Standing.SUSPENDED}
            what = Status(row["status"]) if ended else Status.REPLACED
            told[place] = (what, str(row["status_since"] if ended else row["replaced_on"]))
    return told


def read(raw: bytes) -> Pack:
    """Read a pack.

    Raises:
        PackUnreadable: it is none.
    """
    try:
        found = msgspec.json.decode(raw, type=Pack)
        datetime.fromisoformat(found.made_at)
        base64.b64decode(found.crl or "", validate=True)
    except (msgspec.DecodeError, ValueError) as error:
        raise PackUnreadable(f"no offline pack: {error}") from error
    return found


def verify(content: bytes, known: Pack, at: datetime) -> Answer:
    """Answer for a file with what a pack knows.

    `valid` as far as the pack goes: its file is untouched and ours, its twin under the same roots
    and like the page, and neither expired now nor revoked, suspended or replaced when the pack was
    made.
    """
    roots = [root.encode() for root in known.roots]
    lists = [base64.b64decode(known.crl)] if known.crl else []
    made_at = datetime.fromisoformat(known.made_at)
    vouching = [each.encode() for each in known.stamping]
    seen = validation.validate_apart(
        content, roots, at, lists, listed_at=made_at, stamping_pem=vouching
    )
    checks = validation.checks(seen)
    number = validation.read_number(content)
    if all(each.outcome == Outcome.PASSED for each in checks):
        objects = Objects.of(content)
        token = transcript.enclosed(objects) if objects else None
        if token is None:
            checks.append(check("twin-sealed", Outcome.NOT_CHECKED, Reason.NO_TWIN))
        else:
            checks += _standing(token, known, at)
    failed = any(each.outcome == Outcome.FAILED for each in checks)
    open_question = any(each.outcome == Outcome.NOT_CHECKED for each in checks)
    verdict = Verdict.UNDETERMINED if open_question else Verdict.VALID
    return Answer(Verdict.INVALID if failed else verdict, number, checks, known.made_at)


def _standing(token: str, known: Pack, at: datetime) -> list[Check]:
    roots = [x509.load_pem_x509_certificate(root.encode()) for root in known.roots]
    said = twin.said(token)
    until = datetime.fromisoformat(said["validUntil"]) if "validUntil" in said else None
    in_time = until is None or at <= until
    passed = {True: Outcome.PASSED, False: Outcome.FAILED}
    return [
        check("not-expired", passed[in_time]),
        _in_pack(said, known, _good(said, known, roots)),
    ]


def _in_pack(said: dict[str, Any], known: Pack, good: bool) -> Check:
    """What a pack says of a certificate: whether, and if it knows what and since when."""
    facts: dict[str, Any] = {"at": datetime.fromisoformat(known.made_at), "head": known.head or "—"}
    if good:
        return check("status-in-pack", Outcome.PASSED, **facts)
    for entry in said.get("credentialStatus", ()):
        what, since = known.since.get(entry["id"], ("", ""))
        if what:
            named = entry["statusListCredential"].rpartition("/")[2]
            told = check(
                f"status-in-pack:{what}",
                Outcome.FAILED,
                since=date.fromisoformat(since),
                list=named,
                **facts,
            )
            return msgspec.structs.replace(told, code="status-in-pack")
    return check("status-in-pack", Outcome.FAILED, **facts)


def _good(said: dict[str, Any], known: Pack, roots: list[x509.Certificate]) -> bool:
    """Whether neither list of the pack has the bit of this certificate set."""
    made_at = datetime.fromisoformat(known.made_at)
    try:
        for entry in said["credentialStatus"]:
            address = entry["statusListCredential"]
            found = jose.read(known.lists[address], status.KIND, roots, made_at)
            subject = found["credentialSubject"]
            if found["id"] != address or subject["statusPurpose"] != entry["statusPurpose"]:
                return False
            if status.is_set(subject["encodedList"], int(entry["statusListIndex"])):
                return False
    except (TokenRefused, ValueError, KeyError, TypeError):
        return False
    return bool(said["credentialStatus"])


def roots_of(trusted: tuple[x509.Certificate, ...]) -> list[str]:
    """Certificates as a pack carries them."""
    return [root.public_bytes(Encoding.PEM).decode() for root in trusted]
