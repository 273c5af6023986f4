"""A monthly history that a person declares once: every count that a document takes of it follows.

It is written as `2025-03 9948` (month and base in yuan), a line each, or as `0.8x36|0.7x12`
(multiples of the average wage and for how many months, newest first). Bases become multiples by
the figures of the year before each month; a month whose figure is not on record is unknown.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import groupby
from typing import Any, NoReturn
from uuid import uuid4

from pydantic import Field

from credentials import policy
from credentials.rules import histories
from credentials.rules.facts import Number
from credentials.rules.forecast import later
from credentials.rules.series import Book, NoFigure
from credentials.rules.sources import Text
from credentials.tables import Declaration
from credentials.words import Basis
from registry import profile
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Input, Plain
from registry.platform.i18n import N_
from registry.tables import Account

COMPARED_WITH = {"contribution_base": "average_wage"}
"""The histories people can declare, each with the series its amounts are multiples of."""
TITLES = {
    "contribution_base": Text(
        zh="逐月社会保险缴费基数", en="contribution base of social insurance, month by month"
    )
}
MOST_MONTHS = 600
FEN = 100
UNKNOWN = "?"
COMPACT = re.compile(r"[^|x]+x[0-9]{1,3}(\|[^|x]+x[0-9]{1,3})*")
LINE = re.compile(r"(\d{4})[-/.年](\d{1,2})月?[\s,:，：]+(.+)")


class HistoryIn(Input):
    """A history as it is typed or pasted."""

    months: Plain = Field(min_length=1, max_length=20_000)


async def asked(name: str, on: date) -> dict[str, Number]:
    """The facts that policies in force count from a history, by name.

    Raises:
        NotFound: there is no such history.
    """
    if name not in COMPARED_WITH:
        raise NotFound(N_("没有这一页。"))
    return {
        fact: kind
        for edition in await policy.current(on)
        for fact, kind in edition.document.facts.items()
        if isinstance(kind, Number) and kind.counted and kind.counted.history == name
    }


async def declare(
    name: str, typed: HistoryIn, *, by: Account, on: date, file: Upload | None = None
) -> Declaration:
    """Put a monthly history of the caller's on record, as their word.

    Raises:
        NotFound: there is no such history.
        FieldsInvalid: a line cannot be read; the message says which.
    """
    await asked(name, on)
    written = read(typed.months, on)
    async with transaction():
        line = Declaration(
            id=uuid4(),
            person=by.person,
            fact=name,
            value=json.dumps(written),
            since=None,
            counts=None,
            basis=Basis.DECLARED,
            evidence=await profile.keep(file, by=by) if file is not None else None,
            day=on,
            made_by=by.id,
            made_at=clock.now(),
        )
        await line.save()
        await audit.record("declaration.make", f"declaration:{line.id}", fact=name)
    return line


def read(text: str, on: date) -> dict[str, Any]:
    """Read what was typed: `{"multiples": …, "until": month}`, or `{"bases": {month: fen}}`.

    Raises:
        FieldsInvalid: it is neither form, or a month lies in the future or stands twice.
    """
    plain = text.strip().replace("×", "x").replace(" ", "")
    if COMPACT.fullmatch(plain):
        return {"multiples": _multiples(plain), "until": f"{on:%Y-%m}"}
    bases: dict[str, int] = {}
    for place, line in enumerate(text.strip().splitlines(), start=1):
        if line.strip():
            month, fen = _line(line.strip(), place, on)
            if month in bases:
                _refuse(N_("第 {place} 行：这个月前面已有。"), place=place)
            bases[month] = fen
    if len(bases) > MOST_MONTHS:
        _refuse(N_("最多 {most} 个月。"), most=MOST_MONTHS)
    return {"bases": bases}


def _multiples(text: str) -> str:
    if sum(int(part.rpartition("x")[2]) for part in text.split("|")) > MOST_MONTHS:
        _refuse(N_("最多 {most} 个月。"), most=MOST_MONTHS)
    try:
        histories.read(text)
    except ValueError:
        _refuse(N_("请写成 0.8x36|0.7x12：倍数、x、月数，从最近的月份写起。"))
    return text


def _line(line: str, place: int, on: date) -> tuple[str, int]:
    found = LINE.fullmatch(line)
    if found is None:
        _refuse(N_("第 {place} 行不能读作“2025-03 9948”。"), place=place)
    year, month, amount = found.groups()
    try:
        first = date(int(year), int(month), 1)
        fen = Decimal(amount.replace(",", "").removesuffix("元")) * FEN
    except (ValueError, InvalidOperation):
        _refuse(N_("第 {place} 行不能读作“2025-03 9948”。"), place=place)
    if first > on:
        _refuse(N_("第 {place} 行：月份还没有到。"), place=place)
    if not fen.is_finite() or fen < 0 or fen != int(fen):
        _refuse(N_("第 {place} 行：金额以元为单位，最多两位小数。"), place=place)
    return f"{first:%Y-%m}", int(fen)


def _refuse(message: str, **facts: Any) -> NoReturn:
    raise FieldsInvalid([FieldError("months", "history", message, facts)])


def said(written: dict[str, Any]) -> Text:
    """Say how much a declared history covers."""
    many = (
        len(written["bases"]) if "bases" in written else len(histories.read(written["multiples"]))
    )
    return Text(zh=f"{many} 个月", en=f"{many} months" if many != 1 else "1 month")


def typed(written: dict[str, Any]) -> str:
    """A declared history as it would be typed, newest month first."""
    if "multiples" in written:
        return str(written["multiples"])
    lines = sorted(written["bases"].items(), reverse=True)
    return "\n".join(f"{month} {Decimal(fen) / FEN:f}" for month, fen in lines)


def compact(name: str, written: dict[str, Any], on: date, book: Book | None) -> str:
    """A declared history as multiples, newest month first, as it stands on a day: `?x2|4/5x36`.

    `?` is a month nobody knows: after what was declared (the month that is running and the one
    before it are not waited for), or without a figure to compare with. Months left out between
    declared ones are without contributions.
    """
    if "multiples" in written:
        until = date.fromisoformat(f"{written['until']}-01")
        newer = [UNKNOWN] * max(0, _between(until, on) - 1)
        known = [str(each) for each in histories.read(written["multiples"])]
        return _folded([*newer, *known])
    bases = {date.fromisoformat(f"{m}-01"): fen for m, fen in written["bases"].items()}
    if not bases:
        return ""
    first, last = min(bases), max(bases)
    months = [UNKNOWN] * max(0, _between(last, on) - 1)
    for back in range(_between(first, last) + 1):
        month = later(last, -back)
        months.append(_multiple(name, bases.get(month), month, book))
    return _folded(months)


def _multiple(name: str, fen: int | None, month: date, book: Book | None) -> str:
    if fen is None:
        return "0"
    if book is None:
        return UNKNOWN
    try:
        return str(book.multiple(COMPARED_WITH[name], fen, month))
    except NoFigure:
        return UNKNOWN


def _between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _folded(months: Iterable[str]) -> str:
    return "|".join(f"{multiple}x{len([*run])}" for multiple, run in groupby(months))


def ends(text: str) -> tuple[list[Fraction], list[Fraction]]:
    """A compact history as it would be at worst and at best, in the months nobody knows."""
    worst = re.sub(r"\?", "0", text)
    best = re.sub(r"\?", "1000000", text)
    return histories.read(worst), histories.read(best)
