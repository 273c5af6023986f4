"""Worked cases of renewal by training days: a rule over courses, which no clause can say.

Checked by the same command as the cases of every other document.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from credentials.rules.case_columns import Row
from credentials.rules.cases import CasesRefused, Difference, Report
from credentials.rules.documents import Document
from registry.platform.errors import FieldError
from registry.platform.i18n import N_
from training import renewal
from training.renewal import Attended, Rule


def _courses(text: str) -> list[Attended]:
    """Courses apart by spaces, each `<last day>:<training days>`."""
    parts = [each.partition(":") for each in text.split()]
    return [Attended(date.fromisoformat(ended), int(days)) for ended, _, days in parts]


DOCUMENT = "training-days"
READERS: dict[str, Callable[[str], Any]] = {
    "held_since": date.fromisoformat,
    "courses": _courses,
    "on": date.fromisoformat,
}
EXPECTED = ("missing", "renewed_from", "ends")
ABOUT = ("case_id", "purpose", "source")


def check(files: Sequence[Document], rows: Sequence[Row]) -> Report:
    """Work cases by the newest edition: the published example is older than any.

    Raises:
        CasesRefused: the columns are not these.
    """
    columns = {column for row in rows for column in row}
    known = {*READERS, *EXPECTED, *ABOUT}
    unknown, lacking = N_("不认识这一列。"), N_("缺少这一列。")
    wrong = [FieldError(name, "unknown-column", unknown) for name in sorted(columns - known)]
    wrong += [FieldError(name, "missing-column", lacking) for name in sorted(known - columns)]
    if wrong:
        raise CasesRefused(N_("算例表中有不认识的列。"), errors=wrong)
    newest = max(files, key=lambda each: each.effective_from)
    differences = [each for row in rows for each in _differences(newest, row)]
    return Report(len(rows), tuple(differences))


def _differences(chosen: Document, row: Row) -> Iterator[Difference]:
    read: dict[str, Any] = {}
    for column, reader in READERS.items():
        try:
            read[column] = reader(row[column])
        except ValueError:
            yield Difference(row["case_id"], column, row[column], "refused", "")
            return
    for column, got in _worked(chosen, **read).items():
        if row[column] != got:
            yield Difference(row["case_id"], column, row[column], got, chosen.edition)


def _worked(
    chosen: Document, held_since: date, courses: list[Attended], on: date
) -> dict[str, str]:
    names = ("required_days", "validity_years", "grace_years")
    rule = Rule(*(int(chosen.parameter(name).value) for name in names))
    begins = renewal.renewed(courses, rule, held_since, on)
    return {
        "missing": str(renewal.days_missing(courses, rule, on)),
        "renewed_from": begins.isoformat() if begins else "",
        "ends": renewal.ends_on(begins, rule).isoformat() if begins else "",
    }
