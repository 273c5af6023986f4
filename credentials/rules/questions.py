"""What would change the answer: read off the tables, because the tables are data."""

import numpy as np

from credentials.rules import evaluator, evidence
from credentials.rules.documents import Document
from credentials.rules.evidence import Person
from credentials.rules.facts import Amount, Fact, Given
from credentials.rules.turning import turning_points as turning_points


def what_if(document: Document, given: Person, grade: str | None = None) -> dict[str, Given]:
    """For each fact the person can move, the least change that alone makes the verdict a yes.

    Facts that cannot do it alone are left out; empty when it is a yes already. A missing fact may
    turn out to be anything, and the value nearest to where it would start from is given. One call
    of the evaluator, over as many imagined people as there are turning points.

    Raises:
        FactsRefused: a fact of the wrong name, type or range.
        KeyError: the document has no such grade.
    """
    person = evidence.columns(document, [given])
    tries = [
        (name, value)
        for name, fact in document.facts.items()
        if fact.moves != "no"
        for value in _ahead(fact, given.get(name), turning_points(document, name))
    ]
    people = {name: np.repeat(column, 1 + len(tries)) for name, column in person.items()}
    for place, (name, value) in enumerate(tries, start=1):
        people[name][place] = document.facts[name].value(value)
    decided = evaluator.decide(document, people)
    yes = evaluator.verdict(document, decided, grade).proven.astype(np.bool_)
    found: dict[str, Given] = {}
    if not yes[0]:
        for (name, value), enough in zip(tries, yes[1:], strict=True):
            if enough:
                found.setdefault(name, value)
    return found


def _ahead(fact: Fact, now: Given, starts: list[Given]) -> list[Given]:
    """The values worth trying, nearest first: those beyond what the person has now.

    Going up, the first value of each stretch; going down, the last one.
    """
    if now is None and fact.if_absent is not None:
        now = fact.if_absent.value
    if fact.moves == "up":
        return [at for at in starts if now is None or fact.value(at) > fact.value(now)]
    if isinstance(fact, Amount):
        lasts = [at - 1 for at in starts[1:] if isinstance(at, int)]
        starts = [*lasts, fact.most]
    return [at for at in reversed(starts) if now is None or fact.value(at) < fact.value(now)]
