"""Where somebody stands under a policy: answers for a person, an officer, a list, or anybody.

Nothing here decides: the rules are in policy documents, the answer is the engine's, and what has
consequences is confirmed by a named officer (`credentials.determinations`).
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from credentials import declarations, facts, policy
from credentials.facts import Fact
from credentials.policy import Edition
from credentials.rules import evaluator, evidence, explain, forecast, impact, questions
from credentials.rules.columns import Floats
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer
from credentials.rules.facts import Elapsed, Given, Refused
from credentials.rules.forecast import Forecast
from credentials.rules.impact import Shift
from registry import people
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import Account, Person

LONGEST_LIST = 500


@dataclass(frozen=True)
class Assessment:
    """One policy edition's answer, what it was made from, and what would change it."""

    edition: Edition
    day: date
    facts: dict[str, Fact]
    """Those the document asks for and the register or the person has, by name."""
    answer: Answer
    changes: dict[str, Given]
    """For each fact, the least change that alone makes it a yes."""
    forecast: Forecast
    """When time alone changes the answer, month by month."""


@dataclass(frozen=True)
class Line:
    """One line of a batch check."""

    number: str
    """As it was given."""
    person: Person | None
    verdict: Verdict | None
    """None: nobody on record has that number."""
    proven: int = 0
    possible: int = 0
    missing: tuple[str, ...] = ()
    """Facts of the document without evidence."""


@dataclass(frozen=True)
class Change:
    """What a change of policy does to the people on the register."""

    before: Edition
    after: Edition
    moves: Mapping[tuple[Verdict, Verdict], int]
    shifts: Mapping[str, Shift]
    people: tuple[tuple[Person, Verdict, Verdict], ...]
    """Those whose verdict differs, by their registry numbers."""

    def plain(self) -> dict[str, Any]:
        """As plain data, for a file or the command line."""
        return {
            "from": self.before.document.edition,
            "to": self.after.document.edition,
            "moves": [[was, becomes, many] for (was, becomes), many in self.moves.items()],
            "clauses": {clause: asdict(shift) for clause, shift in self.shifts.items()},
            "people": [
                {"number": person.number, "from": was, "to": becomes}
                for person, was, becomes in self.people
            ],
        }


@dataclass(frozen=True)
class Batch:
    """The answers for a list of people."""

    edition: Edition
    day: date
    lines: tuple[Line, ...]


async def assess(
    person: UUID,
    document: str,
    *,
    by: Account,
    on: date,
    known_by: date | None = None,
    grade: str | None = None,
) -> Assessment:
    """Say where a person stands under one policy on a day, as known by a day.

    Raises:
        NotFound: no such person, or not for this caller.
        NoEditionInForce: there is no such policy that day.
        FieldsInvalid: the document has no such grade or route.
    """
    async with transaction():
        await people.find(person, by=by)
        edition = await policy.in_force(document, on, known_by)
        found = _assessment(edition, await facts.gather(person, on), on, grade)
        await _note(by, person, document)
    return found


async def overview(person: UUID, *, by: Account, on: date) -> list[Assessment]:
    """Say where a person stands under every policy in force on a day.

    Raises:
        NotFound: no such person, or not for this caller.
    """
    async with transaction():
        await people.find(person, by=by)
        gathered = await facts.gather(person, on)
        found = [_assessment(edition, gathered, on, None) for edition in await policy.current(on)]
        await _note(by, person, "*")
    return found


async def _note(by: Account, person: UUID, document: str) -> None:
    if by.role in OFFICERS:
        await audit.record("eligibility.read", f"person:{person}", document=document)


def _assessment(
    edition: Edition, gathered: Sequence[Fact], on: date, grade: str | None
) -> Assessment:
    document = edition.document
    given = facts.given(document, gathered)
    known = {fact.name: fact for fact in gathered if fact.name in given}
    began = {name: fact.since for name, fact in known.items() if fact.since is not None}
    return _assessed(edition, given, on, grade, known, began)


def _assessed(
    edition: Edition,
    given: Mapping[str, Given],
    on: date,
    grade: str | None,
    known: dict[str, Fact],
    began: Mapping[str, date],
) -> Assessment:
    document = edition.document
    grade = asked(document, grade)
    grows = {name: day for name, day in began.items() if isinstance(document.facts[name], Elapsed)}
    return Assessment(
        edition=edition,
        day=on,
        facts=known,
        answer=explain.answer(document, given, grade),
        changes=questions.what_if(document, given, grade),
        forecast=forecast.when(document, given, on, began=grows, grade=grade),
    )


async def calculate(
    document: str, written: Mapping[str, str], *, on: date, grade: str | None = None
) -> Assessment:
    """Answer for facts that anybody types in; nothing is stored, nobody is named.

    Raises:
        FieldsInvalid: a fact is not of this document, or cannot have what was typed.
        NoEditionInForce: there is no such policy that day.
        FieldsInvalid: the document has no such grade or route.
    """
    edition = await policy.in_force(document, on)
    return _assessed(edition, _read(edition.document, written), on, grade, {}, {})


