"""Every policy document of the seeds, with its editions, worked cases and declared columns."""

import csv
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from credentials.rules import cases, documents
from credentials.rules.case_columns import Columns, facts_of
from credentials.rules.documents import Document, DocumentRefused
from training import policy as training

FOLDER = Path(documents.__file__).parents[2] / "seeds" / "policy"
FIGURES_ALONE = {*training.SCHEMES, training.RECORDS, "training-days"}
"""Documents without conditions, from which training reads figures."""
NAMES = sorted({folder.name for folder in FOLDER.iterdir() if folder.is_dir()} - FIGURES_ALONE)
COLUMNS = {
    name: Columns.model_validate(written)
    for name, written in tomllib.loads(
        (FOLDER / "case-columns.toml").read_text(encoding="utf-8")
    ).items()
}


def editions_of(name: str) -> list[Document]:
    """The editions of a document, the earliest first."""
    return [
        documents.load(file.read_bytes(), f"{name}/{file.name}")
        for file in sorted((FOLDER / name).glob("*.toml"))
    ]


EDITIONS = {name: editions_of(name) for name in NAMES}
EVERY = [edition for editions in EDITIONS.values() for edition in editions]
OF_FIGURES = [edition for name in sorted(FIGURES_ALONE) for edition in editions_of(name)]
LATEST = {name: editions[-1] for name, editions in EDITIONS.items()}


def columns_of(name: str) -> Columns:
    return COLUMNS.get(name, Columns())


def rows_of(document: Document) -> list[dict[str, str]]:
    """The worked cases about one edition, written out in full."""
    editions = EDITIONS[document.id]
    rows = cases.read((FOLDER / document.id / "cases.csv").read_text(encoding="utf-8"))
    columns = columns_of(document.id)
    whole = cases.filled(editions, rows, columns)
    for edition, chosen in cases.by_edition(editions, whole, columns):
        if edition is document:
            return [dict(row) for row in chosen]
    return []


def figures_of(document: Document) -> dict[str, int]:
    """The parameters of an edition, as a second hand wrote them down."""
    file = FOLDER / document.id / "parameters.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines()) if file.exists() else []
    day = str(document.effective_from)
    return {row["parameter"]: int(row["value"]) for row in rows if day in row["edition"].split()}


Path_ = tuple[Any, ...]


def marks(document: dict[str, Any]) -> Iterator[Path_]:
    """Where the figures of a plain document are: whole, exact, a day, or a choice compared with."""
    for place, clause in enumerate(document["clause"]):
        for word in ("at_least", "at_most", "is"):
            if word in clause:
                yield "clause", place, word
        for word in ("bands", "choices", "per", "count", "reach", "worth"):
            if word in clause:
                yield from _whole(clause[word], ("clause", place, word))
    for name, fact in document["facts"].items():
        for key in ("last", "at_least"):
            if "counted" in fact:
                yield "facts", name, "counted", key
        if "if_absent" in fact:
            yield "facts", name, "if_absent", "value"
        if "shown_as" in fact:
            yield "facts", name, "shown_as", "divide"
    for name in document.get("parameters", {}):
        yield "parameters", name, "value"


def _whole(part: Any, path: Path_) -> Iterator[Path_]:
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from _whole(value, (*path, key))
    elif isinstance(part, int) or (isinstance(part, str) and part[:1].isdigit()):
        yield path


def nudged(document: dict[str, Any], path: Path_, by: int) -> dict[str, Any]:
    """The document with one figure a little larger or smaller."""
    changed = {**document, path[0]: deepcopy(document[path[0]])}
    part: Any = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = _moved(document, part, part[path[-1]], by)
    return changed


def _moved(document: dict[str, Any], part: Any, figure: Any, by: int) -> Any:
    if isinstance(figure, int):
        return figure + by
    fact = document["facts"].get(part.get("fact"), {}) if isinstance(part, dict) else {}
    if fact.get("kind") == "choice":
        ids = [each["id"] for each in fact["among"]]
        return ids[(ids.index(figure) + by) % len(ids)]
    if fact.get("kind") == "day":
        return str(date.fromisoformat(figure) + timedelta(days=by))
    return str(Decimal(figure) + Decimal(by) / 10_000)


class Tables:
    """The worked cases and parameters of one edition, to hold a changed document against."""

    def __init__(self, document: Document) -> None:
        self.document, self.plain = document, documents.plain(document)
        self.columns, self.rows = columns_of(document.id), rows_of(document)
        self.people = [facts_of(document, row, self.columns) for row in self.rows]
        self.figures = figures_of(document)

    def notice(self, path: Path_, by: int) -> bool:
        """Whether the lint, a worked case or the parameters disagree with a nudged figure."""
        try:
            other = documents.shape(nudged(self.plain, path, by))
        except DocumentRefused:
            return True
        if path[0] == "parameters":
            return self.figures[path[1]] != other.parameters[path[1]].value
        if path[0] == "facts":
            return any(cases.compare(other, self.rows, self.columns))
        return any(cases.disagreements(other, self.rows, self.people, self.columns))


def said(document: dict[str, Any], path: Path_) -> str:
    """A figure's place in words that stay the same when clauses move."""
    names = list(path)
    if path[0] == "clause":
        names[1] = document["clause"][path[1]]["id"]
    return " ".join(map(str, names))
