"""What a statement of hours says: every line of a person's ledger, and what they add up to."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from certificates.contents import (
    Cell,
    Column,
    Content,
    Listing,
    Note,
    Outcome,
    Particular,
    Row,
    Tone,
)
from certificates.phrases import day, plain, say
from certificates.wording import Phrase
from certificates.words import StatementKind
from training import policy
from training.tables import HoursEntry
from training.words import Module

_MODULES = (("module", 56), ("minutes", 22), ("hours", 22))
_ENTRIES = (
    ("held_on", 13),
    ("course", 26),
    ("mode", 19),
    ("base", 26),
    ("minutes", 8),
    ("hours", 8),
)
_FIGURES = {"minutes", "hours"}


async def content(
    person: UUID, on: date, who: tuple[Particular, ...], holder: str, issuer: Phrase
) -> Content:
    """Choose what a statement of a person's hours says; classes up to and including `on` count."""
    lines, hour = await _lines(person, on), await policy.class_hour(on)
    total = sum(line["minutes"] for line in lines)
    hours = say("label", "class_hours")
    whole = f"{total // hour:,}"
    said = Phrase(zh=f"{whole} {hours.zh}", en=f"{whole} {hours.en}")
    return Content(
        kind=StatementKind.HOURS,
        title=say("title", StatementKind.HOURS),
        holder=holder,
        particulars=(*who, *_particulars(lines)),
        outcome=Outcome(said=said, good=True, figure=f"{total:,}", unit=say("column", "minutes")),
        listings=(_modules(lines, total, hour), _entries(lines, hour)),
        notes=tuple(_notes(hour)),
        responsible=(),
        issuer=issuer,
    )


async def _lines(person: UUID, on: date) -> list[dict[str, Any]]:
    """All of a person's lines, by the day of the class, as the ledger has them."""
    found: list[dict[str, Any]] = await (
        HoursEntry.select(
            HoursEntry.id,
            HoursEntry.reverses,
            HoursEntry.course,
            HoursEntry.module,
            HoursEntry.mode,
            HoursEntry.held_on,
            HoursEntry.minutes,
            HoursEntry.base.name.as_alias("base"),
            HoursEntry.base.name_en.as_alias("base_en"),
        )
        .where(HoursEntry.person == person, HoursEntry.held_on <= on)
        .order_by(HoursEntry.held_on)
        .order_by(HoursEntry.recorded_at)
        .order_by(HoursEntry.id)
    )
    return found


def _particulars(lines: list[dict[str, Any]]) -> Iterator[Particular]:
    yield Particular(label=say("label", "entries"), value=plain(str(len(lines))))
    if lines:
        first, last = day(lines[0]["held_on"]), day(lines[-1]["held_on"])
        between = say("line", "between", first=first, last=last)
        yield Particular(label=say("label", "first_last"), value=between)


def _hours(minutes: int, hour: int) -> str:
    """Class hours, to hundredths, nothing rounded up."""
    exact = Decimal(minutes) / hour
    said = f"{exact.quantize(Decimal('0.01'), ROUND_DOWN):,}".rstrip("0").rstrip(".")
    return said or "0"


def _columns(shares: tuple[tuple[str, int], ...]) -> tuple[Column, ...]:
    return tuple(
        Column(label=say("column", name), share=share, figures=name in _FIGURES)
        for name, share in shares
    )


def _figure(said: str) -> Cell:
    return Cell(zh=said, en="")


def _named(phrase: Phrase) -> Cell:
    return Cell(zh=phrase.zh, en=phrase.en)


def _modules(lines: list[dict[str, Any]], total: int, hour: int) -> Listing:
    minutes = {
        module: sum(line["minutes"] for line in lines if line["module"] == module)
        for module in Module
    }
    rows = [
        Row(cells=(_named(say("module", module)), _figure(f"{of:,}"), _figure(_hours(of, hour))))
        for module, of in minutes.items()
    ]
    closing = Row(
        cells=(_named(say("line", "total")), _figure(f"{total:,}"), _figure(_hours(total, hour))),
        tone=Tone.STRONG,
    )
    return Listing(
        title=say("listing", "modules"), columns=_columns(_MODULES), rows=(*rows, closing)
    )


def _entries(lines: list[dict[str, Any]], hour: int) -> Listing:
    taken_back = {line["reverses"] for line in lines}
    rows = tuple(_entry(line, line["id"] in taken_back, hour) for line in lines)
    none = Row(cells=(_named(say("line", "nothing")), *(_figure("") for _ in _ENTRIES[1:])))
    return Listing(
        title=say("listing", "entries"), columns=_columns(_ENTRIES), rows=rows or (none,)
    )


def _entry(line: dict[str, Any], taken_back: bool, hour: int) -> Row:
    course = plain(line["course"])
    if taken_back or line["reverses"] is not None:
        mark = say("line", "reversed" if taken_back else "reversal")
        course = Phrase(zh=f"{course.zh}（{mark.zh}）", en=mark.en)
    module, mode = say("module", line["module"]), say("mode", line["mode"])
    return Row(
        cells=(
            _figure(str(line["held_on"])),
            _named(course),
            Cell(zh=f"{module.zh}，{mode.zh}", en=f"{module.en}, {mode.en}"),
            Cell(zh=" ".join(line["base"].split()), en=" ".join(line["base_en"].split())),
            _figure(f"{line['minutes']:,}"),
            _figure(_hours(line["minutes"], hour)),
        ),
        tone=Tone.WARNING if line["reverses"] is not None else Tone.PLAIN,
    )


def _notes(hour: int) -> Iterator[Note]:
    for said in (
        say("note", StatementKind.HOURS, minutes=hour),
        say("note", "standing"),
    ):
        yield Note(zh=said.zh, en=said.en)
