"""Worked cases: rows of facts and of what must come out, as officials write them in a table.

A column is a fact by its name, `p_…` a clause's points, or any other clause, grade or route its
verdict; `yes` lists the grades or routes proven and `open` those not settled. A row that is `like`
an earlier one leaves out the facts it shares with it. An empty cell, or `?` in such a row, is
missing evidence.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from credentials.rules import evaluator, evidence, explain
from credentials.rules.case_columns import (
    WORDS,
    CellRefused,
    Columns,
    EditionColumn,
    Row,
    Wanted,
    facts_of,
    histories_of,
    not_expected,
)
from credentials.rules.columns import Column
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.facts import Given
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_

ANSWERS = frozenset(("verdict", "proven", "possible", "best", "yes", "open", "said"))


class CasesRefused(RuleNotMet):
    """The table has columns or editions that the document does not know."""


@dataclass(frozen=True)
class Difference:
    """One cell in which the document disagrees with the table."""

    case_id: str
    column: str
    expected: str
    got: str
    edition: str


@dataclass(frozen=True)
class Report:
    """How a table of worked cases came out."""

    cases: int
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> int:
        """How many cases agree in every column."""
        return self.cases - len({(each.edition, each.case_id) for each in self.differences})


def read(text: str) -> list[dict[str, str]]:
    """The rows of a CSV table; a byte-order mark and empty lines are no matter."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [{k: (v or "").strip() for k, v in row.items() if k} for row in rows]


def check(
    editions: Sequence[Document], rows: Sequence[Row], columns: Columns | None = None
) -> Report:
    """Run worked cases through the editions of a document they are about.

    Raises:
        CasesRefused: a column or an edition that nobody knows.
    """
    columns = columns or Columns()
    _refuse_strangers(editions, rows, columns)
    differences: list[Difference] = []
    seen = 0
    for document, chosen in by_edition(editions, filled(editions, rows, columns), columns):
        seen += len(chosen)
        differences += compare(document, chosen, columns)
    return Report(seen, tuple(differences))


def compare(document: Document, rows: Sequence[Row], columns: Columns) -> Iterator[Difference]:
    """Every cell of these rows in which one edition disagrees; what it does not know it skips."""
    people: list[dict[str, Given]] = []
    sound: list[Row] = []
    for row in rows:
        try:
            people.append(facts_of(document, row, columns))
            sound.append(row)
        except CellRefused as refused:
            cell = row.get(refused.column, "")
            case = row.get("case_id", "")
            yield Difference(case, refused.column, cell, "refused", document.edition)
    yield from disagreements(document, sound, people, columns)


def disagreements(
    document: Document,
    rows: Sequence[Row],
    people: Sequence[Mapping[str, Given]],
    columns: Columns,
) -> Iterator[Difference]:
    """As `compare`, for rows whose people have been read already."""
    said = _Answers(document, people)
    names = dict.fromkeys(column for row in rows for column in row)
    asked = {name: wanted for name in names if (wanted := _wanted(document, name, columns))}
    for column, wanted in asked.items():
        for place, row in enumerate(rows):
            if cell := row.get(column, ""):
                expected = wanted.values.get(cell, cell)
                got = said.of(wanted, column, place, cell)
                if expected != got and WORDS.get(expected.lower()) != got:
                    case = row.get("case_id", "")
                    yield Difference(case, column, expected, got, document.edition)


def filled(
    editions: Sequence[Document], rows: Sequence[Row], columns: Columns
) -> list[dict[str, str]]:
    """The rows with the facts written out that they share with the row they are like."""
    shared = columns.read_from.union(*(each.facts for each in editions))
    shared |= {counted for each in editions for counted in histories_of(each)}
    done: dict[str, dict[str, str]] = {}
    whole = []
    for row in rows:
        model = done.get(row.get("like", ""), {})
        full = {k: v or (model.get(k, "") if k in shared else "") for k, v in row.items()}
        full = {k: "" if v == "?" and k in shared else v for k, v in full.items()}
        done[full.get("case_id", "")] = full
        whole.append(full)
    return whole


