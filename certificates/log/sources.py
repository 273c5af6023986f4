"""What the log says about an act, read from the record of the act itself."""

from typing import Any
from uuid import UUID

from registry.platform import outbox
from registry.platform.db import rows

LOG_ENTRY = "log-entry"
"""Job about an act that is to be logged; its subject is `kind:` and what names the act."""
Said = dict[str, Any]


async def put(kind: str, act: object) -> None:
    """Have an act logged once its transaction is committed."""
    await outbox.put(LOG_ENTRY, f"{kind}:{act}")


async def read(subject: str) -> Said | None:
    """What is to be logged about an act; None when there is no such act."""
    kind, _, act = subject.partition(":")
    return await _READERS[kind](act)


async def _issue(certificate: str) -> Said | None:
    found = await rows(
        "SELECT number, credential, unsigned_sha256, issued_on FROM certificate WHERE id = {}",
        UUID(certificate),
    )
    return {"type": "issue", **found[0]} if found else None


async def _replace(certificate: str) -> Said | None:
    found = await rows(
        "SELECT c.number, r.number AS by_number, c.replaced_on FROM certificate c"
        " JOIN certificate r ON r.id = c.replaced_by WHERE c.id = {}",
        UUID(certificate),
    )
    return {"type": "replace", **found[0]} if found else None


async def _statement(statement: str) -> Said | None:
    found = await rows(
        "SELECT s.number, s.unsigned_sha256, s.issued_on, o.number AS supersedes FROM statement s"
        " LEFT JOIN statement o ON o.id = s.supersedes WHERE s.id = {}",
        UUID(statement),
    )
    return {"type": "statement", **found[0]} if found else None


async def _standing(step: str) -> Said | None:
    """A level that was suspended, revoked, or is in force again."""
    taken = await rows("SELECT subject, step, taken_at FROM step_taken WHERE id = {}", UUID(step))
    if not taken:
        return None
    return {
        "type": taken[0]["step"],
        "credential": taken[0]["subject"],
        "at": taken[0]["taken_at"].isoformat(timespec="seconds"),
    }


async def _policy(edition: str) -> Said | None:
    found = await rows(
        "SELECT document, effective_from, published, digest FROM policy_edition WHERE id = {}",
        UUID(edition),
    )
    return {"type": "policy", **found[0]} if found else None


async def _key(described: str) -> Said | None:
    use, _, sha256 = described.partition(":")
    return {"type": "key", "use": use, "sha256": sha256}


_READERS = {
    "issue": _issue,
    "replace": _replace,
    "statement": _statement,
    "standing": _standing,
    "policy": _policy,
    "key": _key,
}
