"""Reading what somebody sent: good files as they are meant, others refused by a code."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.training import workbooks
from tests.training.workbooks import HEAD, row, workbook
from training import sheets
from training.reading import Limits, Sheet, read, read_apart
from training.sheets import ERRORS, EXAMPLE, NOTES, SHEET

LIMITS = Limits(rows=1000, unpacked_megabytes=50, sheet=SHEET)
GOOD = workbook(row("2026-001", "P-000001"), row("2026-001", "Ｐ－０００００２"))


def test_a_workbook_is_read_as_it_stands() -> None:
    found = read(GOOD, LIMITS)
    assert found == read_apart(GOOD, LIMITS)
    assert found.refused == ""
    assert found.rows == [
        HEAD,
        ["2026-001", "P-000001", None, "2026-06-01", 180, None],
        ["2026-001", "Ｐ－０００００２", None, "2026-06-01", 180, None],
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (workbooks.zip_bomb(), "zip-bomb"),
        (workbooks.with_macro(), "macros"),
        (workbooks.encrypted(), "encrypted"),
        (workbooks.encrypted_zip(), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-format"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (workbooks.repacked(GOOD, {"xl/worksheets/sheet1.xml": b"<not xml"}), "damaged"),
        (workbook(sheet="Sheet1"), "wrong-sheet"),
        (workbook(row("a", "b"), merge="A2:B2"), "merged-cells"),
        (workbook(*[row("a", "b")] * 1011), "too-many-rows"),
        (b"\x81", "encoding"),
        (b"a\0b", "not-a-table"),
        (b'"never closed', "not-a-table"),
    ],
)
def test_a_file_that_is_not_read_says_why(content: bytes, code: str) -> None:
    assert read_apart(content, LIMITS).refused == code


def test_the_bomb_of_the_tests_is_one() -> None:
    assert len(workbooks.zip_bomb()) < 280 * 1024


def test_a_bomb_that_lies_about_its_size_meets_the_limits_of_the_process() -> None:
    tight = Limits(rows=1000, unpacked_megabytes=50, sheet=SHEET, megabytes=200, seconds=20)
    assert read_apart(workbooks.lying_zip(), tight).refused in {"too-much", "damaged", "zip-bomb"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_is_read_in_the_encodings_of_the_office(encoding: str, separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([HEAD, ["2026-001", "P-000001", "张三"]])
    found = read(text.getvalue().encode(encoding), LIMITS)
    assert found.rows == [HEAD, ["2026-001", "P-000001", "张三"]]


def test_a_formula_is_the_value_last_shown_and_never_calculated() -> None:
    book = Workbook()
    book.active.title = SHEET
    book.active.append(HEAD)
    book.active.append(["=1+1", "P-1"])
    made = io.BytesIO()
    book.save(made)
    assert read(made.getvalue(), LIMITS).rows[1][0] is None, "nobody calculated it before"


@given(st.binary(max_size=300))
def test_nothing_that_is_sent_makes_reading_fail(content: bytes) -> None:
    assert isinstance(read(content, LIMITS), Sheet)
    assert isinstance(read(b"PK\x03\x04" + content, LIMITS), Sheet)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://a")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_goes_out_is_never_a_live_formula(text: str) -> None:
    for made in (
        sheets.table(["甲", text], [[text, 1]]),
        sheets.with_errors([HEAD, [text]], {2: text}),
        sheets.template([("A", text, date(2026, 6, 1), 90)], 45),
    ):
        for sheet in load_workbook(io.BytesIO(made)).worksheets:
            for cells in sheet.iter_rows():
                assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    lines = sheets.separated([text], [[text, 5]]).decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(lines, newline="")):
        assert cells[0] == f"'{text}"


def test_the_template_offers_the_classes_and_an_example_that_is_passed_over() -> None:
    made = sheets.template([("2026-001", "实务", date(2026, 6, 1), 180)], 45)
    book = load_workbook(io.BytesIO(made))
    assert [cell.value for cell in book[SHEET][1]] == HEAD
    assert str(book[SHEET]["A2"].value).startswith(EXAMPLE)
    assert book[NOTES]["B1"].value == sheets.VERSION
    assert book[NOTES]["A11"].value == "2026-001"
    lists = [r for r in book[SHEET].data_validations.dataValidation if r.type == "list"]
    assert [r.formula1 for r in lists] == [f"={NOTES}!$A$11:$A$11"]


def test_the_sheet_with_errors_can_be_sent_again() -> None:
    sheet = read(GOOD, LIMITS)
    made = sheets.with_errors(sheet.rows, {3: "没有这个人"})
    again = read(made, LIMITS)
    assert again.rows[0] == [*HEAD, ERRORS]
    assert again.rows[2][-1] == "没有这个人"
    assert [cells[: len(HEAD)] for cells in again.rows] == sheet.rows
    twice = read(sheets.with_errors(again.rows, {}), LIMITS)
    assert twice.rows[0] == [*HEAD, ERRORS]
