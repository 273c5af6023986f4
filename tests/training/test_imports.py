"""Imports: every row checked, good ones taken in, the same file once, the whole undone."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from registry import people
from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from tests.factories import make_account, resident_number, vault
from tests.training import workbooks
from tests.training.stage import NOW, TODAY, make_class, make_course, make_learner, the_one
from tests.training.workbooks import HEAD, row, workbook
from training import bases, classes, imports, ledger
from training.bases import SuspensionIn
from training.checking import Checked
from training.imports import Here, NothingToImport, RowsRefused, TooLateToUndo
from training.refusals import FileRefused
from training.tables import HoursEntry, ImportRun
from training.words import ImportStatus

pytestmark = pytest.mark.anyio


def here(clerk: Account, now: datetime = NOW) -> Here:
    return Here(by=clerk, on=TODAY, now=now, vault=vault())


def told(checked: Checked) -> list[tuple[int, str, str]]:
    return [(wrong.row, wrong.column, wrong.error.code) for wrong in checked.refused]


async def test_good_rows_are_taken_in_and_the_same_file_changes_nothing(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    (one, first), (_, second) = await make_learner(), await make_learner()
    content = workbook(row(held.code, first), row(held.code, second, minutes="１３５"))
    run, _, checked = await imports.upload("六月.xlsx", content, here(clerk))
    assert (run.status, run.total, told(checked)) == (ImportStatus.CHECKED, 2, [])
    assert await HoursEntry.count() == 0
    run, _ = await imports.take_in(run.id, here(clerk), only_good=False)
    assert (run.status, run.accepted) == (ImportStatus.IMPORTED, 2)
    entries = await HoursEntry.objects().order_by(HoursEntry.reference)
    assert [entry.minutes for entry in entries] == [180, 135]
    assert {entry.evidence for entry in entries} == {run.sha256}
    assert {entry.import_run for entry in entries} == {run.id}
    assert (await classes.find(held.id, by=clerk)).status == "posted"
    again, _, checked = await imports.upload("六月.xlsx", content, here(clerk))
    assert again.id == run.id
    assert {code for _, _, code in told(checked)} == {"duplicate"}
    with pytest.raises(StepNotPossible):
        await imports.take_in(run.id, here(clerk), only_good=True)
    renamed, _, checked = await imports.upload("改名.xlsx", content + b"\0", here(clerk))
    assert renamed.id != run.id
    with pytest.raises(NothingToImport):
        await imports.take_in(renamed.id, here(clerk), only_good=True)
    assert await ImportRun.count() == 2
    assert await ledger.total(one.person, TODAY) == 180


async def test_an_import_is_undone_whole_in_its_window_and_may_come_again(
    connected: None,
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    (one, first), (two, second) = await make_learner(), await make_learner()
    content = workbook(row(held.code, first), row(held.code, second))
    run, *_ = await imports.upload("六月.xlsx", content, here(clerk))
    await imports.take_in(run.id, here(clerk), only_good=False)
    entry = await the_one(HoursEntry, HoursEntry.person == one.person)
    await ledger.reverse(entry.id, reason="单独冲正", by=clerk)
    late = here(clerk, now=NOW + timedelta(hours=73))
    with pytest.raises(TooLateToUndo):
        await imports.undo(run.id, late)
    assert await imports.undo(run.id, here(clerk)) == 1, "one was taken back before"
    assert await ledger.total(one.person, TODAY) == await ledger.total(two.person, TODAY) == 0
    with pytest.raises(StepNotPossible):
        await imports.undo(run.id, here(clerk))
    await imports.take_in(run.id, here(clerk), only_good=False)
    assert await ledger.total(one.person, TODAY) == 180


async def test_all_or_none_takes_none_and_only_good_takes_the_good(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    content = workbook(row(held.code, number), row(held.code, "P-999999"))
    run, *_ = await imports.upload("六月.xlsx", content, here(clerk))
    with pytest.raises(RowsRefused):
        await imports.take_in(run.id, here(clerk), only_good=False)
    assert await HoursEntry.count() == 0
    run, checked = await imports.take_in(run.id, here(clerk), only_good=True)
    assert (run.accepted, run.refused, told(checked)) == (1, 1, [(3, "person", "unknown-person")])


async def test_another_base_meets_neither_the_import_nor_its_file(connected: None) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    content = workbook(row(held.code, number))
    run, *_ = await imports.upload("六月.xlsx", content, here(clerk))
    with pytest.raises(NotFound):
        await imports.report(run.id, here(other))
    assert await imports.listed(by=other) == []
    theirs, _, checked = await imports.upload("六月.xlsx", content, here(other))
    assert theirs.id != run.id
    assert told(checked) == [(2, "code", "wrong-base")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (workbooks.zip_bomb(), "zip-bomb"),
        (workbooks.with_macro(), "macros"),
        (workbooks.encrypted(), "encrypted"),
        (workbook(sheet="Sheet1"), "wrong-sheet"),
        (workbook(row("a", "b"), merge="A2:B2"), "merged-cells"),
        (workbook(head=[word for word in HEAD if word != "实到分钟"]), "missing-column"),
        (workbook(), "no-rows"),
        (b"\0" * (20 * 2**20 + 1), "too-large"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    connected: None, content: bytes, code: str
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    with pytest.raises(FileRefused) as refusal:
        await imports.upload("六月.xlsx", content, here(clerk))
    assert [error.code for error in refusal.value.errors] == [code]
    assert await ImportRun.count() == 0


async def test_pasted_and_separated_rows_work_as_well(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    (one, first), (two, second) = await make_learner(), await make_learner()
    pasted = "\n".join(
        "\t".join(cells)
        for cells in (["上课日期", "班次编号", "登记号或证件号码", "实到分钟"],
                      ["2026年6月1日", held.code, first, "１８０"])
    )  # fmt: skip
    run, *_ = await imports.upload("", pasted.encode(), here(clerk))
    await imports.take_in(run.id, here(clerk), only_good=False)
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, [held.code, second, "陈思远", "20260601", "90", ""]])
    run, *_ = await imports.upload("六月.csv", text.getvalue().encode("gb18030"), here(clerk))
    await imports.take_in(run.id, here(clerk), only_good=False)
    assert await ledger.total(one.person, TODAY) == 180
    assert await ledger.total(two.person, TODAY) == 90


async def test_a_thousand_rows_with_thirty_errors_report_exactly_those(
    connected: None,
) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    officer = await make_account(Role.OFFICER)
    learners = [(await make_learner())[1] for _ in range(40)]
    course = (await make_course(clerk)).id
    days = [date(2026, 5, 1) + timedelta(days=n) for n in range(25)]
    held = [await make_class(clerk, course=course, day=day) for day in days]
    rows = [row(c.code, n, day=d) for c, d in zip(held, days, strict=True) for n in learners]
    assert len(rows) == 1000
    foreign = await make_class(other)
    suspended_day, not_yet = date(2026, 6, 10), date(2026, 7, 1)
    suspended = await make_class(clerk, course=course, day=suspended_day)
    future = await make_class(clerk, course=course, day=not_yet)
    cancelled = await make_class(clerk, course=course)
    await classes.cancel(cancelled.id, note="人数不足", by=clerk)
    [accredited] = await bases.listed(by=clerk, on=TODAY)
    await bases.suspend(
        accredited["id"],
        SuspensionIn(first_day=suspended_day, last_day=suspended_day, reason="检查"),
        by=officer,
    )
    plan: list[tuple[dict[int, Any], str, str]] = [
        ({1: "P-999999"}, "person", "unknown-person"),
        ({1: resident_number(998)}, "person", "unknown-person"),
        ({1: 390000199002280011}, "person", "number-as-number"),
        ({1: None}, "person", "required"),
        ({0: "没有的班次"}, "code", "unknown-class"),
        ({0: foreign.code}, "code", "wrong-base"),
        ({0: cancelled.code}, "code", "class-cancelled"),
        ({0: ""}, "code", "required"),
        ({0: suspended.code, 3: suspended_day}, "held_on", "base-suspended"),
        ({0: future.code, 3: not_yet}, "held_on", "not-held-yet"),
        ({4: 181}, "minutes", "more-than-offered"),
        ({4: 0}, "minutes", "too-small"),
        ({4: "三小时"}, "minutes", "whole-number"),
        ({4: 90.5}, "minutes", "whole-number"),
        ({4: True}, "minutes", "whole-number"),
        ({3: date(2026, 6, 29)}, "held_on", "day-differs"),
        ({3: "2026-02-30"}, "held_on", "date"),
        ({3: "五月三日"}, "held_on", "date"),
        ({2: "别的名字"}, "name", "name-differs"),
        ({5: "字" * 501}, "reason", "invalid"),
    ]
    expected = []
    for n, (spoilt, column, code) in enumerate([*plan, *plan[:5], *plan[10:14]]):
        at = 7 + n * 31
        for place, value in spoilt.items():
            rows[at][place] = value
        expected.append((at + 2, column, code))
    rows[999] = list(rows[998])
    expected.append((1001, "person", "duplicate-row"))
    assert len(expected) == 30
    texts = [list(each) for each in rows]
    for at in (3, 500):
        texts[at][3] = f"{texts[at][3]:%Y/%m/%d}"
        texts[at][4] = "１８０"
        texts[at][1] = texts[at][1].replace("P-", "Ｐ-")
    run, sheet, checked = await imports.upload("大表.xlsx", workbook(*texts), here(clerk))
    assert told(checked) == expected
    run, _ = await imports.take_in(run.id, here(clerk), only_good=True)
    assert (run.total, run.refused, run.accepted) == (1000, 30, 970)
    assert await HoursEntry.count() == 970
    assert len(sheet.rows) == 1001
    assert (await people.find_learners([learners[0]], vault=vault()))[learners[0]].number
