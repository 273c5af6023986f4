"""Posting to the ledger, from one line to a whole file: the one way in, with all its conditions.

Every line is judged by the same rules, wherever it comes from: a class whose attendance was taken,
a file, or practice that two people confirmed. What is refused is refused with a reason; whether
the good lines are then posted without the others is the caller's choice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from registry.platform import clock
from registry.platform.db import add_many, among, as_uuid, is_sqlite, rows
from registry.platform.errors import Conflict, FieldError, of_unique_index
from registry.platform.i18n import N_
from registry.tables import Account
from training import leave, periods
from training.leave import Leave
from training.periods import Lateness
from training.words import Level, Mode, Module


class ReferenceTaken(Conflict):
    """A line recorded without a class bears the reference this one would get."""


MINUTES_OF_A_DAY = 24 * 60
COLUMNS = (
    "id", "person", "base", "reference", "course", "module", "mode", "held_on", "minutes",
    "offered_minutes", "reverses", "reason", "recorded_by", "recorded_at", "level",
    "class_session", "import_run", "evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a line is for: a class session, or a stretch of practice, of one base."""

    id: UUID | None
    """The class session; None for practice."""
    code: str
    course: str
    level: Level | None
    module: Module
    mode: Mode
    held_on: date
    offered: int
    ends_at: datetime | None = None


class Line(NamedTuple):
    """One line to post."""

    person: UUID
    number: str
    """The person's registry number."""
    lesson: Lesson
    minutes: int
    reason: str | None = None
    """Why it is late."""
    evidence: str | None = None


@dataclass
class Judgement:
    """What may be posted of some lines: a reason for each that may not, else its reference."""

    refused: dict[int, FieldError]
    references: dict[int, str]


async def judge(base: UUID, lines: Sequence[Line], *, on: date, now: datetime) -> Judgement:
    """Judge lines of one base, by their places. Reads; call in the transaction that posts them."""
    found = Judgement({}, {})
    if not lines:
        return found
    allowed, late = await leave.of_base(base), await periods.lateness(on)
    first = min(line.lesson.held_on for line in lines)
    last = max(line.lesson.held_on for line in lines)
    posted, earlier = await _posted(base, first, last)
    filled = await _filled({line.person for line in lines}, first, last)
    lessons: dict[int, FieldError | None] = {}
    for place, line in enumerate(lines):
        lesson = line.lesson
        if id(lesson) not in lessons:  # far quicker to look up than the lesson itself
            lessons[id(lesson)] = _lesson_refused(lesson, allowed, now)
        key = (line.person, lesson.id or lesson.code)
        day = (line.person, lesson.held_on)
        wrong = lessons[id(lesson)] or _line_refused(line, late)
        if wrong is None and key in posted:
            wrong = FieldError("person", "duplicate", N_("此人在这个班次的学时已经登记过。"))
        if wrong is None and filled[day] + line.minutes > MINUTES_OF_A_DAY:
            message = N_("此人当天登记的学时合计已超过 24 小时，请核对日期和人员。")
            wrong = FieldError("minutes", "day-full", message)
        if wrong is not None:
            found.refused[place] = wrong
            continue
        posted.add(key)
        filled[day] += line.minutes
        found.references[place] = _reference(line, earlier[key])
    return found


def _lesson_refused(lesson: Lesson, allowed: Leave, now: datetime) -> FieldError | None:
    if lesson.ends_at is not None and lesson.ends_at > now:
        return FieldError("held_on", "not-held-yet", N_("这次课还没有结束，课后再登记。"))
    if lesson.held_on > clock.office_day(now):
        return FieldError("held_on", "in-future", N_("课程日期不能晚于今天；课后再登记。"))
    return allowed.why_not(lesson.held_on, lesson.module, lesson.level)


def _line_refused(line: Line, late: Lateness) -> FieldError | None:
    if line.minutes <= 0:
        return FieldError("minutes", "too-small", N_("时长须大于 0 分钟。"))
    if line.minutes > line.lesson.offered:
        message = N_("取得 {minutes} 分钟，多于这次课的 {offered} 分钟。")
        facts = {"minutes": line.minutes, "offered": line.lesson.offered}
        return FieldError("minutes", "more-than-offered", message, facts)
    return late.why_not(line.lesson.held_on, line.reason)


def _reference(line: Line, earlier: int) -> str:
    """The base's own number for the line; after a reversal the next one is numbered."""
    again = f"#{earlier + 1}" if earlier else ""
    return f"{line.lesson.code}/{line.number}{again}"


