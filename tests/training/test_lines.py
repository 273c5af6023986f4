"""A person's lines on their page: by the day of the class, and the older ones behind a link."""

import json
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.tables import PolicyEdition
from registry.tables import Account
from tests.conftest import Client
from tests.factories import DAY, Clock, make_account, sign_in
from tests.training.stage import make_learner, record, the_one
from training import ledger, lines, policy
from training.policy import NoFigures
from training.tables import HoursEntry

pytestmark = pytest.mark.anyio
FIRST = date(2026, 5, 4)


async def seen(person: Account) -> list[UUID]:
    """Every line of a person, page by page."""
    shown, below = await lines.of_person(person.person, by=person)
    found = [row["id"] for row in shown]
    while below is not None:
        assert len(shown) == lines.PAGE
        shown, below = await lines.of_person(person.person, by=person, below=below)
        found += [row["id"] for row in shown]
    return found


async def test_lines_are_by_the_day_of_the_class_then_as_they_were_recorded(
    connected: None,
) -> None:
    clerk, (person, number) = await make_account(Role.BASE_CLERK), await make_learner()
    order = (2, 0, 2, 1, 0)
    made = [
        await record(clerk, number, reference=f"R-{place}", held_on=FIRST + timedelta(days=day))
        for place, day in enumerate(order)
    ]
    shown, older = await lines.of_person(person.person, by=person)
    assert [row["id"] for row in shown] == [made[place].id for place in (2, 0, 3, 4, 1)]
    assert older is None
    assert [row["id"] for row in await lines.newest(by=clerk)] == [one.id for one in reversed(made)]


async def test_pages_of_lines_hold_every_line_once_whatever_is_recorded_meanwhile(
    connected: None, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PAGE", 2)
    clerk, (person, number) = await make_account(Role.BASE_CLERK), await make_learner()
    for place in range(5):
        day = FIRST + timedelta(days=place // 3)
        await record(clerk, number, reference=f"R-{place}", held_on=day)
    assert len({row.recorded_at for row in await HoursEntry.objects()}) == 1
    everything = await seen(person)
    assert len(everything) == len(set(everything)) == 5
    first, below = await lines.of_person(person.person, by=person)
    await record(clerk, number, reference="R-new", held_on=DAY)
    second, _ = await lines.of_person(person.person, by=person, below=below)
    assert [row["id"] for row in (*first, *second)] == everything[:4]
    stranger, _ = await make_learner()
    with pytest.raises(NotFound):
        await lines.of_person(stranger.person, by=stranger, below=below)


async def test_older_lines_are_behind_a_link(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PAGE", 2)
    clerk, (person, number) = await make_account(Role.BASE_CLERK), await make_learner()
    for place in (1, 0, 2):
        day = FIRST + timedelta(days=place)
        await record(clerk, number, course=f"第{place}课", reference=f"R-{place}", held_on=day)
    await sign_in(client, person)
    newest = (await client.get("/hours")).text
    assert re.findall(r"第\d课", newest) == ["第2课", "第1课"]
    assert "回到最新的学时" not in newest
    [onward] = re.findall(r'href="(/hours\?below=[0-9a-f-]{36})"', newest)
    older = (await client.get(onward)).text
    assert re.findall(r"第\d课", older) == ["第0课"]
    assert "更早的学时" not in older
    assert "回到最新的学时" in older
    assert "Back to the newest hours" in (await client.get(f"{onward}&lang=en")).text
    for nothing in (uuid4(), "first", ""):
        assert (await client.get(f"/hours?below={nothing}")).status_code == 404


async def test_a_class_hour_is_as_long_as_the_edition_of_the_day_says(client: Client) -> None:
    clerk, (person, number) = await make_account(Role.BASE_CLERK), await make_learner()
    await record(clerk, number, minutes=180, held_on=FIRST)
    now = await the_one(PolicyEdition, PolicyEdition.document == policy.RECORDS)
    body = json.loads(now.body)
    body["parameters"]["class_hour_minutes"]["value"] = 60
    later = PolicyEdition(
        **{
            **now.to_dict(),
            "id": uuid4(),
            "effective_from": DAY + timedelta(days=1),
            "published": DAY,
            "body": json.dumps(body),
        }
    )
    await later.save()
    before = await ledger.class_hours(person.person, DAY)
    after = await ledger.class_hours(person.person, DAY + timedelta(days=1))
    assert (before, after) == (4, 3)
    await sign_in(client, person)
    shown = (await client.get("/hours?lang=en")).text
    assert "60 minutes" in shown
    assert "45 minutes" not in shown
    assert (await client.get("/api/hours")).json()["class_hours"] == 3
    with pytest.raises(NoFigures):
        await policy.class_hour(date(2019, 12, 31))
