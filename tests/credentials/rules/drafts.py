"""Documents and people for trying the language: one with every word in it, and random ones."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from credentials.rules import documents, questions
from credentials.rules.documents import Document
from credentials.rules.facts import Amount, Choice, Day, Ratio, YesNo, highest, lowest

Draft = dict[str, Any]


def words(text: str) -> Draft:
    return {"zh": text, "en": text}


HEAD: Draft = {
    "id": "draft",
    "title": words("draft"),
    "source": {"issuer": "desk", "number": "1", "citation": "draft"},
    "published": "2025-12-01",
    "effective_from": "2026-01-01",
    "status": "cited",
    "checked": {"on": "2026-01-01", "by": "desk"},
}


def number(moves: str = "up", **more: Any) -> Draft:
    return {"kind": "number", "text": words("n"), "unit": words("months"), "moves": moves, **more}


def choice(*ids: str, moves: str = "up") -> Draft:
    among = [{"id": each, **words(each)} for each in ids]
    return {"kind": "choice", "text": words("c"), "moves": moves, "among": among}


DAY: Draft = {"kind": "day", "text": words("d"), "moves": "no"}
YES_NO: Draft = {"kind": "yes-no", "text": words("y"), "moves": "up"}
RATIO: Draft = {"kind": "ratio", "text": words("r"), "moves": "up"}


def clause(id: str, **more: Any) -> Draft:
    return {"id": id, "cite": "第一条", "text": words(id), **more}


def draft(facts: Draft, clauses: list[Draft], **more: Any) -> Draft:
    return {**HEAD, "facts": facts, "clause": clauses, **more}


def shaped(facts: Draft, clauses: list[Draft], **more: Any) -> Document:
    return documents.shape(draft(facts, clauses, **more), "draft")


FACTS: Draft = {
    "up": number(most=8),
    "down": number("down", most=8),
    "fixed": number("no", most=8, if_absent={"value": 3, "cite": "第九条"}),
    "level": choice("low", "middle", "high"),
    "flag": YES_NO,
}
"""Facts with so few values that every value can be tried."""


def random_document(seed: int) -> Document:
    """A document of up to twelve clauses over FACTS that passes the lint.

    Made from one number, not drawn piece by piece: a hundred times quicker to make.
    """
    chance = Random(seed)
    clauses: list[Draft] = []
    conditions: list[str] = []
    points: list[str] = []
    for place in range(chance.randint(3, 12)):
        name = f"c{place}"
        gives_points = place > 0 and chance.random() < 0.5
        made = (_points if gives_points else _condition)(chance, conditions, points)
        clauses.append(clause(name, **made))
        (points if gives_points else conditions).append(name)
    used = {each["fact"] for each in clauses if "fact" in each}
    facts = {name: fact for name, fact in FACTS.items() if name in used}
    more = {"score": points[-1]} if points else {}
    return shaped(facts, clauses, verdict=conditions[-1], **more)


def drafts() -> st.SearchStrategy[Document]:
    return st.integers(0, 2**32).map(random_document)


AMOUNTS = ("up", "down", "fixed")


def _condition(chance: Random, conditions: list[str], points: list[str]) -> Draft:
    word = chance.choice(["at_least", "at_most", "is"])
    options: list[Draft] = [
        {"fact": chance.choice(AMOUNTS), word: chance.randint(0, 8)},
        {"fact": "level", word: chance.choice(["low", "middle", "high"])},
        {"fact": "flag", "is": chance.randint(0, 1)},
    ]
    if conditions:
        of = _some(chance, conditions)
        options += [{fold: of} for fold in ("all", "any", "none")]
        options.append({"count": {"of": of, "need": chance.randint(1, len(of))}})
    if points:
        stake = {"clause": chance.choice(points), "points": chance.randint(-4, 12)}
        options += [{"reach": stake}] * 3
    return chance.choice(options)


def _points(chance: Random, conditions: list[str], points: list[str]) -> Draft:
    def worth() -> int:
        return chance.randint(-3, 5)

    fact, rate = chance.choice(AMOUNTS), chance.choice([-3, -1, 1, 2, 5])
    starts = [0, *sorted(chance.sample(range(1, 9), chance.randint(0, 3)))]
    per = {"each": chance.randint(1, 4), "points": rate, "once": chance.randint(0, 6)}
    if chance.random() < 0.5:
        per["at_most"] = chance.randint(1, 9) * (1 if rate > 0 else -1)
    options: list[Draft] = [
        {"fact": fact, "bands": [[start, worth()] for start in starts]},
        {"fact": "level", "choices": {each: worth() for each in ("high", "low", "middle")}},
        {"fact": fact, "per": per},
        {"worth": {"clause": chance.choice(conditions), "points": worth()}},
    ]
    if points:
        of = _some(chance, points)
        proviso = {"points": chance.choice(points), "when": chance.choice(conditions)}
        options += [{"provided": proviso}] * 2
        options += [{"sum": of}, {"best_of": of}]
    return chance.choice(options)


def _some(chance: Random, names: list[str]) -> list[str]:
    return chance.sample(names, chance.randint(1, min(4, len(names))))


BESIDE = (Fraction(-1, 10_000), Fraction(0), Fraction(1, 10_000))


def values(document: Document, name: str) -> list[Any]:
    """Every value of a fact when it has few, else the values beside every turning point."""
    fact = document.facts[name]
    if isinstance(fact, Choice):
        return list(fact.ids)
    if isinstance(fact, YesNo):
        return [0, 1]
    if isinstance(fact, Amount) and highest(fact) <= 20:
        return list(range(fact.least, fact.most + 1))
    if isinstance(fact, Ratio):
        marks = [Fraction(str(at)) for at in questions.turning_points(document, name)]
        return [str(at + by) for at in marks for by in BESIDE if at + by >= 0]
    if isinstance(fact, Day):
        days = [date.fromisoformat(str(at)) for at in questions.turning_points(document, name)[1:]]
        return [str(day + timedelta(days=by)) for day in days for by in (-1, 0, 1)]
    starts = [at for at in questions.turning_points(document, name) if isinstance(at, int)]
    beside = sorted({at + by for at in starts for by in (-1, 0, 1)})
    return [at for at in beside if lowest(fact) <= at <= highest(fact)]


def people(document: Document) -> st.SearchStrategy[dict[str, Any]]:
    """Random people for a document, near its marks, with evidence missing here and there."""
    return st.fixed_dictionaries(
        {name: st.none() | st.sampled_from(values(document, name)) for name in document.facts}
    )
