"""Published status: one bit per certificate, in lists nobody can read a person out of.

W3C Bitstring Status List: a list for revocation and one for suspension, of the same places. A
certificate's place is random, so that neighbours in the list are nothing to each other.
"""

import gzip
import io
import secrets
from datetime import UTC, date, datetime, time, timedelta

from cryptography import x509

from certificates import jose
from certificates.keys import Signer
from certificates.tables import CertificateTwin
from credentials.words import Standing
from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.settings import Settings

BITS = 131_072
"""Places in a list: the least the standard allows, so that a place hides among many."""
FULL = BITS // 2
"""Places given out before the next list is begun: chance finds a free one soon."""
PURPOSES = ("revocation", "suspension")
CONTEXT = "https://www.w3.org/ns/credentials/v2"
KIND = jose.CREDENTIAL


async def free_place() -> tuple[int, int]:
    """A list and a random place in it that no certificate has.

    Call it in the transaction that takes the place.
    """
    counted = await rows(
        "SELECT status_list, count(*) AS taken FROM certificate_twin"
        " GROUP BY status_list ORDER BY status_list DESC LIMIT 1"
    )
    number, taken = (counted[0]["status_list"], counted[0]["taken"]) if counted else (1, 0)
    if taken >= FULL:
        number += 1
    while True:
        index = secrets.randbelow(BITS)
        there = (CertificateTwin.status_list == number) & (CertificateTwin.status_index == index)
        if not await CertificateTwin.exists().where(there):
            return number, index


def entries(number: int, index: int, settings: Settings) -> list[dict[str, str]]:
    """What a credential says of where its status is published."""
    return [
        {
            "id": f"{address(purpose, number, settings)}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": address(purpose, number, settings),
        }
        for purpose in PURPOSES
    ]


def address(purpose: str, number: int, settings: Settings) -> str:
    """Where a list is published."""
    return f"{settings.public_url}/status/{purpose}-{number}"


async def publish(name: str, at: datetime, settings: Settings, signer: Signer) -> str:
    """A list as it stands at a moment, signed (vc+jwt); `name` is `revocation-1` and so on.

    Raises:
        NotFound: there is no such list.
    """
    purpose, _, number = name.partition("-")
    known = await rows("SELECT max(status_list) AS last FROM certificate_twin")
    if purpose not in PURPOSES or number not in map(str, range(1, (known[0]["last"] or 1) + 1)):
        raise NotFound(N_("没有这份状态列表。"))
    day = clock.office_day(at)
    places = await _set(purpose, int(number), day)
    here = address(purpose, int(number), settings)
    said = {
        "@context": [CONTEXT],
        "id": here,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(settings),
        "validFrom": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "validUntil": _midnight_after(day).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "id": f"{here}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(places),
        },
    }
    return jose.sign(said, KIND, signer, key_id(settings, signer.certificate))


def encoded(places: list[int]) -> str:
    """A list in which these bits are set: the first is the leftmost; multibase, base64url."""
    bits = bytearray(BITS // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + jose.encode(gzip.compress(bytes(bits), mtime=0))


def is_set(text: str, place: int) -> bool:
    """Whether a bit is set in a list as it was published.

    Raises:
        ValueError: it is no list, or the place lies outside it.
    """
    with gzip.GzipFile(fileobj=io.BytesIO(jose.decode(text[1:]))) as packed:
        bits = packed.read(BITS // 8 + 1)
    if text[:1] != "u" or len(bits) != BITS // 8 or not 0 <= place < BITS:
        raise ValueError("no status list, or no place in it")
    return bool(bits[place // 8] & 0x80 >> place % 8)


async def _set(purpose: str, number: int, day: date) -> list[int]:
    """Places of certificates that are revoked or replaced, or suspended, on a day."""
    common = (
        "SELECT t.status_index FROM certificate_twin t JOIN certificate c ON c.id = t.certificate"
        " JOIN credential h ON h.id = c.credential WHERE t.status_list = {} AND "
    )
    if purpose == "revocation":
        found = await rows(
            common + "(h.status = {} OR c.replaced_on IS NOT NULL)", number, Standing.REVOKED
        )
    else:
        found = await rows(
            common + "h.status = {} AND (h.suspended_until IS NULL OR h.suspended_until >= {})",
            number,
            Standing.SUSPENDED,
            day,
        )
    return [row["status_index"] for row in found]


def _midnight_after(day: date) -> datetime:
    """A suspension may end with the office's day, so a list says nothing beyond it."""
    return datetime.combine(day + timedelta(days=1), time(), clock.OFFICE).astimezone(UTC)


def issuer(settings: Settings) -> str:
    """Who issues, as an address."""
    return f"{settings.public_url}/issuer"


def key_id(settings: Settings, seal: x509.Certificate) -> str:
    """A seal's key, as an address."""
    return f"{issuer(settings)}#{seal.serial_number:x}"
