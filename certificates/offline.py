"""Checking without a network: a pack of keys and status, and what it says about a file.

The pack is as good as the way it came: fetch it from the registry's own address. It speaks of the
moment it was made, and the answer says so.
"""

import base64
import io
from datetime import datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates import crl, jose, status, timestamping, validation
from certificates.answers import Answer, Check, Outcome, Reason, Verdict, check
from certificates.jose import TokenRefused
from certificates.keys import Signer
from certificates.log import journal
from certificates.tables import CertificateTwin
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
    return Pack(made_at, roots, lists, head.note if head else None, revoked, vouching)


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

    `valid` as far as the pack goes: its file is untouched and ours, its twin under the same roots,
    and neither expired now nor revoked, suspended or replaced when the pack was made.
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
        checks += _twin(content, known, number, at)
    failed = any(each.outcome == Outcome.FAILED for each in checks)
    open_question = any(each.outcome == Outcome.NOT_CHECKED for each in checks)
    verdict = Verdict.UNDETERMINED if open_question else Verdict.VALID
    return Answer(Verdict.INVALID if failed else verdict, number, checks, known.made_at)


def _twin(content: bytes, known: Pack, number: str | None, at: datetime) -> list[Check]:
    roots = [x509.load_pem_x509_certificate(root.encode()) for root in known.roots]
    token = attached(content)
    if token is None:
        return [check("twin-sealed", Outcome.NOT_CHECKED, Reason.NO_TWIN)]
    try:
        said = jose.read(token, status.KIND, roots, at)
        same = said["credentialSubject"]["licenseNumber"] == number
    except (TokenRefused, KeyError, TypeError):
        same = False
    if not same:
        return [check("twin-sealed", Outcome.FAILED)]
    until = datetime.fromisoformat(said["validUntil"]) if "validUntil" in said else None
    in_time = until is None or at <= until
    passed = {True: Outcome.PASSED, False: Outcome.FAILED}
    return [
        check("twin-sealed", Outcome.PASSED),
        check("not-expired", passed[in_time]),
        check("status-in-pack", passed[_good(said, known, roots)], at=known.made_at),
    ]


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


def attached(content: bytes) -> str | None:
    """The token inside a paper that was found untouched; None where there is none."""
    try:
        names = PdfFileReader(io.BytesIO(content)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        raw: bytes = names[1]["/EF"]["/F"].data
        return raw.decode("ascii")
    except (KeyError, IndexError, UnicodeDecodeError):
        return None


def roots_of(trusted: tuple[x509.Certificate, ...]) -> list[str]:
    """Certificates as a pack carries them."""
    return [root.public_bytes(Encoding.PEM).decode() for root in trusted]