async def _posted(
    base: UUID, first: date, last: date
) -> tuple[set[tuple[UUID, UUID | str]], Counter[tuple[UUID, UUID | str]]]:
    """Who has standing lines for which class, and how many lines each ever had there."""
    standing: set[tuple[UUID, UUID | str]] = set()
    ever: Counter[tuple[UUID, UUID | str]] = Counter()
    for row in await rows(
        "SELECT person, class_session, MIN(reference) AS reference, SUM(minutes) AS minutes,"
        " SUM(CASE WHEN reverses IS NULL THEN 1 ELSE 0 END) AS lines FROM hours_entry"
        " WHERE base = {} AND held_on >= {} AND held_on <= {}"
        " GROUP BY person, class_session, CASE WHEN class_session IS NULL THEN reference END",
        base,
        first,
        last,
    ):
        session = row["class_session"]
        key = (as_uuid(row["person"]), as_uuid(session) if session else _code(row["reference"]))
        ever[key] += row["lines"]
        if row["minutes"] > 0:
            standing.add(key)
    return standing, ever


async def standing_in(session: UUID, person: UUID) -> bool:
    """Whether a person has hours of a class in the ledger that were not taken back."""
    [found] = await rows(
        "SELECT SUM(minutes) AS minutes FROM hours_entry WHERE class_session = {} AND person = {}",
        session,
        person,
    )
    return bool(found["minutes"])


def _code(reference: str) -> str:
    """The code of a lesson without a class session, as `_reference` puts it at the head."""
    return reference.rpartition("/")[0] or reference


async def _filled(
    people: set[UUID], first: date, last: date
) -> defaultdict[tuple[UUID, date], int]:
    """Minutes each person has on each day, at any base."""
    condition, argument = among("person", people)
    filled: defaultdict[tuple[UUID, date], int] = defaultdict(int)
    for row in await rows(
        "SELECT person, held_on, SUM(minutes) AS minutes FROM hours_entry"  # noqa: S608 -- own names
        f" WHERE {condition} AND held_on >= {{}} AND held_on <= {{}} GROUP BY person, held_on",
        argument,
        first,
        last,
    ):
        filled[as_uuid(row["person"]), row["held_on"]] = row["minutes"]
    return filled


async def wait_for_turn(base: UUID, people: Iterable[UUID]) -> None:
    """Let nobody else post for this base, or to these people, until the transaction ends.

    Two at once could otherwise each find the other's line missing. SQLite has one writer anyway.
    """
    if is_sqlite():
        return
    await rows("SELECT id FROM organisation WHERE id = {} FOR NO KEY UPDATE", base)
    condition, argument = among("id", sorted(people))
    await rows(
        f"SELECT id FROM person WHERE {condition} ORDER BY id FOR NO KEY UPDATE",  # noqa: S608
        argument,
    )


async def write(
    base: UUID,
    lines: Sequence[Line],
    references: dict[int, str],
    *,
    by: Account,
    import_run: UUID | None = None,
) -> dict[int, UUID]:
    """Add the lines that have a reference to the ledger; return the new ids by place."""
    now, made = clock.now(), {place: uuid4() for place in references}
    kinds: dict[int, tuple[str, str, str | None]] = {}
    records = []
    for place, reference in references.items():
        person, _, lesson, minutes, reason, evidence = lines[place]
        if (kind := kinds.get(id(lesson))) is None:
            level = str(lesson.level) if lesson.level else None
            kind = kinds[id(lesson)] = str(lesson.module), str(lesson.mode), level
        module, mode, level = kind
        records.append(
            (
                made[place], person, base, reference, lesson.course, module, mode,
                lesson.held_on, minutes, lesson.offered, None, reason, by.id, now, level,
                lesson.id, import_run, evidence,
            )
        )  # fmt: skip
    try:
        await add_many("hours_entry", COLUMNS, records)
    except Exception as error:
        if of_unique_index(error, "hours_entry", "reference"):
            raise ReferenceTaken(N_("班次编号与已登记的基地编号冲突，请换一个班次编号。")) from None
        raise
    return made


async def take_back(import_run: UUID, *, reason: str, by: Account) -> int:
    """Reverse every standing line of one import; return how many. Call in a transaction."""
    standing = await rows(
        "SELECT * FROM hours_entry AS line WHERE import_run = {} AND reverses IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM hours_entry AS back WHERE back.reverses = line.id)",
        import_run,
    )
    now, records = clock.now(), []
    for line in standing:
        made = uuid4()
        changed = {
            "id": made,
            "reference": f"{line['reference'][:47]}-REV-{made.hex[:8]}",
            "minutes": -line["minutes"],
            "reverses": line["id"],
            "reason": reason,
            "recorded_by": by.id,
            "recorded_at": now,
        }
        records.append([changed.get(column, line[column]) for column in COLUMNS])
    await add_many("hours_entry", COLUMNS, records)
    return len(records)
