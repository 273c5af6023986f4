"""Checking a list: up to some hundred rows of number and name at once, for employers."""

import csv
import io
import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from pydantic import Field

from certificates import checking
from certificates.answers import Answer, Verdict
from certificates.checking import NumberAndName
from registry.platform import audit
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.tables import Account

MOST_ROWS = 500
_LONGEST_ROW = 400
_BLANK = "\ufeff"
_FORMULA = re.compile(r"(?:^|[;,\t\r\n])\s*[=+\-@＝＋－＠]")
"""Where a spreadsheet would begin a formula, wherever it divides the cells."""


class ListIn(Input):
    """The rows of a list, in its order."""

    rows: Annotated[list[NumberAndName], Field(min_length=1, max_length=MOST_ROWS)]


class Row(msgspec.Struct, frozen=True):
    """One row of a list with its answer."""

    row: int
    number: str
    """As it was asked."""
    answer: Answer


class Checked(msgspec.Struct, frozen=True):
    """The answers to a list, in its order."""

    checked_at: str
    counts: dict[str, int]
    """How many of each verdict."""
    rows: list[Row]


async def check(asked: ListIn, *, by: Account, at: datetime) -> Checked:
    """Answer for every row as a single check would; that it was asked is on record."""
    answers = [
        Row(place, each.number, await checking.by_number(each, at))
        for place, each in enumerate(asked.rows, 1)
    ]
    verdicts = [row.answer.verdict for row in answers]
    counts = {str(verdict): verdicts.count(verdict) for verdict in Verdict}
    await audit.record("verify.list", f"account:{by.id}", rows=len(answers), **counts)
    return Checked(at.isoformat(timespec="seconds"), counts, answers)


def read(text: str) -> list[dict[str, str]]:
    """Rows out of pasted cells or CSV: number, then name, divided by tab, comma or semicolon.

    A heading (a first row whose number holds no digit) and empty rows are passed over.

    Raises:
        FieldsInvalid: there is no row, there are too many, or one has no name; says which.
    """
    lines = text.lstrip(_BLANK).splitlines()
    cells = [(at, _cells(line)) for at, line in enumerate(lines, 1) if line.strip()]
    if cells and cells[0][1] and not any(character.isdigit() for character in cells[0][1][0]):
        del cells[0]
    if not cells:
        raise FieldsInvalid([FieldError("rows", "required", N_("请填写至少一行编号和姓名。"))])
    if len(cells) > MOST_ROWS:
        words = N_("一次最多查验 {most} 行，这里有 {rows} 行。")
        facts: dict[str, Any] = {"most": MOST_ROWS, "rows": len(cells)}
        raise FieldsInvalid([FieldError("rows", "too-many", words, facts)])
    for at, row in cells:
        if len(row) < 2 or not row[0] or not row[1] or sum(map(len, row)) > _LONGEST_ROW:
            words = N_("第 {row} 行应为编号和姓名两列。")
            raise FieldsInvalid([FieldError("rows", "row-malformed", words, {"row": at})])
    return [{"number": row[0], "name": row[1]} for _, row in cells]


def _cells(line: str) -> list[str]:
    """The cells of a line; none of one that is longer than any number with any name."""
    if len(line) > 2 * _LONGEST_ROW:
        return []
    divider = next((each for each in "\t;，；" if each in line), ",")
    return [cell.strip() for cell in next(csv.reader([line], delimiter=divider), [""])]


def as_csv(checked: Checked) -> str:
    """The answers as CSV. A cell that a spreadsheet would take for a formula is made text."""
    written = io.StringIO()
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL)
    sheet.writerow(["row", "number", "verdict", "status", "name", "valid_until", "checked_at"])
    for row in checked.rows:
        shown = row.answer.certificate
        sheet.writerow(
            [
                row.row,
                _as_text(row.number),
                row.answer.verdict,
                shown.status if shown else "",
                _as_text(shown.name_masked) if shown else "",
                shown.valid_until if shown else "",
                checked.checked_at,
            ]
        )
    return _BLANK + written.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if _FORMULA.search(cell) else cell
