"""Re-deriving the whole log: every entry, tile and head, from what they are about."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from certificates.log import sources, tiles, tree
from certificates.log.checkpoint import Checkpoint
from certificates.log.leaves import canonical
from certificates.log.notes import NoteRefused, Verifier, open_note
from certificates.log.tiles import HEIGHT, WIDTH
from certificates.tables import LogCheckpoint, LogLeaf, LogTile
from registry.platform.db import rows

BATCH = 5_000


@dataclass
class Report:
    """What was found: how much there is, and everything that is wrong with it."""

    entries: int = 0
    checkpoints: int = 0
    forgotten: int = 0
    wrong: list[str] = field(default_factory=list)


async def verify(key: Verifier) -> Report:
    """Re-derive the log as it stands; entries that are added meanwhile are left for next time.

    The key counts under whatever name the log had when a head was signed: its address may change.
    """
    # Heads first: none can be longer than the log is afterwards.
    heads = {
        head["size"]: head for head in await LogCheckpoint.select().order_by(LogCheckpoint.size)
    }
    size = (await rows("SELECT size FROM log_head WHERE id = 1"))[0]["size"]
    report, derived = Report(checkpoints=len(heads)), dict[tiles.Tile, bytes]()
    async for leaf in _leaves(size):
        await _check_leaf(leaf, report)
        begun = {tile: derived[tile] for tile in tiles.edge(report.entries)}
        hashed = tree.leaf_hash(bytes.fromhex(leaf["entry"]))
        derived |= tiles.extend(report.entries, begun, [hashed])
        report.entries += 1
        if report.entries in heads:
            _check_head(heads.pop(report.entries), derived, key, report)
    if report.entries != size:
        report.wrong.append(f"{size} entries are counted, {report.entries} are there")
    report.wrong += [f"the log was {lost} long once" for lost in heads]
    await _check_tiles(derived, size, report)
    await _check_nothing_is_missing(report)
    return report


async def _leaves(size: int) -> AsyncIterator[dict[str, Any]]:
    for first in range(0, size, BATCH):
        for leaf in await (
            LogLeaf.select()
            .where(LogLeaf.leaf_index >= first, LogLeaf.leaf_index < min(first + BATCH, size))
            .order_by(LogLeaf.leaf_index)
        ):
            yield leaf


async def _check_leaf(leaf: dict[str, Any], report: Report) -> None:
    place, content = leaf["leaf_index"], leaf["content"]
    if place != report.entries:
        report.wrong.append(f"entry {report.entries} is missing")
    if content is None:
        report.forgotten += 1
        return
    if sha256(bytes.fromhex(leaf["salt"]) + content.encode()).hexdigest() != leaf["entry"]:
        report.wrong.append(f"entry {place} is not the hash of what it is said to be")
    said = await sources.read(leaf["subject"])
    if said is None or canonical(said) != content:
        report.wrong.append(f"entry {place} is not what the register says of {leaf['subject']}")


def _check_head(
    head: dict[str, Any],
    derived: dict[tiles.Tile, bytes],
    key: Verifier,
    report: Report,
) -> None:
    size = head["size"]
    span = (0, size)
    root = tree.root(span, tiles.subtrees(tree.pieces(span), derived))
    try:
        named = replace(key, name=head["note"].partition("\n")[0])
        signed = Checkpoint.parse(open_note(head["note"], [named])[0])
    except NoteRefused as error:
        report.wrong.append(f"the head at {size} is not signed by the log: {error}")
        return
    if (signed.size, signed.root) != (size, root) or head["root"] != root.hex():
        report.wrong.append(f"the head at {size} was signed for other entries")


async def _check_tiles(derived: dict[tiles.Tile, bytes], size: int, report: Report) -> None:
    names = {f"{level}/{index}": content for (level, index), content in derived.items()}
    for tile in await LogTile.select():
        level, _, index = tile["name"].partition("/")
        grown = (size >> HEIGHT * int(level)) < (int(index) + 1) * WIDTH
        expected, found = names.pop(tile["name"], b""), bytes(tile["hashes"])
        if found != expected and not (grown and found.startswith(expected)):
            report.wrong.append(f"tile {tile['name']} is not that of its entries")
    report.wrong += [f"tile {name} is missing" for name in names]


async def _check_nothing_is_missing(report: Report) -> None:
    """Every certificate and statement is in the log, or waits in the outbox to be."""
    for table, kind in (("certificate", "issue"), ("statement", "statement")):
        lost = await rows(
            f"SELECT p.number FROM {table} p"  # noqa: S608 -- the names stand above
            f" LEFT JOIN log_leaf l ON l.subject = '{kind}:' || CAST(p.id AS VARCHAR)"
            f" LEFT JOIN job j ON j.name = 'log-entry {kind}:' || CAST(p.id AS VARCHAR)"
            " WHERE l.leaf_index IS NULL AND j.name IS NULL ORDER BY p.number"
        )
        report.wrong += [f"{table} {row['number']} is not in the log" for row in lost]
