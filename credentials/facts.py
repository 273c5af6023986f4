"""What is known about one person on a day, each fact with the evidence behind it.

The names are those that policy documents ask for. A fact without evidence is left out: to the
rules that is missing, never zero. Where the register itself is the evidence (hours, integrity,
levels held), absence is knowledge, and the fact is given.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from credentials.tables import Credential
from credentials.words import Level, Standing
from registry import integrity, profile
from registry.tables import Person
from registry.words import Degree
from training import ledger


class Basis(StrEnum):
    """What stands behind a fact."""

    RECORD = "record"  # the register's own records
    DOCUMENT = "document"  # a file the person supplied
    DECLARED = "declared"  # the person's word


@dataclass(frozen=True)
class Fact:
    """One fact about one person."""

    name: str
    value: int | str | bool
    basis: Basis
    evidence: tuple[str, ...] = ()
    """`table:id` of the rows it was read from."""


async def gather(person: UUID, on: date) -> list[Fact]:
    """Gather every fact the register has about a person, as of a day (that day included)."""
    row = await Person.objects().get(Person.id == person)
    assert row is not None, "foreign keys hold people in place"
    parts = await profile.whole(person)
    facts = [
        _education(parts["education"], on),
        _practice(parts["employment"], on),
        *_contracts(parts["contracts"], on),
        *await _held(person, on),
        Fact("class_minutes", await ledger.total(person, on), Basis.RECORD),
        Fact("integrity_bars", await integrity.bars(person, on), Basis.RECORD),
    ]
    if row.identity_recorded_on is not None and row.identity_recorded_on <= on:
        facts.append(Fact("identity_recorded", True, Basis.DECLARED, (f"person:{person}",)))
    return [fact for fact in facts if fact is not None]


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


def full_months(spells: list[tuple[date, date]], on: date) -> int:
    """Whole months covered by periods (first and last day) up to a day; overlaps count once.

    Each uninterrupted stretch gives its whole calendar months; what is over is dropped.
    """
    months, reached = 0, None
    stretches: list[list[date]] = []
    for began, ended in sorted(spells):
        last = min(ended, on)
        if last < began:
            continue
        if reached is not None and began <= reached + timedelta(days=1):
            stretches[-1][1] = reached = max(reached, last)
        else:
            stretches.append([began, last])
            reached = last
    for began, last in stretches:
        after = last + timedelta(days=1)
        months += (after.year - began.year) * 12 + after.month - began.month
        months -= after.day < began.day
    return months


def _contracts(rows: list[Any], on: date) -> list[Fact]:
    signed = [row for row in rows if row.signed_on <= on]
    evidence = tuple(f"technology_contract:{row.id}" for row in signed)
    return [
        Fact("contracts", len(signed), _basis(signed), evidence),
        Fact("contract_fen", sum(row.amount_fen for row in signed), _basis(signed), evidence),
    ]


async def _held(person: UUID, on: date) -> list[Fact]:
    rows = await Credential.objects().where(
        Credential.person == person,
        Credential.granted_on <= on,
        Credential.valid_until >= on,
        Credential.status == Standing.IN_FORCE,
    )
    if not rows:
        return [Fact("held_level", "none", Basis.RECORD), Fact("held_months", 0, Basis.RECORD)]
    highest = max(rows, key=lambda row: [*Level].index(Level(row.level)))
    since = min(row.granted_on for row in rows if row.level == highest.level)
    evidence = (f"credential:{highest.id}",)
    return [
        Fact("held_level", highest.level, Basis.RECORD, evidence),
        Fact("held_months", full_months([(since, on)], on), Basis.RECORD, evidence),
    ]


def canonical(facts: list[Fact]) -> str:
    """The facts as canonical JSON, in the order of their names, to keep and to hash."""
    ordered = [asdict(fact) for fact in sorted(facts, key=lambda fact: fact.name)]
    return json.dumps(ordered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of canonical facts."""
    return hashlib.sha256(text.encode()).hexdigest()
