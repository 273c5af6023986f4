"""The sheet of hours: which columns it has, the template, and the sheet with its errors.

What goes out never calculates: a text that a spreadsheet program would take for a formula is
stored as text, and in CSV is led by an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from registry.platform.i18n import N_, gettext

SHEET = "学时"
NOTES = "说明"
VERSION = 1
"""Of the template; a change of columns is another version."""
EXAMPLE = "示例"
"""A row whose first cell begins so is passed over."""
COLUMNS = {
    "code": N_("班次编号"),
    "person": N_("登记号或证件号码"),
    "name": N_("姓名"),
    "held_on": N_("上课日期"),
    "minutes": N_("实到分钟"),
    "reason": N_("补登原因"),
}
OPTIONAL = frozenset({"name", "reason"})
ERRORS = "错误与改法"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIVE = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet program may calculate."""
_HEAD = PatternFill("solid", fgColor="123C45")
_WRONG = PatternFill("solid", fgColor="FDE8E8")
_WIDTHS = (18, 26, 14, 14, 12, 30, 60)
_LAST_ROW = 2000
"""Down to here the drop-downs reach."""


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """Write a cell whose value is never a formula."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str) and value.startswith(_LIVE):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def template(classes: Sequence[tuple[str, str, date, int]], class_hour: int) -> bytes:
    """The template of a base: drop-down of its classes, given as code, course, day and minutes.

    `class_hour`: its minutes, which a note tells.
    """
    book = Workbook()
    sheet = _headed(book, [*COLUMNS.values()])
    first = classes[0] if classes else ("2026-001", "技术合同登记实务", date(2026, 6, 1), 180)
    example = (f"{EXAMPLE} {first[0]}", "P-000123", "张三", first[2], first[3], None)
    for column, value in enumerate(example, 1):
        put(sheet, 2, column, value).font = Font(italic=True, color="808080")
    notes = book.create_sheet(NOTES)
    _notes(notes, classes, class_hour)
    for letter in "AB":
        for row in range(2, _LAST_ROW + 1):
            sheet[f"{letter}{row}"].number_format = "@"
    for row in range(2, _LAST_ROW + 1):
        sheet[f"D{row}"].number_format = "yyyy-mm-dd"
    for rule in _rules(len(classes)):
        sheet.add_data_validation(rule)
    return _bytes(book)


def _rules(classes: int) -> list[DataValidation]:
    day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    day.add(f"D2:D{_LAST_ROW}")
    minutes = DataValidation(
        type="whole", operator="between", formula1="1", formula2="1440", allow_blank=True
    )
    minutes.add(f"E2:E{_LAST_ROW}")
    rules = [day, minutes]
    if classes:
        code = DataValidation(
            type="list", formula1=f"={NOTES}!$A$11:$A${10 + classes}", allow_blank=True
        )
        code.add(f"A2:A{_LAST_ROW}")
        rules.append(code)
    return rules


def _notes(
    notes: Worksheet, classes: Sequence[tuple[str, str, date, int]], class_hour: int
) -> None:
    length = gettext("整数分钟，不超过班次时长；{each} 分钟为 1 学时。").format(each=class_hour)
    told = (
        (gettext("模板版本"), VERSION),
        (gettext("怎么填"), gettext("一行是一位学员上的一次课；以“示例”开头的行不会导入。")),
        (COLUMNS["code"], gettext("从下面的班次中选择；只能填本基地的班次。")),
        (COLUMNS["person"], gettext("登记号例如 P-000123，或完整的证件号码；请按文本格式填写。")),
        (COLUMNS["name"], gettext("可以不填；填了会与登记的姓名核对。")),
        (COLUMNS["held_on"], gettext("例如 2026-06-01，须与班次一致。")),
        (COLUMNS["minutes"], length),
        (COLUMNS["reason"], gettext("只有已结账的月份需要填写。")),
    )
    for row, (name, words) in enumerate(told, 1):
        put(notes, row, 1, name).font = Font(bold=True)
        put(notes, row, 2, words)
    for column, words in enumerate(("班次编号", "课程", "日期", "分钟"), 1):
        put(notes, 10, column, words).font = Font(bold=True)
    for row, one in enumerate(classes, 11):
        for column, value in enumerate(one, 1):
            put(notes, row, column, value)
    notes.column_dimensions["A"].width = 22
    notes.column_dimensions["B"].width = 70


def with_errors(rows: Sequence[Sequence[Any]], errors: Mapping[int, str]) -> bytes:
    """The same sheet with a column that says what is wrong with each row and how to mend it.

    `errors` is by row number, the head being row 1; mended, the sheet can be sent again.
    """
    book = Workbook()
    head = [cell or "" for cell in rows[0]] if rows else [*COLUMNS.values()]
    kept = [place for place, words in enumerate(head) if words != ERRORS]
    sheet = _headed(book, [str(head[place]) for place in kept] + [ERRORS])
    for number, row in enumerate(rows[1:], 2):
        for column, place in enumerate(kept, 1):
            put(sheet, number, column, row[place] if place < len(row) else None)
        if number in errors:
            put(sheet, number, len(kept) + 1, errors[number]).alignment = Alignment(wrap_text=True)
            for column in range(1, len(kept) + 2):
                sheet.cell(number, column).fill = _WRONG
    return _bytes(book)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Any table as a workbook."""
    book = Workbook()
    sheet = _headed(book, head)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            put(sheet, number, column, value)
    return _bytes(book)


def separated(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Any table as CSV, in UTF-8 with the mark by which spreadsheet programs recognise it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_dead(cell) for cell in head])
    writer.writerows([_dead(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _dead(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_LIVE) else cell


def _headed(book: Workbook, head: Sequence[str]) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet), "a new workbook has one sheet"
    sheet.title = SHEET
    for column, words in enumerate(head, 1):
        cell = put(sheet, 1, column, words)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        width = _WIDTHS[min(column, len(_WIDTHS)) - 1]
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    return sheet


def _bytes(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
