"""The audit trail: who did or read what, in lines that cannot be changed unnoticed.

Each line carries the hash of the one before. Nothing happens without its line: the line is written
in the transaction of the act itself, so an act whose line fails does not happen.
"""

import hashlib
import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.platform import clock
from registry.platform.db import is_sqlite, joined, rows
from registry.platform.tables import AuditEntry

GENESIS = "0" * 64
BATCH = 10_000
READ_HEAD = "SELECT sequence, hash FROM audit_head WHERE id = 1"


@dataclass(frozen=True)
class Actor:
    """Who stands behind a request or a command."""

    account: UUID | None
    role: str
    address: str


SYSTEM = Actor(None, "system", "-")
UNNAMED = Actor(None, "public", "-")
"""Whoever may act without being known, by account or by address."""
acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)
"""Set by the session middleware for the time of a request."""


@dataclass(frozen=True)
class Break:
    """Where a chain no longer holds, and why."""

    sequence: int
    reason: str


async def record(action: str, subject: str, **detail: Any) -> None:
    """Add one line, for whoever is acting.

    Call it last in a transaction: the chain's lock is held until the commit.
    `subject` is `table:id`; `detail` must not hold personal data, only ids, codes and counts.
    """
    await _record(acting.get(), action, subject, detail)


async def record_unnamed(action: str, subject: str, **detail: Any) -> None:
    """Add one line that says neither who acted nor from where."""
    await _record(UNNAMED, action, subject, detail)


async def _record(actor: Actor, action: str, subject: str, detail: dict[str, Any]) -> None:
    async with joined():
        head = (await rows(READ_HEAD if is_sqlite() else f"{READ_HEAD} FOR UPDATE"))[0]
        line = {
            "sequence": head["sequence"] + 1,
            "at": clock.now().isoformat(timespec="microseconds"),
            "account": str(actor.account) if actor.account else None,
            "role": actor.role,
            "address": actor.address,
            "action": action,
            "subject": subject,
            "detail": _canonical(detail),
            "previous": head["hash"],
        }
        digest = _hash(line)
        await AuditEntry(**{**line, "account": actor.account}, hash=digest).save()
        await rows(
            "UPDATE audit_head SET sequence = {}, hash = {} WHERE id = 1", line["sequence"], digest
        )


async def verify() -> tuple[int, Break | None]:
    """Re-derive the whole chain; return how many lines there are and the first break, if any."""
    # Lines are being added meanwhile: what counts is the head as it was before the first was read.
    head = (await rows(READ_HEAD))[0]
    seen, previous = 0, GENESIS
    while (
        batch := await AuditEntry.select()
        .where(AuditEntry.sequence > seen, AuditEntry.sequence <= head["sequence"])
        .order_by(AuditEntry.sequence)
        .limit(BATCH)
    ):
        for line in batch:
            written = {**line, "account": str(line["account"]) if line["account"] else None}
            digest = written.pop("hash")
            if line["sequence"] != seen + 1:
                return seen, Break(seen + 1, "line missing")
            if line["previous"] != previous:
                return seen, Break(line["sequence"], "does not follow the line before")
            if _hash(written) != digest:
                return seen, Break(line["sequence"], "changed after it was written")
            seen, previous = line["sequence"], digest
    if (head["sequence"], head["hash"]) != (seen, previous):
        return seen, Break(seen + 1, "lines at the end are missing")
    outside = await rows(
        "SELECT sequence FROM audit_entry WHERE sequence < 1"
        " OR sequence > (SELECT sequence FROM audit_head WHERE id = 1) ORDER BY sequence LIMIT 1"
    )
    return seen, Break(outside[0]["sequence"], "not a line of the chain") if outside else None


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _hash(line: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(line).encode()).hexdigest()
