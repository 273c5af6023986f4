"""Editions of policy documents: keep each to the letter, find those a decider may choose from.

What a file says is the business of `credentials.rules`; here it is a dated, hashed text.
"""

from datetime import date
from typing import Any
from uuid import UUID

from registry.platform.tables import PolicyEdition


async def editions(document: str) -> list[PolicyEdition]:
    """Every edition of a document, oldest first day first."""
    found: list[PolicyEdition] = await (
        PolicyEdition.objects()
        .where(PolicyEdition.document == document)
        .order_by(PolicyEdition.effective_from, PolicyEdition.published)
    )
    return found


async def documents() -> list[str]:
    """The names of all policy documents, in order."""
    found = await PolicyEdition.select(PolicyEdition.document).distinct()
    return sorted(row["document"] for row in found)


async def edition(identifier: UUID) -> PolicyEdition:
    """One edition, as stored when it was loaded."""
    found = await PolicyEdition.objects().get(PolicyEdition.id == identifier)
    assert found is not None, "foreign keys hold editions in place"
    return found


async def listed() -> list[dict[str, Any]]:
    """Documents and their editions with days and status, for the command line and pages."""
    found: list[dict[str, Any]] = await PolicyEdition.select(
        PolicyEdition.document,
        PolicyEdition.effective_from,
        PolicyEdition.published,
        PolicyEdition.title,
        PolicyEdition.source,
        PolicyEdition.status,
        PolicyEdition.digest,
    ).order_by(PolicyEdition.document, PolicyEdition.effective_from)
    return found


async def newest(document: str, on: date) -> PolicyEdition | None:
    """The edition in force on a day, as known that day, or None; for display, not for decisions."""
    found: PolicyEdition | None = await (
        PolicyEdition.objects()
        .where(
            PolicyEdition.document == document,
            PolicyEdition.effective_from <= on,
            PolicyEdition.published <= on,
        )
        .order_by(PolicyEdition.effective_from, ascending=False)
        .first()
    )
    return found
