"""Trying a change of policy on the whole register, before it is published."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from credentials import facts, policy
from credentials.eligibility.assessments import asked
from credentials.facts import Fact
from credentials.policy import Edition
from credentials.rules import impact
from credentials.rules.columns import Floats
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.facts import Refused
from credentials.rules.impact import Shift
from registry.platform import audit
from registry.platform.db import transaction
from registry.tables import Person


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
    """A column for every fact either edition asks for, read as the earlier one reads it.

    What the two count differently from a monthly history has no one column, and stays missing.
    """
    kinds = {**new.facts, **old.facts}
    columns = {name: np.full(len(gathered), np.nan) for name in kinds}
    for place, known in enumerate(gathered):
        for fact in [*known, *_counted(old, new, known)]:
            if fact.name in kinds:
                with contextlib.suppress(Refused):
                    columns[fact.name][place] = kinds[fact.name].value(fact.value)
    return columns


def _counted(old: Document, new: Document, known: Sequence[Fact]) -> list[Fact]:
    """What follows from monthly histories, unless only one edition counts it, or both alike."""
    by_old = {fact.name: fact for fact in facts.counted(old, known) if fact not in known}
    by_new = {fact.name: fact for fact in facts.counted(new, known) if fact not in known}
    return [
        fact
        for name, fact in {**by_new, **by_old}.items()
        if name not in by_old or name not in by_new or _counts(old, name) == _counts(new, name)
    ]


def _counts(document: Document, name: str) -> object:
    return getattr(document.facts[name], "counted", None)
