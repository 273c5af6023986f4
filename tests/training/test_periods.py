"""Closed months: their hash, and what may still be posted to them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid
from registry.platform.permissions import Role
from tests.factories import make_account
from tests.training.stage import make_learner, record
from training import ledger, periods
from training.periods import AlreadyClosed, ClosingIn, Lateness

pytestmark = pytest.mark.anyio
MARCH = date(2026, 3, 2)


async def test_a_closed_month_takes_late_lines_with_a_reason_and_then_none(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    await record(clerk, number, on=date(2026, 4, 1))
    with pytest.raises(FieldsInvalid):
        await periods.close(ClosingIn(month=MARCH), by=officer, on=date(2026, 4, 10))
    closed_on = date(2026, 4, 11)
    row = await periods.close(ClosingIn(month=MARCH), by=officer, on=closed_on)
    assert (row.month, row.lines, row.minutes) == (date(2026, 3, 1), 1, 180)
    with pytest.raises(AlreadyClosed):
        await periods.close(ClosingIn(month=date(2026, 3, 31)), by=officer, on=closed_on)
    with pytest.raises(FieldsInvalid) as refusal:
        await record(clerk, number, on=closed_on)
    assert [(e.field, e.code) for e in refusal.value.errors] == [("reason", "late-reason")]
    late = await record(clerk, number, on=closed_on, reason="签到表寄送延误")
    assert late.reason == "签到表寄送延误"
    with pytest.raises(FieldsInvalid) as refusal:
        await record(clerk, number, on=closed_on + timedelta(days=91), reason="签到表寄送延误")
    assert [e.code for e in refusal.value.errors] == ["too-late"]
    await record(clerk, number, on=closed_on, held_on=date(2026, 4, 1))
    await ledger.reverse(late.id, reason="仍有误", by=clerk)


async def test_the_hash_of_a_month_changes_with_its_own_lines_alone(
    connected: None,
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    _, number = await make_learner()
    month = date(2026, 3, 1), date(2026, 4, 1)
    await record(clerk, number, on=MARCH)
    first = await periods.fingerprint(*month)
    assert first[:2] == (1, 180)
    await record(clerk, number, on=date(2026, 4, 2), held_on=date(2026, 4, 1))
    assert await periods.fingerprint(*month) == first
    await record(clerk, number, on=date(2026, 4, 2), held_on=date(2026, 3, 31))
    assert await periods.fingerprint(*month) != first


async def test_a_closed_month_stays_closed(connected: None) -> None:
    officer = await make_account(Role.OFFICER)
    await periods.close(ClosingIn(month=MARCH), by=officer, on=date(2026, 5, 1))
    for act in ("UPDATE period_close SET lines = 9", "DELETE FROM period_close"):
        with pytest.raises(Exception, match="append-only"):
            await rows(act)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 200), st.booleans())
def test_only_days_of_closed_months_are_late(held_on: date, days: int, explained: bool) -> None:
    late = Lateness({date(2026, 3, 1): date(2026, 4, 11)}, days, date(2026, 7, 1))
    why = late.why_not(held_on, "原因" if explained else None)
    if (held_on.year, held_on.month) != (2026, 3):
        assert why is None
    elif date(2026, 7, 1) - date(2026, 4, 11) > timedelta(days=days):
        assert why is not None
        assert why.code == "too-late"
    else:
        assert (why.code if why else "") == ("" if explained else "late-reason")
