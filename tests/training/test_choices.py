"""Buttons that decide: where none of them was pressed, nothing is done and the page says so."""

from datetime import date
from html import unescape
from uuid import uuid4

import pytest

from registry.platform.permissions import Role
from tests.conftest import Client, NewClient
from tests.factories import make_account, sign_in
from tests.forms import assert_refused, send
from tests.training.stage import TODAY, course, make_class, make_learner, record, the_one
from tests.training.test_mentoring import DONE, make_pairing
from tests.training.workbooks import row, workbook
from training import courses, findings, practice
from training.findings import ReviewIn
from training.tables import Course, Finding, HoursEntry, ImportRun, Pairing, Practice

pytestmark = pytest.mark.anyio
WORDS, ENGLISH = "请选择一项。", "Choose one."
WRONG = [None, "", "agree", "CLEAR"]


async def press(
    client: Client, page: str, button: str, value: str | None, to: str, **typed: str
) -> None:
    """Send a form without a button the page has; it is refused in the language of the page."""
    given = typed if value is None else {**typed, button: value}
    answer = await send(client, page, given, f"{to}?lang=en")
    assert answer.status_code == 422
    assert ENGLISH in unescape(answer.text)
    await client.get(f"{page}?lang=zh")


@pytest.mark.parametrize("value", WRONG)
async def test_a_finding_is_decided_by_its_buttons_alone(client: Client, value: str | None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    await record(clerk, number, minutes=600, held_on=date(2026, 6, 3))
    days = ReviewIn(first_day=date(2026, 6, 1), last_day=date(2026, 6, 30))
    assert await findings.review(days, by=officer, on=TODAY) == 1
    at = f"/findings/{(await the_one(Finding)).id}"
    await sign_in(client, officer)
    await press(client, at, "decision", value, at, grounds="看过签到表")
    given = {} if value is None else {"decision": value}
    refused = await send(client, at, {"grounds": "看过签到表", **given})
    assert_refused(refused, "grounds", WORDS)
    assert "看过签到表</textarea>" in unescape(refused.text)
    assert (await the_one(Finding)).status == "open"
    assert (await client.get(f"/findings/{uuid4()}")).status_code == 404
    assert (await client.get(f"/bases/{uuid4()}")).status_code == 404


@pytest.mark.parametrize("value", WRONG)
async def test_a_course_is_decided_by_its_buttons_alone(client: Client, value: str | None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    at = f"/courses/{(await courses.propose(course(), by=clerk)).id}"
    await sign_in(client, officer)
    await press(client, at, "opinion", value, f"{at}/opinion", note="看过大纲")
    given = {} if value is None else {"opinion": value}
    refused = await send(client, at, {"note": "看过大纲", **given}, f"{at}/opinion")
    assert_refused(refused, "note", WORDS)
    assert (await the_one(Course)).status == "proposed"


@pytest.mark.parametrize("value", WRONG)
async def test_practice_and_pairings_end_by_their_buttons_alone(
    new_client: NewClient, value: str | None
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    pairing, senior, junior = await make_pairing(clerk)
    stretch = await practice.report(pairing.id, DONE, by=junior, on=TODAY)
    at_home, at_base = new_client(), new_client()
    await sign_in(at_home, senior)
    await sign_in(at_base, clerk)
    to = f"/practice/stretches/{stretch.id}"
    await press(at_home, "/practice", "answer", value, to)
    given = {} if value is None else {"answer": value}
    refused = await send(at_home, "/practice", given, to)
    assert_refused(refused, f"{stretch.id}-answer", WORDS)
    assert (await the_one(Practice)).status == "reported"
    assert await HoursEntry.count() == 0
    to, words = f"/mentors/pairings/{pairing.id}/outcome", "独立完成一项合同登记"
    await press(at_base, "/mentors", "how", value, to, outcome=words)
    given = {} if value is None else {"how": value}
    refused = await send(at_base, "/mentors", {"outcome": words, **given}, to)
    assert_refused(refused, f"{pairing.id}-outcome", WORDS)
    assert (await the_one(Pairing)).status == "active"


@pytest.mark.parametrize("value", WRONG)
async def test_a_file_is_taken_in_by_its_buttons_alone(client: Client, value: str | None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    await sign_in(client, clerk)
    sheet = {"file": ("六月.xlsx", workbook(row(held.code, number)))}
    at = (await send(client, "/imports", {"pasted": ""}, files=sheet)).headers["location"]
    await press(client, at, "which", value, f"{at}/taking-in")
    given = {} if value is None else {"which": value}
    assert_refused(await send(client, at, given, f"{at}/taking-in"), "which", WORDS)
    assert (await the_one(ImportRun)).status == "checked"
    assert await HoursEntry.count() == 0
