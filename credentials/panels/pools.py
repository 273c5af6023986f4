"""What is known of draws: pools, who was kept out, what everybody may see, what still waits."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from credentials.panels import seats
from credentials.panels.tables import Panel, PanelCase, PoolMember, Recusal
from credentials.panels.words import PanelStatus
from credentials.tables import Application
from credentials.words import Status
from registry.platform.errors import NotFound
from registry.platform.i18n import N_


async def drawn_from(panel: UUID) -> list[dict[str, Any]]:
    """The pool of a draw: assessor and number of each who was not excluded, by number."""
    found: list[dict[str, Any]] = await (
        PoolMember.select(
            PoolMember.assessor,
            PoolMember.assessor.number.as_alias("number"),
        )
        .where(PoolMember.panel == panel, PoolMember.excluded.is_null())
        .order_by(PoolMember.assessor.number)
    )
    return found


async def excluded(panel: UUID) -> list[dict[str, Any]]:
    """Who was kept out of the pool, and why."""
    found: list[dict[str, Any]] = await (
        PoolMember.select(
            PoolMember.assessor.number.as_alias("number"),
            PoolMember.excluded,
            PoolMember.reason,
        )
        .where(PoolMember.panel == panel, PoolMember.excluded.is_not_null())
        .order_by(PoolMember.assessor.number)
    )
    return found


async def published(reference: str) -> dict[str, Any]:
    """What everybody may see of a draw: numbers, never names.

    Raises:
        NotFound: there is none of this reference.
    """
    row = await Panel.objects().get(Panel.reference == reference)
    if row is None:
        raise NotFound(N_("没有这个评审组。"))
    pool, kept_out = await drawn_from(row.id), await excluded(row.id)
    order = await seats.seated(row.id)
    left = await Recusal.select(Recusal.tie, Recusal.assessor.number.as_alias("number")).where(
        Recusal.panel_case.panel == row.id
    )
    return {
        "reference": row.reference,
        "level": row.level,
        "status": row.status,
        "size": row.size,
        "commitment": row.commitment,
        "roll_digest": row.roll_digest,
        "committed_on": row.committed_on,
        "word": row.word,
        "secret": row.secret,
        "revealed_on": row.revealed_on,
        "abandoned_because": row.abandoned_because if row.status == PanelStatus.ABANDONED else None,
        "pool": [each["number"] for each in pool],
        "excluded": [{"number": each["number"], "tie": each["excluded"]} for each in kept_out],
        "order": [
            {"place": each["place"], "number": each["number"], "state": each["state"]}
            for each in order
        ],
        "left": left,
        "roll": roll(pool, kept_out),
    }


def roll(pool: Iterable[dict[str, Any]], kept_out: Iterable[dict[str, Any]]) -> list[str]:
    """A frozen roll as its digest is taken: numbers, with the tie of who was kept out."""
    free = [str(each["number"]) for each in pool]
    return sorted([*free, *(f"{each['number']}:{each['excluded']}" for each in kept_out)])


async def waiting() -> list[dict[str, Any]]:
    """Accepted applications that are before no panel yet, the longest accepted first."""
    taken = await PanelCase.select(PanelCase.application).where(PanelCase.open.eq(True))
    rows: list[dict[str, Any]] = await (
        Application.select(
            Application.id,
            Application.reference,
            Application.level,
            Application.submitted_on,
            Application.person.name.as_alias("name"),
        )
        .where(Application.status == Status.ACCEPTED)
        .order_by(Application.submitted_on)
        .order_by(Application.reference)
    )
    before = {row["application"] for row in taken}
    return [row for row in rows if row["id"] not in before]


async def all_published() -> list[Panel]:
    """Every draw, newest first."""
    found: list[Panel] = await Panel.objects().order_by(Panel.reference, ascending=False)
    return found