def _read(document: Document, written: Mapping[str, str]) -> dict[str, Given]:
    given: dict[str, Given] = {}
    wrong: list[FieldError] = []
    for name, text in written.items():
        fact = document.facts.get(name)
        if fact is None:
            wrong.append(FieldError(name, "fact-not-asked", N_("本文件没有这一事实。")))
        elif text.strip():
            try:
                given[name] = declarations.given_of(fact, text.strip())
            except Refused as refused:
                wrong.append(FieldError(name, "fact-impossible", str(refused)))
    if wrong:
        raise FieldsInvalid(wrong)
    return given


async def check_list(
    numbers: Sequence[str], document: str, *, by: Account, on: date, grade: str | None = None
) -> Batch:
    """Check a list of registry numbers against one policy, in the order given.

    Raises:
        FieldsInvalid: the list is empty or too long.
        NoEditionInForce: there is no such policy that day.
        FieldsInvalid: the document has no such grade or route.
    """
    if not numbers:
        raise FieldsInvalid([FieldError("numbers", "required", N_("请填写登记号，每行一个。"))])
    if len(numbers) > LONGEST_LIST:
        message = N_("一次最多核对 {most} 人。")
        raise FieldsInvalid([FieldError("numbers", "too-long", message, {"most": LONGEST_LIST})])
    async with transaction():
        rows = await Person.objects().where(people.visible(by), Person.number.is_in([*{*numbers}]))
        known = {row.number: row for row in rows}
        edition = await policy.in_force(document, on)
        grade = asked(edition.document, grade)
        lines = await _lines([*known.values()], edition.document, on, grade)
        await audit.record("eligibility.list", "person:*", document=document, people=len(known))
    return Batch(
        edition=edition,
        day=on,
        lines=tuple(lines.get(number) or Line(number, None, None) for number in numbers),
    )


async def _lines(
    known: list[Person], document: Document, on: date, grade: str | None
) -> dict[str, Line]:
    gathered = await facts.gather_all([row.id for row in known], on)
    given = [facts.given(document, gathered[row.id]) for row in known]
    decided = evaluator.decide(document, evidence.columns(document, given))
    deciding = evaluator.verdict(document, decided, grade)
    shown = evaluator.shown(document, decided, grade)
    wanted = {name for name, fact in document.facts.items() if fact.if_absent is None}
    return {
        row.number: Line(
            number=row.number,
            person=row,
            verdict=Verdict.of(int(deciding.proven[place]), int(deciding.possible[place])),
            proven=int(shown.proven[place]),
            possible=int(shown.possible[place]),
            missing=tuple(sorted(wanted - set(given[place]))),
        )
        for place, row in enumerate(known)
    }


async def compare(
    document: str, before: date, after: date, *, on: date, grade: str | None = None
) -> Change:
    """Try a change of policy on the whole register as it stands on a day.

    The editions are those in force on the two days, as known by the later of the second and `on`.

    Raises:
        NoEditionInForce: there is no edition on one of the days.
        FieldsInvalid: an edition has no such grade or route.
    """
    known_by = max(after, on)
    async with transaction():
        old = await policy.in_force(document, before, known_by)
        new = await policy.in_force(document, after, known_by)
        grade = asked(old.document, asked(new.document, grade))
        known = await Person.objects().order_by(Person.number)
        gathered = await facts.gather_all([row.id for row in known], on)
        columns = _columns(old.document, new.document, [gathered[row.id] for row in known])
        found = impact.impact(old.document, new.document, columns, grade=grade)
        await audit.record("policy.compare", "person:*", document=document, people=len(known))
    return Change(
        before=old,
        after=new,
        moves=found.moves,
        shifts=found.shifts,
        people=tuple(
            (
                known[place],
                impact.VERDICTS[found.before[place]],
                impact.VERDICTS[found.after[place]],
            )
            for place in found.changed.tolist()
        ),
    )


def _columns(old: Document, new: Document, gathered: Sequence[Sequence[Fact]]) -> dict[str, Floats]:
    """A column for every fact either edition asks for, read as the earlier one reads it."""
    kinds = {**new.facts, **old.facts}
    columns = {name: np.full(len(gathered), np.nan) for name in kinds}
    for place, known in enumerate(gathered):
        for fact in known:
            if fact.name in kinds:
                with contextlib.suppress(Refused):
                    columns[fact.name][place] = kinds[fact.name].value(fact.value)
    return columns


def asked(document: Document, grade: str | None) -> str | None:
    """The grade or route asked about, if the document has it; none stands for the whole.

    Raises:
        FieldsInvalid: the document has no such grade or route.
    """
    if grade is not None and grade not in document.asked:
        raise FieldsInvalid([FieldError("grade", "choice", N_("请从列出的选项中选择。"))])
    return grade
