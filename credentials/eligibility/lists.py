"""Checking a list of people against one policy, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from credentials import facts, policy
from credentials.eligibility.assessments import asked
from credentials.policy import Edition
from credentials.rules import evaluator, evidence
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from registry import people
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_
from registry.tables import Account, Person

LONGEST_LIST = 500


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
