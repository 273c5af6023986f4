"""The hours ledger: it only grows, and it adds up."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import people
from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry
from registry.tables import Account, Person
from tests.conftest import Client, NewClient
from tests.factories import DAY, hours, make_account, make_applicant, sign_in, vault
from training import ledger, lines
from training.ledger import AlreadyRecorded, AlreadyReversed
from training.tables import HoursEntry

pytestmark = pytest.mark.anyio


async def learner() -> Person:
    account = await make_applicant()
    return await people.find(account.person, by=account)


async def clerk() -> Account:
    return await make_account(Role.BASE_CLERK)


async def record(asked: Any, by: Account) -> HoursEntry:
    return await ledger.record(asked, by=by, on=DAY, vault=vault())


async def test_what_is_recorded_counts_from_the_day_of_the_class(connected: None) -> None:
    person, by = await learner(), await clerk()
    await record(hours(person.number, minutes=180, held_on=date(2026, 3, 2)), by)
    await record(hours(person.number, minutes=90, held_on=date(2026, 3, 9)), by)
    days = [date(2026, 3, day) for day in (1, 2, 8, 9)]
    assert [await ledger.total(person.id, day) for day in days] == [0, 180, 180, 270]
    assert await ledger.total((await learner()).id, DAY) == 0


async def test_a_reversal_takes_back_the_whole_entry_with_a_reason(connected: None) -> None:
    person, by = await learner(), await clerk()
    entry = await record(hours(person.number, minutes=180), by)
    line = await ledger.reverse(entry.id, reason="人员填错", by=by)

    assert (line.minutes, line.reverses, line.reason) == (-180, entry.id, "人员填错")
    assert line.held_on == entry.held_on
    assert await ledger.total(person.id, DAY) == 0
    shown = await lines.newest(by=by)
    assert {row["id"]: row["reversed"] for row in shown} == {entry.id: True, line.id: False}


async def test_an_entry_is_taken_back_once_and_a_reversal_never(connected: None) -> None:
    person, by = await learner(), await clerk()
    entry = await record(hours(person.number, minutes=180), by)
    line = await ledger.reverse(entry.id, reason="人员填错", by=by)
    for taken in (entry, line):
        with pytest.raises(AlreadyReversed):
            await ledger.reverse(taken.id, reason="再次冲正", by=by)
    assert await HoursEntry.count() == 2


async def test_of_many_who_take_back_one_entry_at_once_one_does(connected: None) -> None:
    person, by = await learner(), await clerk()
    entry = await record(hours(person.number, minutes=180), by)
    found = await asyncio.gather(
        *(ledger.reverse(entry.id, reason="人员填错", by=by) for _ in range(5)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in found) == ["AlreadyReversed"] * 4 + ["HoursEntry"]
    assert await ledger.total(person.id, DAY) == 0


async def test_a_reference_is_used_once_by_a_base_and_freely_by_another(connected: None) -> None:
    person, by = await learner(), await clerk()
    asked = hours(person.number, minutes=60)
    await record(asked, by)
    with pytest.raises(AlreadyRecorded):
        await record(asked, by)
    await record(asked, await clerk())
    assert await ledger.total(person.id, DAY) == 120


async def test_one_attendance_sent_often_at_once_counts_once(connected: None) -> None:
    person, by = await learner(), await clerk()
    asked = hours(person.number, minutes=60)
    found = await asyncio.gather(*(record(asked, by) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["AlreadyRecorded"] * 4 + ["HoursEntry"]
    assert await ledger.total(person.id, DAY) == 60


@pytest.mark.parametrize("shared", ["X" * 55, "2026"])
async def test_whatever_its_reference_an_entry_can_be_taken_back(
    connected: None, shared: str
) -> None:
    person, by = await learner(), await clerk()
    entries = [
        await record(hours(person.number).model_copy(update={"reference": f"{shared}{end}"}), by)
        for end in ("", "-1", "-REV")
    ]
    for entry in entries:
        await ledger.reverse(entry.id, reason="全部重录", by=by)
    assert await ledger.total(person.id, DAY) == 0


async def test_a_class_of_tomorrow_is_not_recorded_today(connected: None) -> None:
    person, by = await learner(), await clerk()
    await record(hours(person.number, held_on=DAY), by)
    with pytest.raises(FieldsInvalid) as refused:
        await record(hours(person.number, held_on=DAY + timedelta(days=1)), by)
    assert [fault.code for fault in refused.value.errors] == ["in-future"]


async def test_a_day_has_24_hours_whoever_teaches(connected: None) -> None:
    person = await learner()
    await record(hours(person.number, minutes=1000), await clerk())
    await record(hours(person.number, minutes=440), by := await clerk())
    with pytest.raises(FieldsInvalid) as refused:
        await record(hours(person.number, minutes=1), by)
    assert [fault.code for fault in refused.value.errors] == ["day-full"]
    assert await ledger.total(person.id, DAY) == 1440
    await record(hours((await learner()).number, minutes=1440), by)


async def test_a_day_has_24_hours_however_many_record_at_once(connected: None) -> None:
    person = await learner()
    clerks = [await clerk() for _ in range(5)]
    found = await asyncio.gather(
        *(record(hours(person.number, minutes=700), by) for by in clerks), return_exceptions=True
    )
    assert (
        sorted(type(each).__name__ for each in found) == ["FieldsInvalid"] * 3 + ["HoursEntry"] * 2
    )
    assert await ledger.total(person.id, DAY) == 1400


async def test_a_day_taken_back_has_room_again(connected: None) -> None:
    person, by = await learner(), await clerk()
    entry = await record(hours(person.number, minutes=1440), by)
    await ledger.reverse(entry.id, reason="日期填错", by=by)
    await record(hours(person.number, minutes=1440), by)
    assert await ledger.total(person.id, DAY) == 1440


async def test_another_base_s_entry_is_not_there(connected: None) -> None:
    person, by, other = await learner(), await clerk(), await clerk()
    entry = await record(hours(person.number), by)
    with pytest.raises(NotFound):
        await ledger.find(entry.id, by=other)
    with pytest.raises(NotFound):
        await lines.one(entry.id, by=other)
    with pytest.raises(NotFound):
        await ledger.reverse(entry.id, reason="人员填错", by=other)
    assert await lines.newest(by=other) == []
    colleague = await make_account(Role.BASE_CLERK, organisation=by.organisation)
    await ledger.reverse(entry.id, reason="人员填错", by=colleague)


async def test_people_see_their_own_lines_and_officers_all(connected: None) -> None:
    account, by = await make_applicant(), await clerk()
    person = await people.find(account.person, by=account)
    entry = await record(hours(person.number), by)
    await record(hours((await learner()).number), by)
    assert [row["id"] for row in await lines.newest(by=account)] == [entry.id]
    officer = await make_account(Role.OFFICER)
    assert len(await lines.newest(by=officer)) == 2
    assert len((await lines.of_person(person.id, by=officer))[0]) == 1
    with pytest.raises(NotFound):
        await ledger.find(entry.id, by=await make_account())


async def signed_in(new_client: NewClient) -> tuple[Client, Person]:
    client = new_client()
    await sign_in(client, await clerk())
    return client, await learner()


def asked(person: Person, /, **changed: Any) -> dict[str, Any]:
    return {**hours(person.number).model_dump(mode="json", exclude_none=True), **changed}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -60}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": False}, "minutes"),
        ({"minutes": 60.0}, "minutes"),
        ({"minutes": 10**30}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"offered_minutes": 179}, "offered_minutes"),
        ({"held_on": str(clock.today() + timedelta(days=2))}, "held_on"),
        ({"held_on": "2026-02-30"}, "held_on"),
        ({"held_on": 20260302}, "held_on"),
        ({"module": "cooking"}, "module"),
        ({"mode": "dreamt"}, "mode"),
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 61}, "reference"),
        ({"course": "课\x00程"}, "course"),
        ({"person": "P-999999"}, "person"),
        ({"base": str(uuid4())}, "base"),
        ({"reverses": str(uuid4())}, "reverses"),
    ],
)
async def test_what_cannot_be_right_is_refused_and_adds_nothing(
    new_client: NewClient, changed: dict[str, Any], field: str
) -> None:
    client, person = await signed_in(new_client)
    refused = await client.post("/api/hours", json=asked(person, **changed))
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await HoursEntry.count() == 0


@pytest.mark.parametrize("reason", ["", " ", "x", "原" * 501])
async def test_a_reversal_says_why(new_client: NewClient, reason: str) -> None:
    client, person = await signed_in(new_client)
    entry = (await client.post("/api/hours", json=asked(person))).json()
    refused = await client.post(f"/api/hours/{entry['id']}/reversal", json={"reason": reason})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    assert await HoursEntry.count() == 1


async def test_the_ledger_answers_with_the_total_and_leaves_lines(new_client: NewClient) -> None:
    client, person = await signed_in(new_client)
    first = await client.post("/api/hours", json=asked(person))
    await client.post("/api/hours", json=asked(person))
    at = f"/api/hours/{first.json()['id']}/reversal"
    taken_back = await client.post(at, json={"reason": "人员填错"})
    assert [first.json()["total_minutes"], taken_back.json()["total_minutes"]] == [180, 180]
    again = await client.post(at, json={"reason": "人员填错"})
    assert (again.status_code, again.json()["title"]) == (409, "already-reversed")
    double = await client.post("/api/hours", json=asked(person, reference="A"))
    assert double.status_code == 201
    double = await client.post("/api/hours", json=asked(person, reference="Ａ"))
    assert (double.status_code, double.json()["title"]) == (409, "already-recorded")
    lines = await AuditEntry.select(AuditEntry.action).order_by(AuditEntry.sequence)
    acts = [line["action"] for line in lines if line["action"].startswith("hours.")]
    assert acts == ["hours.record", "hours.record", "hours.reverse", "hours.record"]


ENTRY = st.tuples(st.just("record"), st.integers(1, 2000), st.integers(0, 3))
REVERSAL = st.tuples(st.just("reverse"), st.integers(0, 30), st.just(0))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ENTRY | REVERSAL, max_size=12))
async def test_any_history_adds_up(connected: None, acts: list[tuple[str, int, int]]) -> None:
    """Against a plain model: a list of [day, minutes, whether it stands]."""
    person, by = await learner(), await clerk()
    model: list[list[Any]] = []
    entries = []
    for act, number, days in acts:
        day = date(2026, 3, 2) + timedelta(days=days)
        if act == "record":
            of_the_day = sum(m for d, m, stands in model if d == day and stands)
            good = number <= 1440 and of_the_day + number <= 1440
            try:
                entries.append(await record(hours(person.number, minutes=number, held_on=day), by))
                model.append([day, number, True])
            except ValueError:  # what no form lets through
                assert number > 1440
                continue
            except FieldsInvalid:
                assert not good
                continue
            assert good
        elif entries:
            place = number % len(entries)
            stood = model[place][2]
            try:
                await ledger.reverse(entries[place].id, reason="更正", by=by)
            except AlreadyReversed:
                assert not stood
            else:
                assert stood
                model[place][2] = False
    for days in range(5):
        on = date(2026, 3, 1) + timedelta(days=days)
        wanted = sum(m for d, m, stands in model if d <= on and stands)
        assert await ledger.total(person.id, on) == wanted
    written = await rows("SELECT minutes FROM hours_entry WHERE person = {}", person.id)
    reversed_ones = sum(not stands for _, _, stands in model)
    assert len(written) == len(model) + reversed_ones, "nothing is ever taken out"
