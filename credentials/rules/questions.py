"""What would change the answer: read off the tables, because the tables are data."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from credentials.rules import evaluator, evidence
from credentials.rules.clauses import AtLeast, AtMost, Bands, Clause, Is, Leaf, Per, Python
from credentials.rules.columns import FUNCTIONS
from credentials.rules.documents import Document
from credentials.rules.evidence import Person
from credentials.rules.facts import Amount, Choice, Day, Fact, Given, YesNo, highest, lowest


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


def turning_points(document: Document, name: str) -> list[Given]:
    """Values of a fact between which no clause changes its answer, lowest first.

    Each is the first value of its stretch; the lowest value of the fact is always among them.
    """
    fact = document.facts[name]
    if isinstance(fact, Choice):
        return list(fact.ids)
    if isinstance(fact, YesNo):
        return [0, 1]
    first: Given = str(date.min) if isinstance(fact, Day) else 0
    starts: dict[float, Given] = {lowest(fact): fact.least if isinstance(fact, Amount) else first}
    for clause in document.clauses:
        if name in clause.facts_named:
            for start in _starts(clause, name, fact):
                starts.setdefault(fact.value(start), start)
    return [starts[at] for at in sorted(starts)]


def _starts(clause: Clause, name: str, fact: Fact) -> Iterator[Given]:
    """The first values of the stretches of one clause; past the end of the range left out."""
    marks: list[Given] = []
    match clause:
        case Bands(bands=table):
            marks = [start for start, _ in table]
        case AtLeast(at_least=mark):
            marks = [mark]
        case AtMost(at_most=mark) if isinstance(mark, int):
            marks = [mark + 1]
        case AtMost(at_most=mark) if isinstance(fact, Day):
            marks = [_next_day(mark)]
        case Is(is_=mark) if isinstance(mark, int):
            marks = [mark, mark + 1]
        case Is(is_=mark) if isinstance(fact, Day):
            marks = [mark, _next_day(mark)]
        case Per(per=rate):
            last = rate.steps(int(highest(fact)))
            marks = [rate.once, *(step * rate.each for step in range(1, last + 1))]
        case Python(python=function):
            marks = list(FUNCTIONS[function].turning.get(name, ()))
        case Leaf():
            raise TypeError(f"no turning points for {type(clause).__name__}")
    if not isinstance(fact, Amount):
        return iter(marks)
    return (mark for mark in marks if isinstance(mark, int) and fact.least <= mark <= fact.most)


def _next_day(mark: Given) -> str:
    return str(date.fromisoformat(str(mark)) + timedelta(days=1))


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
