"""Lines of the ledger as pages and the API show them: with names, and whether each still stands."""

from typing import Any
from uuid import UUID, uuid4

from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.tables import Account
from training import ledger
from training.tables import HoursEntry

PAGE = 200
"""Lines shown at once."""


async def newest(*, by: Account) -> list[Any]:
    """The lines recorded last that the caller may see, with names, and whether each stands."""
    last = _named(by).order_by(HoursEntry.recorded_at, ascending=False).limit(PAGE)
    return await _marked(await last)


async def of_person(
    person: UUID, *, by: Account, below: UUID | None = None
) -> tuple[list[Any], UUID | None]:
    """A person's lines as `newest` tells of them, by the day of the class, the newest first.

    They begin below the line `below`, whatever has been added above it since. With them comes the
    line below which the next ones begin, where there are more.

    Raises:
        NotFound: the caller may see no such line.
    """
    query = _named(by).where(HoursEntry.person == person)
    if below is not None:
        query = query.where(_below(await ledger.find(below, by=by)))
    for column in (HoursEntry.held_on, HoursEntry.recorded_at, HoursEntry.id):
        query = query.order_by(column, ascending=False)
    found = await query.limit(PAGE + 1)
    shown = await _marked(found[:PAGE])
    return shown, shown[-1]["id"] if len(found) > PAGE else None


def _below(mark: HoursEntry) -> Any:
    same_day = HoursEntry.held_on == mark.held_on
    same_moment = HoursEntry.recorded_at == mark.recorded_at
    return (
        (HoursEntry.held_on < mark.held_on)
        | (same_day & (HoursEntry.recorded_at < mark.recorded_at))
        | (same_day & same_moment & (HoursEntry.id < mark.id))
    )


async def _marked(found: list[Any]) -> list[Any]:
    taken_back = {
        row["reverses"]
        for row in await HoursEntry.select(HoursEntry.reverses).where(
            HoursEntry.reverses.is_in([row["id"] for row in found] or [uuid4()])
        )
    }
    for row in found:
        row["reversed"] = row["id"] in taken_back
    return found


async def one(entry: UUID, *, by: Account) -> dict[str, Any]:
    """One line with names, for a page.

    Raises:
        NotFound: there is none, or it is another base's or person's.
    """
    found: dict[str, Any] | None = await _named(by).where(HoursEntry.id == entry).first()
    if found is None:
        raise NotFound(N_("没有这一条学时记录。"))
    return found


def _named(by: Account) -> Any:
    return HoursEntry.select(
        *HoursEntry.all_columns(),
        HoursEntry.person.number.as_alias("person_number"),
        HoursEntry.person.name.as_alias("person_name"),
        HoursEntry.base.name.as_alias("base_name"),
        HoursEntry.base.name_en.as_alias("base_name_en"),
    ).where(ledger.visible(by))
