"""What an assessment means for somebody: what to bring, what would help, what time does."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from credentials.eligibility.assessments import Assessment
from credentials.rules import wording
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer, Outcome
from credentials.rules.facts import Fact
from credentials.rules.forecast import Turn
from credentials.rules.sources import Text


@dataclass(frozen=True)
class Wanted:
    """A fact without evidence."""

    name: str
    fact: Fact
    most: int
    """The most points a table of the document gives for it; 0 where it only decides conditions."""
    worth: Text
    """Those points, in what they count."""


@dataclass(frozen=True)
class Change:
    """The least change of one fact that alone makes the answer a yes."""

    name: str
    fact: Fact
    now: Text
    then: Text


@dataclass(frozen=True)
class Turning:
    """One turn of the forecast, seen from the one before."""

    day: date
    verdict: Verdict
    before: Text | None
    """What it came to until then."""
    standing: Text | None
    moved: tuple[Text, ...]
    """What the facts are that moved."""
    decides: bool
    """The verdict differs from the one before."""
    loses: bool
    """Points that were proven are no longer."""


@dataclass(frozen=True)
class Outlook:
    """What is missing, what would change the answer, and what time alone does to it."""

    standing: Text | None
    wanted: tuple[Wanted, ...]
    changes: tuple[Change, ...]
    turnings: tuple[Turning, ...]
    """Those after today."""
    assumed: tuple[Text, ...]
    """What the facts are whose course is only assumed."""


def outlook(found: Assessment) -> Outlook:
    """Put an assessment's consequences in the document's own words."""
    document, answer = found.edition.document, found.answer
    facts = document.facts
    return Outlook(
        standing=standing(document, answer),
        wanted=tuple(_wanted(document, answer, name) for name in answer.missing),
        changes=tuple(
            Change(name, facts[name], _now(found, name), wording.value(facts[name], then))
            for name, then in found.changes.items()
        ),
        turnings=tuple(_turnings(document, found)),
        assumed=tuple(facts[name].text for name in found.forecast.assumed),
    )


def standing(document: Document, answer: Answer | Turn) -> Text | None:
    """Say the score, or the grades proven and possible; None where there is neither.

    An answer about one grade of a document without a score has only its verdict.
    """
    grade = answer.grade if isinstance(answer, Answer) else None
    if document.score is not None:
        unit = document.by_id[document.score].unit
        return wording.interval(answer.proven, answer.possible, unit)
    if document.ladder and grade is None:
        return _rungs(document, answer.proven, answer.possible)
    return None


def _rungs(document: Document, proven: int, possible: int) -> Text:
    least, most = _rung(document, proven), _rung(document, possible)
    if proven == possible:
        return least
    return Text(zh=f"{least.zh}，最高可能：{most.zh}", en=f"{least.en}; at best: {most.en}")


def _rung(document: Document, rank: int) -> Text:
    if rank == 0:
        return Text(zh="未达到任何一级", en="no grade")
    return document.by_id[document.asked[document.ladder[rank - 1]]].text


def _wanted(document: Document, answer: Answer, name: str) -> Wanted:
    best = max(
        (each for each in answer.findings if each.fact == name and each.outcome is Outcome.POINTS),
        key=lambda each: each.possible,
        default=None,
    )
    most = best.possible if best else 0
    unit = document.by_id[best.clause].unit if best else None
    return Wanted(name, document.facts[name], most, wording.points(most, unit))


def _now(found: Assessment, name: str) -> Text:
    fact = found.edition.document.facts[name]
    known = (each.value for each in found.answer.findings if each.fact == name)
    return wording.found(fact, next(known, None))


def _turnings(document: Document, found: Assessment) -> list[Turning]:
    turns = found.forecast.turns
    by_grade = found.answer.grade is not None and document.score is None
    return [
        Turning(
            day=turn.day,
            verdict=turn.verdict,
            before=None if by_grade else standing(document, before),
            standing=None if by_grade else standing(document, turn),
            moved=tuple(document.facts[name].text for name in turn.moved),
            decides=turn.verdict != before.verdict,
            loses=turn.proven < before.proven,
        )
        for before, turn in pairwise(turns)
    ]