def by_edition(
    editions: Sequence[Document], rows: Sequence[Row], columns: Columns
) -> Iterable[tuple[Document, list[Row]]]:
    """Each row with every edition it is about: those it names, else the newest."""
    ordered = sorted(editions, key=lambda each: (each.effective_from, each.published))
    by_day = {str(each.effective_from): each for each in ordered}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for day in _days(row, columns.edition) or [str(ordered[-1].effective_from)]:
            groups.setdefault(day, []).append(row)
    if unknown := [day for day in groups if day not in by_day]:
        said = N_("没有 {day} 起施行的版本。")
        strangers = [
            FieldError("edition", "unknown-edition", said, {"day": day}) for day in unknown
        ]
        raise CasesRefused(N_("算例表所指的版本不存在。"), errors=strangers)
    return [(by_day[day], chosen) for day, chosen in groups.items()]


def _days(row: Row, edition: EditionColumn | None) -> list[str]:
    if edition is None or edition.column not in row:
        return row.get("edition", "").split()
    named = edition.values.get(row.get(edition.column, ""))
    return [str(named)] if named else []


def _refuse_strangers(editions: Sequence[Document], rows: Sequence[Row], columns: Columns) -> None:
    """Refuse columns that no edition knows: what is misspelt would never be checked."""
    strangers = [
        FieldError(name, "unknown-column", N_("不认识这一列。"))
        for name in dict.fromkeys(column for row in rows for column in row)
        if not any(
            name in not_expected(each, columns) or _wanted(each, name, columns) for each in editions
        )
    ]
    if strangers:
        raise CasesRefused(N_("算例表中有不认识的列。"), errors=strangers)


def _wanted(document: Document, column: str, columns: Columns) -> Wanted | None:
    if column in columns.expected:
        return columns.expected[column]
    if column in not_expected(document, columns):
        return None
    clause = document.asked.get(column, column.removeprefix("p_"))
    if column in ANSWERS:
        return Wanted()
    return Wanted(clause=clause) if clause in document.by_id else None


class _Answers:
    """What an edition says about the people of a table, in the words of its cells."""

    def __init__(self, document: Document, people: Sequence[Mapping[str, Given]]) -> None:
        self._document, self._people = document, people
        decided = evaluator.decide(document, evidence.columns(document, people))
        self._ends = {name: _ends(column) for name, column in decided.items()}
        self._top = _ends(evaluator.verdict(document, decided))
        self._shown = _ends(evaluator.shown(document, decided))

    def of(self, wanted: Wanted, column: str, place: int, cell: str = "") -> str:
        """One cell; what is `said` is of the clause the cell itself names."""
        if column == "said":
            return self._said(place, cell.partition("=")[0])
        if wanted.clause is None:
            answer: Any = getattr(self, f"_{column}", self._best)
            return str(answer(place))
        ends = self._ends[wanted.clause][place]
        if self._document.by_id[wanted.clause].gives_points:
            return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}..{ends[1]}"
        return str(Verdict.of(*ends))

    def _verdict(self, place: int) -> Verdict:
        return Verdict.of(*self._top[place])

    def _proven(self, place: int) -> int:
        return self._shown[place][0]

    def _possible(self, place: int) -> int:
        return self._shown[place][1]

    def _named(self, verdict: Verdict, place: int) -> str:
        return " ".join(
            name
            for name, clause in self._document.asked.items()
            if self.of(Wanted(clause=clause), "", place) == verdict
        )

    def _yes(self, place: int) -> str:
        return self._named(Verdict.YES, place) or "none"

    def _open(self, place: int) -> str:
        return self._named(Verdict.UNKNOWN, place) or "none"

    def _best(self, place: int) -> str:
        """The highest grade proven."""
        return self._yes(place).split(" ")[-1]

    def _said(self, place: int, clause: str) -> str:
        findings = explain.answer(self._document, self._people[place]).findings
        found = next((each.found.zh for each in findings if each.clause == clause), "")
        return f"{clause}={found}"


def _ends(column: Column) -> list[tuple[int, int]]:
    return list(zip(column.proven.tolist(), column.possible.tolist(), strict=True))
