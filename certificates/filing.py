"""Filing papers: the next number, the seal upon a drawing on record, the file kept beside it.

What every kind of paper has in common. A paper is put on record with the hash of its drawing; it
is sealed afterwards and repeatably, because drawing it again gives the same bytes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from anyio import to_thread
from piccolo.table import Table

from certificates import numbering, signing, timestamping
from certificates.keys import Signer
from registry.platform import clock
from registry.platform.counters import next_number
from registry.platform.errors import Conflict
from registry.platform.i18n import N_
from registry.platform.settings import Settings

NUMBER_PREFIX = "SHTM"
SERIAL_DIGITS = 6


class DrawingChanged(Conflict):
    """Drawing a paper again gave other bytes than are on record: it must not be signed."""


@dataclass(frozen=True)
class Sealed:
    """A paper under the seal, ready to be kept."""

    content: bytes
    sha256: str
    signed_at: datetime
    seal_serial: str
    """Of the seal certificate, in hex."""


async def new_number(series: str, letter: str, on: date) -> str:
    """The next number of a series of this year, whole with its check character.

    Call inside the transaction that stores the paper that bears it; a roll-back leaves no gap.
    """
    serial = await next_number(f"{series}-{on.year}")
    return numbering.number(
        prefix=NUMBER_PREFIX, year=on.year, letter=letter, serial=serial, digits=SERIAL_DIGITS
    )


async def digest(draw: Callable[[], bytes]) -> str:
    """SHA-256 of a drawing before it is signed."""
    return hashlib.sha256(await to_thread.run_sync(draw)).hexdigest()


async def seal(
    number: str,
    draw: Callable[[], bytes],
    unsigned_sha256: str,
    signer: Signer,
    settings: Settings | None = None,
) -> Sealed:
    """Draw a paper on record again and set the seal to it.

    With settings it gets a time-stamp, where they name a service for that.

    Raises:
        DrawingChanged: it gives other bytes than were put on record.
        SealNotInForce: the seal certificate has expired.
        NoTimestamp: the service gave none that holds.
        KeysNotReady: what goes along with a time-stamp is missing or old.
    """
    at = clock.now()
    unsigned = await to_thread.run_sync(draw)
    if hashlib.sha256(unsigned).hexdigest() != unsigned_sha256:
        raise DrawingChanged(
            N_("{number} 重新绘制的结果与登记不符，不能签章，请重新出具。"), number=number
        )
    lasting = None
    if settings is not None:
        lasting = await to_thread.run_sync(timestamping.lasting, settings, signer, at)
    signed = await to_thread.run_sync(signing.sign, unsigned, signer, at, lasting)
    serial = f"{signer.certificate.serial_number:x}"
    return Sealed(signed, hashlib.sha256(signed).hexdigest(), at, serial)


async def keep(file: Table) -> bool:
    """Keep the row of a signed file; false when the paper has its file already."""
    table = type(file)
    kept = (
        await table.insert(file).on_conflict(action="DO NOTHING").returning(table._meta.primary_key)
    )
    return bool(kept)
