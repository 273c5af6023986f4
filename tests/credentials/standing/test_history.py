"""What was held on a day, as known on a day."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import facts
from credentials.standing import changes, history, measures
from credentials.tables import Credential, StandingLine
from credentials.words import (
    LAPSE,
    LIFT,
    RENEW,
    RESTORE,
    REVOKE,
    SUSPEND,
    Level,
    Standing,
    StandingReason,
)
from registry.integrity import panels, reviews
from registry.integrity.cases import ReasonsIn
from registry.integrity.reviews import Outcome, OutcomeIn
from registry.integrity.words import Measure
from registry.platform.db import rows, transaction
from registry.platform.permissions import Role
from tests.credentials.standing.holding import make_level, now
from tests.factories import DAY, Clock, make_account, make_applicant, stand
from tests.registry.integrity.cases import LATER, decided

pytestmark = pytest.mark.anyio
ONE = timedelta(days=1)
END = date(2029, 6, 29)
HORIZON = 9 * 365
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["suspend", "lift", "revoke", "annul", "renew", "upgrade", "lapse", "pass", "pass"]
        ),
        st.sampled_from([1, 20, 200, 400]),
        st.booleans(),
    ),
    max_size=10,
)


class Model:
    """Two levels as calendars in which each decision overwrites days, kept as of every day."""

    def __init__(self) -> None:
        self.days: dict[str, list[str | None]] = {level: [None] * HORIZON for level in Level}
        self.known: list[tuple[date, Any]] = []

    def paint(self, level: str, status: str, first: date, last: date | None, known: date) -> None:
        """Overwrite the days from first to last, or all that follow."""
        begin = max(0, (first - DAY).days)
        end = HORIZON if last is None else min(HORIZON, (last - DAY).days + 1)
        self.days[level][begin:end] = [status] * max(0, end - begin)
        self.known.append((known, copy.deepcopy(self.days)))

    def in_force(self, level: str, first: date, last: date, known: date) -> None:
        """From a day to the last of the validity, and lapsed afterwards."""
        self.paint(level, "lapsed", last + ONE, None, known)
        self.paint(level, "in-force", first, last, known)

    def held(self, day: date, known_by: date) -> dict[str, str]:
        """What stood on a day by the newest calendar of another."""
        calendars = [days for known, days in self.known if known <= known_by]
        if not calendars or day < DAY:
            return {}
        found = {level: days[(day - DAY).days] for level, days in calendars[-1].items()}
        return {level: status for level, status in found.items() if status}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, ask=st.lists(st.tuples(st.integers(-5, 3000), st.integers(-5, 3000)), max_size=6))
async def test_any_run_of_changes_is_remembered_as_the_naive_model_has_it(
    connected: None, acts: list[tuple[str, int, bool]], ask: list[tuple[int, int]]
) -> None:
    account = await make_applicant()
    officer = (await make_account(Role.OFFICER)).id
    junior = await make_level(account)
    model, mid, on = Model(), None, DAY
    model.in_force("junior", DAY, junior.valid_until, on)
    for act, days, back in acts:
        until = on + timedelta(days=days)
        since = on - timedelta(days=min(days, 20)) if back else on
        since = max(since, DAY)
        held = await now(junior)
        if act == "pass":
            on = until
        elif act == "suspend" and held.status in SUSPEND.starts and held.valid_until >= on:
            async with transaction():
                await changes.suspend(
                    held, by=officer, on=on, since=since, reason=StandingReason.REQUEST, until=until
                )
            model.paint("junior", "suspended", since, min(until, held.valid_until), on)
        elif act == "lift" and held.status in LIFT.starts and held.valid_until >= on:
            async with transaction():
                await changes.restore(held, by=officer, on=on)
            model.in_force("junior", on, held.valid_until, on)
            supersede(model, mid, on, on)
        elif act == "revoke" and held.status in REVOKE.starts:
            async with transaction():
                await changes.revoke(
                    held, by=officer, on=on, since=since, reason=StandingReason.FRAUD
                )
            model.paint("junior", "revoked", since, None, on)
        elif act == "annul" and held.status in RESTORE.starts and held.valid_until >= on:
            async with transaction():
                await changes.restore(held, by=officer, on=on, since=since, step=RESTORE)
            model.in_force("junior", since, held.valid_until, on)
            supersede(model, mid, since, on)
        elif act == "renew" and held.status in RENEW.starts:
            first = held.valid_until + ONE if on <= held.valid_until else on
            last = first + timedelta(days=days)
            async with transaction():
                await changes.renew(held, by=officer, on=on, first=first, last=last)
            model.in_force("junior", first, last, on)
            supersede(model, mid, on, on)
        elif act == "upgrade" and mid is None:
            mid = await make_level(account, Level.MID, on)
            model.in_force("mid", on, mid.valid_until, on)
            if held.status == "in-force" and held.valid_until >= on:
                supersede(model, mid, on, on)
        elif act == "lapse":
            lapsed = await changes.lapse(junior.id, on=on)
            assert lapsed is (held.status in LAPSE.starts and held.valid_until < on)
            assert await changes.lapse(junior.id, on=on) is False
    for day, known in [*ask, (0, 0), (0, 3000), ((on - DAY).days, (on - DAY).days)]:
        asked = DAY + timedelta(days=day), DAY + timedelta(days=known)
        found = await history.held(account.person, *asked)
        assert {str(one.level): str(one.status) for one in found} == model.held(*asked), asked


def supersede(model: Model, mid: Credential | None, since: date, on: date) -> None:
    """What the higher level does to the lower one that is in force again."""
    if mid is not None and mid.valid_until >= on:
        model.paint("junior", "superseded", max(since, mid.granted_on), None, on)


async def test_a_decision_that_is_annulled_never_was_but_was_known(
    connected: None, time: Clock
) -> None:
    person = await make_applicant()
    held = await make_level(person)
    time.pass_by(days=14)
    case, record = await decided(person, Measure.WITHDRAWAL)
    await measures.follow(record.id, on=LATER)
    officers = [await make_account(Role.OFFICER) for _ in range(3)]
    await panels.serve(case.id, by=officers[0], on=LATER)
    await reviews.ask(case.id, ReasonsIn(reasons="登记号录入有误"), by=person, on=LATER)
    annul = OutcomeIn(outcome=Outcome.ANNUL, reasons="登记号录入有误")
    await reviews.propose(case.id, annul, by=officers[1])
    await reviews.decide(case.id, annul, by=officers[2], on=LATER)
    later = LATER + timedelta(days=30)
    await measures.follow(record.id, on=later)
    (then,) = await history.held(person.person, LATER, LATER)
    assert (then.credential, then.status, then.reason) == (held.id, "revoked", "integrity")
    (since,) = await history.held(person.person, LATER, later)
    assert (since.status, since.known_on) == ("in-force", later)
    (before,) = await history.held(person.person, DAY, LATER)
    assert before.status == "in-force"
    assert await history.held(person.person, DAY - ONE, later) == []
    assert await history.held(person.person, DAY, DAY - ONE) == []


async def test_the_end_of_a_suspension_is_known_beforehand(connected: None) -> None:
    person = await make_applicant()
    held = await make_level(person)
    await stand(held.id, "suspend", until=DAY + timedelta(days=30))
    for after, status in ((0, "suspended"), (30, "suspended"), (31, "in-force")):
        (found,) = await history.held(person.person, DAY + timedelta(days=after), DAY)
        assert found.status == status
    (ended,) = await history.held(person.person, END + ONE, DAY)
    assert ended.status == Standing.LAPSED


@pytest.mark.parametrize(
    "act", ["UPDATE standing_line SET status = 'x'", "DELETE FROM standing_line"]
)
async def test_the_database_keeps_the_history_as_it_is(connected: None, act: str) -> None:

    await make_level(await make_applicant())
    with pytest.raises(Exception, match="standing_line"):
        await rows(act)
    assert await StandingLine.count() == 2


@pytest.mark.usefixtures("connected")
async def test_policies_read_what_was_held_on_the_day_they_ask_about() -> None:
    account = await make_applicant()
    held = await make_level(account, on=DAY)
    weeks = [DAY + timedelta(days=7 * number) for number in range(6)]
    await stand(held.id, "suspend", until=weeks[3] - ONE, on=weeks[1])
    await stand(held.id, "revoke", reason="fraud", on=weeks[4])

    async def level_on(day: date) -> object:
        found = {fact.name: fact for fact in await facts.gather(account.person, day)}
        assert found["held_level"].evidence in {(), (f"credential:{held.id}",)}
        return found["held_level"].value

    assert await level_on(DAY - ONE) == "none"
    told = [await level_on(day) for day in weeks]
    assert told == ["junior", "none", "none", "junior", "none", "none"]
    months = {fact.name: fact.value for fact in await facts.gather(account.person, weeks[3])}
    assert months["held_months"] == 0


@pytest.mark.usefixtures("connected")
async def test_a_level_restored_for_days_gone_by_counts_for_them() -> None:
    account = await make_applicant()
    held = await make_level(account, on=DAY)
    await stand(held.id, "revoke", on=DAY + 10 * ONE)
    day = DAY + 20 * ONE
    assert await history.in_force([account.person], day) == []
    async with transaction():
        row = await now(held)
        await history.record_in_force(row, DAY + 10 * ONE, known=DAY + 30 * ONE)
    (back,) = await history.in_force([account.person], day)
    assert (back.credential, back.level, back.granted_on) == (held.id, Level.JUNIOR, DAY)
    assert await history.in_force([account.person], held.valid_until) == [back]
    assert await history.in_force([account.person], held.valid_until + ONE) == []
