"""What is known about one person on a day, each fact with the evidence behind it.

The names are those that policy documents ask for. A fact without evidence is left out: to the
rules that is missing, never zero. Where the register itself is the evidence (hours, integrity,
levels held), absence is knowledge, and the fact is given.
"""

import contextlib
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from credentials import contributions, declarations, policy
from credentials.rules import histories
from credentials.rules.documents import Document
from credentials.rules.facts import Given, Refused
from credentials.rules.histories import History
from credentials.rules.series import Book
from credentials.spans import full_months, full_years
from credentials.standing import history as standings
from credentials.standing.history import InForce
from credentials.tables import Declaration
from credentials.words import Basis, Level
from registry import integrity, profile
from registry.tables import Person
from registry.words import Degree
from training import ledger

BATCH = 1000
"""People in one round of queries: fewer than the variables either database takes."""


@dataclass(frozen=True)
class Fact:
    """One fact about one person."""

    name: str
    value: int | str | bool
    basis: Basis
    evidence: tuple[str, ...] = ()
    """`table:id` of the rows it was read from."""
    since: date | None = None
    """The day from which it is counted, where it grows by itself."""


async def gather(person: UUID, on: date) -> list[Fact]:
    """Gather every fact the register has about a person, as of a day (that day included).

    Of the levels held, what was in force on that day counts, as it is known now.
    """
    return (await gather_all([person], on))[person]


async def gather_all(people: Sequence[UUID], on: date) -> dict[UUID, list[Fact]]:
    """The same for many people, in a few queries for each batch of them."""
    found: dict[UUID, list[Fact]] = {}
    for start in range(0, len(people), BATCH):
        found |= await _gather([*people[start : start + BATCH]], on)
    return found


async def _gather(people: list[UUID], on: date) -> dict[UUID, list[Fact]]:
    parts = {kind: _by_person(await profile.entries_of(kind, people)) for kind in profile.KINDS}
    held = _by_person(await standings.in_force(people, on))
    minutes = await ledger.totals(people, on)
    bars = await integrity.bars_of(people, on)
    stated = await declarations.newest_of(people, on)
    book = await policy.book()
    return {
        row.id: _unique(
            [
                _education(parts["education"][row.id], on),
                _practice(parts["employment"][row.id], on),
                *_contracts(parts["contracts"][row.id], on),
                *_held(held[row.id], on),
                Fact("class_minutes", minutes.get(row.id, 0), Basis.RECORD),
                Fact("integrity_bars", bars[row.id], Basis.RECORD),
                *_identity(row, on),
                *(_declared(line, on, book) for line in stated.get(row.id, ())),
            ]
        )
        for row in await Person.objects().where(Person.id.is_in(people))
    }


