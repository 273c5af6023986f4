"""Where somebody stands under a policy: answers for a person, an officer, a list, or anybody.

Nothing here decides: the rules are in policy documents, the answer is the engine's, and what has
consequences is confirmed by a named officer (`credentials.determinations`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credentials import declarations, facts, policy
from credentials.facts import Fact
from credentials.policy import Edition
from credentials.rules import evaluator, evidence, explain, questions
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer
from credentials.rules.facts import Given, Refused
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
        KeyError: the document has no such grade.
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
    return Assessment(
        edition=edition,
        day=on,
        facts={fact.name: fact for fact in gathered if fact.name in given},
        answer=explain.answer(document, given, grade),
        changes=questions.what_if(document, given, grade),
    )


async def calculate(
    document: str, written: Mapping[str, str], *, on: date, grade: str | None = None
) -> Assessment:
    """Answer for facts that anybody types in; nothing is stored, nobody is named.

    Raises:
        FieldsInvalid: a fact is not of this document, or cannot have what was typed.
        NoEditionInForce: there is no such policy that day.
        KeyError: the document has no such grade.
    """
    edition = await policy.in_force(document, on)
    given = _read(edition.document, written)
    return Assessment(
        edition=edition,
        day=on,
        facts={},
        answer=explain.answer(edition.document, given, grade),
        changes=questions.what_if(edition.document, given, grade),
    )


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
        KeyError: the document has no such grade.
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
    shown = decided[document.score] if document.score is not None else deciding
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
