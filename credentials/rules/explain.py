"""One person's answer, clause by clause: what was asked, what was found, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from credentials.rules import evaluator, wording
from credentials.rules.clauses import Clause, Leaf
from credentials.rules.columns import Column, Columns
from credentials.rules.documents import Document, digest
from credentials.rules.evaluator import Verdict
from credentials.rules.evidence import DOCUMENTS_KEPT, Evidence, Person
from credentials.rules.facts import Choice, Fact, Given, YesNo
from credentials.rules.sources import Shape, Status, Text


class Outcome(StrEnum):
    """How one clause turned out."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    POINTS = "points"


OUTCOMES = {
    Verdict.YES: Outcome.MET,
    Verdict.NO: Outcome.NOT_MET,
    Verdict.UNKNOWN: Outcome.UNKNOWN,
}
SAID = {
    Outcome.MET: Text(zh="满足", en="met"),
    Outcome.NOT_MET: Text(zh="不满足", en="not met"),
    Outcome.UNKNOWN: Text(zh="尚不能确定", en="not known yet"),
}


class Finding(Shape):
    """One clause, and how it turned out for one person. Kept for good, shown as it is."""

    clause: str
    cite: str
    text: Text
    fact: str | None = None
    value: int | str | None = None
    """As given; None when the clause has no fact or there is no evidence."""
    missing: bool = False
    """Evidence is wanted: none was given, and the document does not say what none counts as."""
    needed: Text
    found: Text
    proven: int
    possible: int
    row: int | None = None
    outcome: Outcome
    status: Status
    of: tuple[str, ...] = ()
    """The clauses it stands on, for showing the findings as a tree."""


class Answer(Shape):
    """What a document says about one person, and everything it rests on."""

    document: str
    edition: str
    digest: str
    grade: str | None = None
    """The grade asked about; None when the whole document was."""
    verdict: Verdict
    proven: int
    """Points of the score; without one the rank of the grade (1 is the lowest), or 0 and 1."""
    possible: int
    findings: tuple[Finding, ...]
    illustrative: bool
    """Whether any clause it rests on is illustrative or unverified."""
    relies_on: tuple[str, ...]
    """Those clauses."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts for which evidence is wanted, each once."""
        wanted = (finding.fact for finding in self.findings if finding.missing)
        return tuple(dict.fromkeys(fact for fact in wanted if fact is not None))


def answer(document: Document, given: Person, grade: str | None = None) -> Answer:
    """Decide and explain one person; with a grade, only what that grade rests on.

    Raises:
        FactsRefused: a fact of the wrong name, type or range.
        KeyError: the document has no such grade.
    """
    decided = evaluator.decide(document, Evidence.of_people(document, [given]))
    return explain(document, given, decided, grade=grade)


def explain(
    document: Document,
    given: Person,
    decided: Columns,
    *,
    place: int = 0,
    grade: str | None = None,
) -> Answer:
    """Explain the person at one place of columns already decided.

    `given` must be the facts those columns were made from.
    """
    form = _form(document, grade)
    deciding = evaluator.verdict(document, decided, grade)
    shown = evaluator.shown(document, decided, grade)
    return Answer.model_validate(
        {
            **form.blank,
            "verdict": Verdict.of(deciding.proven.item(place), deciding.possible.item(place)),
            "proven": shown.proven.item(place),
            "possible": shown.possible.item(place),
            "findings": tuple(
                line.filled_in(given, decided[line.clause.id], place) for line in form.lines
            ),
        }
    )


Entries = dict[str, Any]


@dataclass(frozen=True)
class _Line:
    """One finding as it stands for everybody before any evidence is seen."""

    clause: Clause
    fact: Fact | None
    name: str
    """The fact's."""
    gives_points: bool
    said: Mapping[Given, Text]
    """The few values of a choice, in words."""
    blank: Entries

    @classmethod
    def of(cls, document: Document, clause: Clause) -> "_Line":
        """The line of a clause."""
        blank: Entries = {
            "clause": clause.id,
            "cite": clause.cite,
            "text": clause.text,
            "needed": wording.needed(clause, document.facts),
            "status": document.status_of(clause),
            "of": clause.clauses_named,
        }
        if not isinstance(clause, Leaf):
            return cls(clause, None, "", clause.gives_points, {}, blank)
        fact = document.facts[clause.fact]
        blank["fact"] = clause.fact
        blank["missing"] = fact.if_absent is None
        blank["found"] = wording.found(fact, None)
        few = fact.ids if isinstance(fact, Choice) else (0, 1) if isinstance(fact, YesNo) else ()
        said: dict[Given, Text] = {value: wording.value(fact, value) for value in few}
        return cls(clause, fact, clause.fact, clause.gives_points, said, blank)

    def filled_in(self, given: Person, column: Column, place: int) -> Entries:
        """The finding about one person."""
        proven, possible = column.proven.item(place), column.possible.item(place)
        outcome = Outcome.POINTS if self.gives_points else OUTCOMES[Verdict.of(proven, possible)]
        entries = {
            **self.blank,
            "proven": proven,
            "possible": possible,
            "row": None if column.row is None else column.row.item(place),
            "outcome": outcome,
        }
        if self.fact is None:
            unit = self.clause.unit
            entries["found"] = SAID.get(outcome) or wording.interval(proven, possible, unit)
        elif (value := given.get(self.name)) is not None:
            entries["value"], entries["missing"] = value, False
            entries["found"] = self.said.get(value) or wording.value(self.fact, value)
        return entries


@dataclass(frozen=True)
class _Form:
    """An answer as it stands for everybody."""

    blank: Entries
    lines: tuple[_Line, ...]


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _form(document: Document, grade: str | None) -> _Form:
    touched = document.touched(grade)
    unsettled = tuple(each.id for each in touched if not document.status_of(each).settled)
    blank = {
        "document": document.id,
        "edition": document.edition,
        "digest": digest(document),
        "grade": grade,
        "illustrative": bool(unsettled),
        "relies_on": unsettled,
    }
    return _Form(blank, tuple(_Line.of(document, clause) for clause in touched))