def _by_person(rows: list[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person].append(row)
    return found


def _unique(facts: list[Fact | None]) -> list[Fact]:
    """What the register itself holds comes first and stands against what somebody declares."""
    found: dict[str, Fact] = {}
    for fact in facts:
        if fact is not None:
            found.setdefault(fact.name, fact)
    return [*found.values()]


def _identity(row: Person, on: date) -> list[Fact]:
    if row.identity_recorded_on is None or row.identity_recorded_on > on:
        return []
    evidence = (f"person:{row.id}",)
    found = [Fact("identity_recorded", True, Basis.DECLARED, evidence)]
    if row.born_on is not None:
        years = full_years(row.born_on, on)
        found.append(Fact("age", years, Basis.DECLARED, evidence, row.born_on))
        found.append(Fact("born_on", str(row.born_on), Basis.DECLARED, evidence))
    return found


def _declared(line: Declaration, on: date, book: Book | None) -> Fact:
    value: int | str | bool
    if line.fact in contributions.COMPARED_WITH:
        value = contributions.compact(line.fact, declarations.stored(line), on, book)
    else:
        value = declarations.value_on(line, on)
    return Fact(line.fact, value, Basis(line.basis), (f"declaration:{line.id}",), line.since)


def _basis(rows: list[Any]) -> Basis:
    supplied = rows and all(row.evidence is not None for row in rows)
    return Basis.DOCUMENT if supplied else Basis.DECLARED


def _education(rows: list[Any], on: date) -> Fact | None:
    held = [row for row in rows if row.graduated_on <= on]
    if not held:
        return None
    highest = max(held, key=lambda row: [*Degree].index(Degree(row.degree)))
    return Fact("education", highest.degree, _basis([highest]), (f"education:{highest.id}",))


def _practice(rows: list[Any], on: date) -> Fact | None:
    spells = [row for row in rows if row.technology_transfer and row.began_on <= on]
    if not spells:
        return None
    months = full_months([(row.began_on, row.ended_on or on) for row in spells], on)
    evidence = tuple(f"employment:{row.id}" for row in spells)
    return Fact("practice_months", months, _basis(spells), evidence)


def _contracts(rows: list[Any], on: date) -> list[Fact]:
    signed = [row for row in rows if row.signed_on <= on]
    evidence = tuple(f"technology_contract:{row.id}" for row in signed)
    return [
        Fact("contracts", len(signed), _basis(signed), evidence),
        Fact("contract_fen", sum(row.amount_fen for row in signed), _basis(signed), evidence),
    ]


def _held(rows: list[InForce], on: date) -> list[Fact]:
    if not rows:
        return [Fact("held_level", "none", Basis.RECORD), Fact("held_months", 0, Basis.RECORD)]
    highest = max(rows, key=lambda row: [*Level].index(row.level))
    since = min(row.granted_on for row in rows if row.level == highest.level)
    evidence = (f"credential:{highest.credential}",)
    return [
        Fact("held_level", highest.level, Basis.RECORD, evidence),
        Fact("held_months", full_months([(since, on)], on), Basis.RECORD, evidence),
    ]


def given(document: Document, gathered: Sequence[Fact]) -> dict[str, Given]:
    """What a document is told: the facts it asks for, in a form that this edition of it takes.

    A value declared under another edition that this one does not know is missing evidence.
    """
    found: dict[str, Given] = {}
    for fact in counted(document, gathered):
        if fact.name in document.facts:
            with contextlib.suppress(Refused):
                document.facts[fact.name].value(fact.value)
                found[fact.name] = fact.value
    return found


def counted(document: Document, gathered: Sequence[Fact]) -> list[Fact]:
    """What was gathered, with what this edition counts from monthly histories among it.

    A count comes before what somebody declared of it, not before a record. One that hangs on
    months nobody knows is left out: it is missing evidence.
    """
    found = {fact.name: fact for fact in gathered}
    for history in gathered:
        if history.name in contributions.COMPARED_WITH:
            worst, best = contributions.ends(str(history.value))
            least = histories.counts(document, {history.name: worst})
            most = histories.counts(document, {history.name: best})
            for name, months in least.items():
                stated = found.get(name)
                if months == most[name] and (stated is None or stated.basis != Basis.RECORD):
                    found[name] = Fact(name, months, history.basis, history.evidence)
    return [*found.values()]


def past(gathered: Sequence[Fact]) -> dict[str, History]:
    """The monthly histories among what was gathered that are known throughout."""
    return {
        fact.name: histories.read(str(fact.value))
        for fact in gathered
        if fact.name in contributions.COMPARED_WITH and contributions.UNKNOWN not in str(fact.value)
    }


def canonical(facts: list[Fact]) -> str:
    """The facts as canonical JSON, in the order of their names, to keep and to hash."""
    ordered = [asdict(fact) for fact in sorted(facts, key=lambda fact: fact.name)]
    return json.dumps(
        ordered, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )


def read(text: str) -> list[Fact]:
    """The facts that were kept as canonical JSON."""
    return [
        Fact(
            **{
                **line,
                "evidence": tuple(line["evidence"]),
                "since": date.fromisoformat(line["since"]) if line.get("since") else None,
            }
        )
        for line in json.loads(text)
    ]


def digest(text: str) -> str:
    """SHA-256 of canonical facts."""
    return hashlib.sha256(text.encode()).hexdigest()
