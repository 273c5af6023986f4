"""Checking the rows of a sheet: each becomes a line to post, or is refused with where and why."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from registry import people
from registry.people import Learner
from registry.platform.errors import FieldError
from registry.platform.fields import CONTROL, halfwidth
from registry.platform.i18n import N_
from registry.platform.vault import Vault
from training import classes, postings
from training.postings import Lesson, Line
from training.reading import Cell, Sheet
from training.refusals import FileRefused
from training.sheets import COLUMNS, EXAMPLE, OPTIONAL
from training.tables import ClassSession, Course
from training.words import ClassStatus

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?", re.ASCII)
_MINUTES = re.compile(r"\d{1,5}(?:\.0+)?", re.ASCII)
LONGEST_CELL = 500
REMEMBERED = 10_000
"""Days and lengths that are read once; a sheet repeats a few."""
TOLD_EVERY = 5000
FILE = N_("文件")
"""What a fault of no column is about."""
AT_ONCE = 1000
"""Codes looked up by one query; engines limit the arguments of a statement."""
_FIELD = {"held_on": "held_on", "person": "person", "minutes": "minutes", "reason": "reason"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One row that cannot be taken: which cell, what it says, why, and how to mend it."""

    row: int
    column: str
    value: str
    error: FieldError


class Row(NamedTuple):
    """One row as it was meant."""

    number: int
    code: str
    person: str
    name: str
    held_on: date
    minutes: int
    reason: str | None


@dataclass
class Checked:
    """What became of the rows of a sheet."""

    total: int
    wrong: dict[int, Wrong]
    """By row number."""
    lines: list[Line] = field(default_factory=list)
    """Rows that can be posted, with their places in `numbers`."""
    numbers: list[int] = field(default_factory=list)
    references: dict[int, str] = field(default_factory=dict)

    @property
    def refused(self) -> list[Wrong]:
        """The refused rows, in the order of the sheet."""
        return [self.wrong[number] for number in sorted(self.wrong)]


def columns(head: Sequence[Cell]) -> dict[str, int]:
    """Where each column stands, by the words of the first row.

    Raises:
        FileRefused: one that is needed is missing.
    """
    said = {str(halfwidth(cell or "")).replace(" ", ""): at for at, cell in enumerate(head)}
    found = {name: said[words] for name, words in COLUMNS.items() if words in said}
    for name, words in COLUMNS.items():
        if name not in found and name not in OPTIONAL:
            raise FileRefused("missing-column", words)
    return found


def rows_of(sheet: Sheet) -> tuple[list[Row], dict[int, Wrong]]:
    """The rows of a sheet as they were meant, and those that mean nothing; blank ones are passed.

    Raises:
        FileRefused: the sheet could not be read, lacks a column, or has no rows.
    """
    if sheet.refused:
        raise FileRefused(sheet.refused, sheet.detail)
    if not sheet.rows:
        raise FileRefused("empty")
    where = columns(sheet.rows[0])
    rows: list[Row] = []
    wrong: dict[int, Wrong] = {}
    places = [where.get(name, -1) for name in COLUMNS]
    for number, cells in enumerate(sheet.rows[1:], 2):
        most = len(cells)
        given = [_plain(cells[at]) if -1 < at < most else None for at in places]
        if not any(given) or (given[0].__class__ is str and given[0].startswith(EXAMPLE)):
            continue
        read = _row(number, given)
        if isinstance(read, Row):
            rows.append(read)
        else:
            wrong[number] = read
    if not rows and not wrong:
        raise FileRefused("no-rows")
    return rows, wrong


def _plain(value: Cell) -> Cell:
    """A cell with full-width characters made plain; most have none, and there are many cells."""
    if value.__class__ is not str:
        return value
    text: str = value
    return (text.strip() if text.isascii() else halfwidth(text)) or None


def _row(number: int, given: Sequence[Cell]) -> Row | Wrong:
    """A row as it was meant, from its cells in the order of `COLUMNS`."""
    code, person, name, day, minutes, reason = given

    def wrong(column: str, why: str, message: str) -> Wrong:
        value = given[[*COLUMNS].index(column)]
        said = "" if value is None else str(value)
        return Wrong(number, column, said, FieldError(column, why, message))

    for column, value in zip(COLUMNS, given, strict=True):
        if value is None and column not in OPTIONAL:
            return wrong(column, "required", N_("请填写此项。"))
        if isinstance(value, str) and (len(value) > LONGEST_CELL or CONTROL.search(value)):
            return wrong(column, "invalid", N_("不能接受这个内容，请检查后再填。"))
    if isinstance(person, int | float) and len(str(person)) > 15:
        message = N_("号码按数字保存，末几位已丢失。请把这一列设为文本格式后重新填写。")
        return wrong("person", "number-as-number", message)
    held_on = _day(day)
    if held_on is None:
        return wrong("held_on", "date", N_("请填写真实存在的日期，例如 2026-06-01。"))
    attended = _minutes(str(minutes))
    if attended is None:
        return wrong("minutes", "whole-number", N_("请填写整数分钟，例如 180。"))
    why = None if reason is None else str(reason)
    return Row(number, str(code), str(person), str(name or ""), held_on, attended, why)


