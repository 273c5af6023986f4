"""The log as it is kept: entries are added, heads are signed, and neither is ever taken back.

Adding locks the head, so entries follow each other without a gap however many processes add. A
head is on record before anybody sees it, and none is signed that does not continue the last one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.log import notes, proofs, sources, tiles, tree
from certificates.log.checkpoint import Checkpoint
from certificates.log.leaves import Leaf
from certificates.log.notes import NoteRefused, Verifier
from certificates.log.sources import LOG_ENTRY
from certificates.log.tiles import Tile
from certificates.log.tree import Hashes, Piece, Span
from certificates.tables import LogCheckpoint, LogCosignature, LogLeaf, LogTile
from registry.platform import clock
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.settings import Settings
from registry.platform.tables import Job

BATCH = 500
"""Entries that are added at once when many wait."""
_HEAD = "SELECT size FROM log_head WHERE id = 1"


class LogInconsistent(Exception):
    """What is stored does not continue the head signed last: nothing more is signed."""


def origin(settings: Settings) -> str:
    """What the log is called: its address without the scheme."""
    return f"{urlsplit(settings.public_url).netloc}/log"


async def add(subject: str) -> bool:
    """Add the entry of an act, and of others that wait with it; False if it was there before."""
    if await _known([subject]):
        return False
    waiting = await (
        Job.select(Job.subject).where(Job.kind == LOG_ENTRY).order_by(Job.due_at).limit(BATCH)
    )
    together = dict.fromkeys([subject, *(row["subject"] for row in waiting)])
    async with transaction():
        size = await _locked_size()
        known = await _known(together)
        fresh = [(each, await sources.read(each)) for each in together if each not in known]
        await _append(size, [(each, said) for each, said in fresh if said is not None])
    return True


async def _append(size: int, fresh: Sequence[tuple[str, sources.Said]]) -> None:
    if not fresh:
        return
    now, hashes = clock.now(), []
    for place, (subject, said) in enumerate(fresh, size):
        leaf = Leaf.of(said)
        await LogLeaf(
            leaf_index=place,
            kind=said["type"],
            subject=subject,
            entry=leaf.entry.hex(),
            salt=leaf.salt.hex(),
            content=leaf.content,
            logged_at=now,
        ).save()
        hashes.append(tree.leaf_hash(leaf.entry))
    begun = await stored(tiles.edge(size))
    for (level, index), content in tiles.extend(size, begun, hashes).items():
        await rows(
            "INSERT INTO log_tile (name, hashes) VALUES ({}, {})"
            " ON CONFLICT (name) DO UPDATE SET hashes = excluded.hashes",
            f"{level}/{index}",
            content,
        )
    await rows("UPDATE log_head SET size = {} WHERE id = 1", size + len(fresh))


async def publish(key: Ed25519PrivateKey, settings: Settings) -> str | None:
    """Sign the present head, if it is not signed yet; return the newest checkpoint.

    Raises:
        LogInconsistent: it does not continue the one before; nothing is signed.
    """
    async with transaction():
        size, last = await _locked_size(), await newest()
        if size == 0 or (last is not None and last.size == size):
            return last.note if last else None
        if last is not None and last.size > size:
            raise LogInconsistent(f"signed {last.size} entries, stored {size}")
        [root] = await proof([(0, size)])
        if last is not None:
            _refuse_fork(last, size, root, await proof(tree.consistency(last.size, size)))
        name = origin(settings)
        note = notes.sign(str(Checkpoint(name, size, root)), name, key)
        await LogCheckpoint(size=size, root=root.hex(), note=note, signed_at=clock.now()).save()
        return note


def _refuse_fork(last: LogCheckpoint, size: int, root: bytes, path: Sequence[bytes]) -> None:
    try:
        tree.check_consistency(last.size, size, bytes.fromhex(last.root), root, path)
    except tree.ProofWrong as error:
        raise LogInconsistent(f"entries before {last.size} have changed: {error}") from error


async def newest() -> LogCheckpoint | None:
    """The head signed last."""
    found: LogCheckpoint | None = await (
        LogCheckpoint.objects().order_by(LogCheckpoint.size, ascending=False).first()
    )
    return found


async def note_of(head: LogCheckpoint) -> str:
    """A head as it is published: with what witnesses have signed below it."""
    lines = await (
        LogCosignature.select(LogCosignature.line)
        .where(LogCosignature.size == head.size)
        .order_by(LogCosignature.name)
    )
    note: str = head.note
    return note + "".join(row["line"] for row in lines)


async def keep_cosignatures(note: str, log: Verifier, witnesses: Sequence[Verifier]) -> list[str]:
    """Keep what witnesses that are trusted have signed below a head of ours; return their names.

    Raises:
        NoteRefused: it is no head that this log has signed, or none of them has signed it.
    """
    text, signed = notes.open_note(note, [log, *witnesses])
    found = Checkpoint.parse(text)
    head = await LogCheckpoint.objects().get(LogCheckpoint.size == found.size)
    if log.name not in signed or head is None or head.root != found.root.hex():
        raise NoteRefused("no head of this log")
    kept = []
    for witness in witnesses:
        for line in note.splitlines(keepends=True):
            if witness.name in signed and line.startswith(f"— {witness.name} "):
                await rows(
                    "INSERT INTO log_cosignature (name, size, line, added_at)"
                    " VALUES ({}, {}, {}, {}) ON CONFLICT DO NOTHING",
                    f"{found.size} {witness.name}",
                    found.size,
                    line,
                    clock.now(),
                )
                kept.append(witness.name)
    if not kept:
        raise NoteRefused("no witness that is trusted has signed")
    return kept


async def proof(spans: Sequence[Span]) -> list[bytes]:
    """The hashes of nodes of the tree as it is stored.

    Raises:
        LogInconsistent: a tile is missing.
    """
    return tree.proof(spans, await _hashes(piece for span in spans for piece in tree.pieces(span)))


async def _hashes(wanted: Iterable[Piece]) -> Hashes:
    parts = list(wanted)
    try:
        return tiles.subtrees(parts, await stored({tiles.tile_of(piece) for piece in parts}))
    except KeyError as error:
        raise LogInconsistent(f"tile {error} is missing or too short") from error


async def stored(wanted: Iterable[Tile]) -> dict[Tile, bytes]:
    """Those of some tiles that are there, as wide as they are."""
    names = {f"{level}/{index}": (level, index) for level, index in wanted}
    if not names:
        return {}
    found = await LogTile.select().where(LogTile.name.is_in(list(names)))
    return {names[row["name"]]: bytes(row["hashes"]) for row in found}


async def entries(first: int, count: int) -> list[bytes]:
    """Entries as published, from one on; fewer where the log ends."""
    found = await (
        LogLeaf.select(LogLeaf.entry)
        .where(LogLeaf.leaf_index >= first, LogLeaf.leaf_index < first + count)
        .order_by(LogLeaf.leaf_index)
    )
    return [bytes.fromhex(row["entry"]) for row in found]


async def forget(subject: str) -> None:
    """Take away what an entry stands for; the entry and every proof of it stay."""
    await LogLeaf.update({LogLeaf.salt: None, LogLeaf.content: None}).where(
        LogLeaf.subject == subject
    )


async def counts() -> list[tuple[str, int, datetime]]:
    """How many entries of each kind there are, and when the last was added."""
    found = await rows(
        "SELECT kind, count(*) AS entries, max(logged_at) AS last FROM log_leaf"
        " GROUP BY kind ORDER BY kind"
    )
    return [(row["kind"], row["entries"], row["last"]) for row in found]


async def _known(subjects: Iterable[str]) -> set[str]:
    found = await LogLeaf.select(LogLeaf.subject).where(LogLeaf.subject.is_in(list(subjects)))
    return {row["subject"] for row in found}


async def _locked_size() -> int:
    size: int = (await rows(_HEAD if is_sqlite() else f"{_HEAD} FOR UPDATE"))[0]["size"]
    return size


async def proof_of(subject: str) -> str | None:
    """The proof that an act is in the log, to travel with it; None before its head is signed.

    None, too, once what the entry stands for was forgotten.
    """
    leaf = await LogLeaf.objects().get(LogLeaf.subject == subject)
    head = await newest()
    if leaf is None or leaf.content is None or head is None or head.size <= leaf.leaf_index:
        return None
    path = await proof(tree.inclusion(leaf.leaf_index, head.size))
    spoken = Leaf(bytes.fromhex(leaf.salt), leaf.content)
    return proofs.write(spoken, leaf.leaf_index, path, await note_of(head))
