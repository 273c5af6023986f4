"""Loading the seeds. Safe to run again: what is there stays, what has changed is refused."""

import hashlib
import json
from pathlib import Path
from uuid import uuid4

from certificates.log import sources
from credentials.rules import documents, series
from credentials.tables import SeriesFile
from registry import regulations
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.tables import PolicyEdition
from registry.regulations import Kind

SERIES = "series.toml"
"""Beside the documents: the yearly figures that amounts are compared with."""
POLICY_FOLDER = Path(__file__).parent / "policy"
REGULATIONS = Path(__file__).parent / "regulations"


class EditionChanged(Exception):
    """A file differs from the edition loaded from it. Editions are history: add a new one."""


async def load_policies(folder: Path = POLICY_FOLDER) -> int:
    """Add the editions the database lacks, all or none; return how many were added.

    The office's own regulations come along: procedures, the practice code.

    Raises:
        EditionChanged: an edition already loaded has been edited.
        RegulationChanged: a regulation already loaded has been edited.
        DocumentRefused: a file is not a policy document.
    """
    added = 0
    async with transaction():
        for file in sorted(folder.glob("*/*.toml")):
            added += await _load(file)
        if (folder / SERIES).exists():
            await _load_series((folder / SERIES).read_text(encoding="utf-8"))
        for kind in Kind:
            for file in sorted((REGULATIONS / kind).glob("*.toml")):
                added += await regulations.load(kind, file.read_text(encoding="utf-8"))
        if added:
            await audit.record("policy.load", "policy_edition:*", editions=added)
    return added


async def _load_series(text: str) -> None:
    """Keep the yearly figures; a file that has grown by a year is kept beside the one before."""
    series.load(text, SERIES)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if await SeriesFile.count().where(SeriesFile.digest == digest) == 0:
        row = SeriesFile(id=uuid4(), text=text, digest=digest, loaded_at=clock.now())
        await row.save()
        await audit.record("policy.load-series", f"series_file:{row.id}", digest=digest)


async def _load(file: Path) -> bool:
    text = file.read_text(encoding="utf-8")
    document = documents.load(text, file.name)
    known = await PolicyEdition.objects().get(
        (PolicyEdition.document == document.id)
        & (PolicyEdition.effective_from == document.effective_from)
        & (PolicyEdition.published == document.published)
    )
    digest = documents.digest(document)
    if known is None:
        edition = uuid4()
        await PolicyEdition(
            id=edition,
            document=document.id,
            effective_from=document.effective_from,
            published=document.published,
            title=document.title.zh,
            source=document.source.model_dump_json(),
            status=document.status,
            text=text,
            digest=digest,
            body=json.dumps(documents.plain(document), ensure_ascii=False),
        ).save()
        await sources.put("policy", edition)
    elif known.digest != digest:
        raise EditionChanged(f"{document.edition}: {file.name}")
    return known is None