@lru_cache(REMEMBERED)
def _day(value: Cell) -> date | None:
    """A day as a date cell, or as people write one."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value)
    if len(text) == 8 and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if (found := _DAY.fullmatch(text)) is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


@lru_cache(REMEMBERED)
def _minutes(text: str) -> int | None:
    return int(float(text)) if _MINUTES.fullmatch(text) else None


async def check(
    base: UUID,
    sheet: Sheet,
    *,
    vault: Vault,
    on: date,
    now: datetime,
    evidence: str | None,
    alone: bool = False,
    tell: Callable[[int], Awaitable[None]] | None = None,
) -> Checked:
    """Check every row of a sheet that a base sent; nothing is posted.

    With `alone`, nobody else posts for this base or to these people until the transaction ends;
    what is right then stays right. `tell` is told now and then how many rows are done.

    Raises:
        FileRefused: the sheet as a whole cannot be used.
    """
    rows, wrong = rows_of(sheet)
    total = len(rows) + len(wrong)
    if alone:  # before its classes are looked up, so that none is cancelled meanwhile
        await postings.wait_for_turn(base, [])
    lessons = await _lessons(base, {row.code for row in rows})
    learners = await people.find_learners({row.person for row in rows}, vault=vault)
    if alone:
        await postings.wait_for_turn(base, {learner.id for learner in learners.values()})
    checked = Checked(total, wrong)
    seen: dict[tuple[str, UUID], int] = {}
    for place, row in enumerate(rows):
        if tell is not None and place % TOLD_EVERY == 0:
            await tell(place)
        lesson, learner = lessons.get(row.code), learners.get(row.person)
        error = _error(row, lesson, learner, seen)
        if error is None and isinstance(lesson, Lesson) and learner is not None:
            line = Line(learner.id, learner.number, lesson, row.minutes, row.reason, evidence)
            checked.lines.append(line)
            checked.numbers.append(row.number)
        elif error is not None:
            value = str(getattr(row, error.field))
            wrong[row.number] = Wrong(row.number, error.field, value, error)
    judged = await postings.judge(base, checked.lines, on=on, now=now)
    by_number = {row.number: row for row in rows}
    for place, error in judged.refused.items():
        number = checked.numbers[place]
        name = _FIELD.get(error.field, "code")
        wrong[number] = Wrong(number, name, str(getattr(by_number[number], name) or ""), error)
    checked.references = judged.references
    return checked


def _error(
    row: Row,
    lesson: Lesson | FieldError | None,
    learner: Learner | None,
    seen: dict[tuple[str, UUID], int],
) -> FieldError | None:
    """What is wrong with a row by itself and beside the rows before it."""
    if lesson is None:
        return FieldError("code", "unknown-class", N_("没有这个班次。请从模板的下拉列表中选择。"))
    if isinstance(lesson, FieldError):
        return lesson
    if learner is None:
        message = N_("登记中没有这个人。请核对登记号或证件号码；本人须先登记身份。")
        return FieldError("person", "unknown-person", message)
    if row.name and halfwidth(learner.name) != row.name:
        return FieldError("name", "name-differs", N_("姓名与登记的不一致，请核对姓名和号码。"))
    if row.held_on != lesson.held_on:
        message = N_("班次的日期是 {day}，与此不符。")
        return FieldError("held_on", "day-differs", message, {"day": lesson.held_on})
    first = seen.setdefault((row.code, learner.id), row.number)
    if first != row.number:
        message = N_("与第 {row} 行重复：同一人同一班次。请删去一行。")
        return FieldError("person", "duplicate-row", message, {"row": first})
    return None


async def _lessons(base: UUID, codes: set[str]) -> dict[str, Lesson | FieldError]:
    """The base's own classes by code, and why a code of another base, or a cancelled class, is not.

    That another base has a class of that code is said, since codes get copied between bases.
    """
    found: dict[str, Lesson | FieldError] = {}
    wanted, named = sorted(codes), []
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        named += await ClassSession.objects().where(ClassSession.code.is_in(some))
    taught = {
        course.id: course
        for course in await Course.objects().where(
            Course.id.is_in(
                list({row.course for row in named}) or [base]
            )  # an empty list is refused
        )
    }
    for row in sorted(named, key=lambda each: each.base == base):
        if row.base != base:
            message = N_("这是其他基地的班次，不能由本基地登记。")
            found[row.code] = FieldError("code", "wrong-base", message)
        elif row.status == ClassStatus.CANCELLED:
            found[row.code] = FieldError("code", "class-cancelled", N_("这个班次已取消。"))
        else:
            found[row.code] = classes.lesson_of(row, taught[row.course])
    return found
