"""Where somebody stands under a policy: answers for a person, an officer, or anybody.

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
from credentials.rules import explain, forecast, questions
from credentials.rules.documents import Document
from credentials.rules.explain import Answer
from credentials.rules.facts import Elapsed, Given, Refused
from credentials.rules.forecast import Forecast
from credentials.rules.histories import History
from registry import people
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import Account


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
    known = {f.name: f for f in facts.counted(document, gathered) if f.name in given}
    began = {name: fact.since for name, fact in known.items() if fact.since is not None}
    return _assessed(edition, given, on, grade, known, began, facts.past(gathered))


def _assessed(
    edition: Edition,
    given: Mapping[str, Given],
    on: date,
    grade: str | None,
    known: dict[str, Fact],
    began: Mapping[str, date],
    past: Mapping[str, History],
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
        forecast=forecast.when(document, given, on, began=grows, past=past, grade=grade),
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
    return _assessed(edition, _read(edition.document, written), on, grade, {}, {}, {})


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


def asked(document: Document, grade: str | None) -> str | None:
    """The grade or route asked about, if the document has it; none stands for the whole.

    Raises:
        FieldsInvalid: the document has no such grade or route.
    """
    if grade is not None and grade not in document.asked:
        raise FieldsInvalid([FieldError("grade", "choice", N_("请从列出的选项中选择。"))])
    return grade
