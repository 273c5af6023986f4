"""One person's answer, clause by clause: what was asked, what was found, what is missing."""

from collections.abc import Mapping
from enum import StrEnum

from credentials.rules import evaluator, evidence, wording
from credentials.rules.clauses import Clause, Leaf
from credentials.rules.columns import Columns
from credentials.rules.documents import Document, digest
from credentials.rules.evaluator import Verdict
from credentials.rules.evidence import Person
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
    decided = evaluator.decide(document, evidence.columns(document, [given]))
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
    touched = document.touched(grade)
    unsettled = tuple(each.id for each in touched if not document.status_of(each).settled)
    deciding = evaluator.verdict(document, decided, grade)
    shown = evaluator.shown(document, decided, grade)
    return Answer(
        document=document.id,
        edition=document.edition,
        digest=digest(document),
        grade=grade,
        verdict=Verdict.of(int(deciding.proven[place]), int(deciding.possible[place])),
        proven=int(shown.proven[place]),
        possible=int(shown.possible[place]),
        findings=tuple(_finding(document, each, given, decided, place) for each in touched),
        illustrative=bool(unsettled),
        relies_on=unsettled,
    )


def _finding(
    document: Document, clause: Clause, given: Person, decided: Columns, place: int
) -> Finding:
    column = decided[clause.id]
    proven, possible = int(column.proven[place]), int(column.possible[place])
    outcome = Outcome.POINTS if clause.gives_points else OUTCOMES[Verdict.of(proven, possible)]
    found = SAID.get(outcome) or wording.interval(proven, possible, clause.unit)
    looked_at: Mapping[str, object] = {}
    if isinstance(clause, Leaf):
        fact, value = document.facts[clause.fact], given.get(clause.fact)
        found = wording.found(fact, value)
        missing = value is None and fact.if_absent is None
        looked_at = {"fact": clause.fact, "value": value, "missing": missing}
    return Finding.model_validate(
        {
            "clause": clause.id,
            "cite": clause.cite,
            "text": clause.text,
            **looked_at,
            "needed": document.needed[clause.id],
            "found": found,
            "proven": proven,
            "possible": possible,
            "row": None if column.row is None else int(column.row[place]),
            "outcome": outcome,
            "status": document.status_of(clause),
            "of": clause.clauses_named,
        }
    )
