"""Which edition of a policy decides: the one in force on a day, as known on a day."""

import contextlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from credentials.rules import documents, editions, series
from credentials.rules.documents import Document
from credentials.rules.series import Book
from credentials.tables import SeriesFile
from registry.platform import policy
from registry.platform.errors import NotFound
from registry.platform.i18n import N_


@dataclass(frozen=True)
class Edition:
    """A policy document with the row it is stored in."""

    id: UUID
    document: Document


@cache
def _shaped(identifier: UUID, body: str) -> Edition:
    """Editions are append-only, so each is given its shape once per process."""
    return Edition(identifier, documents.shape(json.loads(body)))


async def in_force(name: str, on: date, known_by: date | None = None) -> Edition:
    """Return the edition of a document in force on `on`, as known by `known_by` (default: `on`).

    Raises:
        NoEditionInForce: none was in force and known, or it has been repealed.
    """
    stored = {row.id: row for row in await policy.editions(name)}
    shaped = {identifier: _shaped(identifier, row.body) for identifier, row in stored.items()}
    chosen = editions.in_force(
        [edition.document for edition in shaped.values()], on=on, known_by=known_by or on
    )
    return next(edition for edition in shaped.values() if edition.document is chosen)


async def current(on: date) -> list[Edition]:
    """The edition in force on a day of every document that decides something, by their names."""
    found = []
    for name in await policy.documents():
        with contextlib.suppress(editions.NoEditionInForce):
            found.append(await in_force(name, on))
    return [edition for edition in found if not edition.document.figures_alone]


async def history(name: str) -> list[Edition]:
    """Every edition of a document, newest first day first.

    Raises:
        NotFound: there is no such document.
    """
    rows = await policy.editions(name)
    if not rows:
        raise NotFound(N_("没有这份政策文件。"))
    return [_shaped(row.id, row.body) for row in reversed(rows)]


async def book() -> Book | None:
    """The yearly figures on record; None where nobody has loaded any."""
    row = await SeriesFile.objects().order_by(SeriesFile.loaded_at, ascending=False).first()
    return _figures(row.text) if row is not None else None


@cache
def _figures(text: str) -> Book:
    return series.load(text)


async def edition(identifier: UUID) -> Edition:
    """One stored edition, to replay a determination."""
    row = await policy.edition(identifier)
    return _shaped(row.id, row.body)
