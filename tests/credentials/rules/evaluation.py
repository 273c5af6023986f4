"""The evaluation document as it stands in the seeds, with its worked cases."""

import csv
from pathlib import Path

from credentials.rules import documents
from credentials.rules.documents import Document

FOLDER = Path(documents.__file__).parents[2] / "seeds" / "policy" / "evaluation"
EDITIONS = {
    file.stem: documents.load(file.read_bytes(), file.name) for file in FOLDER.glob("*.toml")
}
LATEST = EDITIONS["2026-01-01"]


def table(name: str) -> list[dict[str, str]]:
    """A CSV of the folder, one row an edition it is about."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row | {"edition": day} for row in rows for day in row["edition"].split()]


def person(case: dict[str, str], document: Document = LATEST) -> dict[str, int | str | None]:
    """The facts of a worked case; a blank is missing evidence."""
    return {name: _given(case[name]) for name in document.facts}


def _given(cell: str) -> int | str | None:
    return int(cell) if cell.isdigit() else cell or None
