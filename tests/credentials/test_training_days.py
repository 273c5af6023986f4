"""Worked cases of renewal by training days, through the command that checks all documents."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from credentials.commands import policy
from seeds.load import POLICY_FOLDER

CASES = POLICY_FOLDER / "training-days" / "cases.csv"


def checked(file: Path) -> tuple[int, dict[str, object]]:
    asked = ["check", "training-days", "--cases", str(file), "--json"]
    answer = CliRunner().invoke(policy, asked, obj=POLICY_FOLDER)
    told: dict[str, object] = json.loads(answer.output)
    return answer.exit_code, told


def changed(folder: Path, column: str, value: str) -> Path:
    """The same table with one cell of its fourth case changed."""
    rows = list(csv.DictReader(CASES.read_text().splitlines()))
    rows[3][column] = value
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = folder / "cases.csv"
    file.write_text(text.getvalue())
    return file


def test_the_published_example_and_its_neighbours_agree() -> None:
    assert checked(CASES) == (0, {"cases": 9, "passed": 9, "failed": []})


@pytest.mark.parametrize(
    ("column", "value", "got"),
    [
        ("missing", "1", "0"),
        ("renewed_from", "2019-06-30", "2018-06-30"),
        ("ends", "", "2024-12-31"),
        ("on", "2019-06-31", "refused"),
        ("courses", "2018-06-30", "refused"),
    ],
)
def test_a_cell_that_is_wrong_is_named(tmp_path: Path, column: str, value: str, got: str) -> None:
    code, told = checked(changed(tmp_path, column, value))
    assert (code, told["passed"]) == (1, 8)
    assert told["failed"] == [{"case_id": "D4", "column": column, "expected": value, "got": got}]
