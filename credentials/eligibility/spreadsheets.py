"""Answers as a file that spreadsheet programs open, and in which nothing is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

LIVE = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that spreadsheet programs take for a formula (OWASP, CSV injection)."""


def write(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Write CSV as RFC 4180 has it, with the mark by which spreadsheet programs know UTF-8.

    Text that would be taken for a formula has an apostrophe before it; numbers stay numbers.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_still(cell) for cell in head])
    writer.writerows([_still(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _still(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(LIVE) else cell
