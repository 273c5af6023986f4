"""Reviews that begin by themselves: after a month is closed, and after an import."""

from datetime import date

import pytest

from registry.app import jobs
from registry.platform import outbox
from registry.platform.errors import NotFound
from registry.platform.installation import Installation
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry, Job
from registry.tables import Account
from tests.factories import hours, make_account, vault
from tests.training.stage import NOW, TODAY, make_class, make_course, make_learner
from tests.training.workbooks import row, workbook
from training import findings, imports, ledger, periods
from training.findings import GroundsIn, ReviewIn
from training.imports import Here
from training.periods import ClosingIn
from training.tables import Finding, OverlapReview

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
MAY = ReviewIn(first_day=date(2026, 5, 1), last_day=date(2026, 5, 31))


async def work() -> int:
    """Do what waits in the outbox."""
    return await outbox.empty(jobs(Installation.of(Settings.from_env())))


async def long_day(clerk: Account, number: str, day: date = date(2026, 5, 12)) -> None:
    asked = hours(number, minutes=600, held_on=day)
    await ledger.record(asked, by=clerk, on=TODAY, vault=vault())


async def kinds() -> list[str]:
    return sorted(one.kind for one in await Finding.objects())


async def reviews() -> list[Job]:
    """What waits to be reviewed."""
    return await Job.objects().where(Job.kind == "hours-review")


async def test_closing_a_month_has_its_lines_reviewed() -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    await long_day(clerk, number)
    await long_day(clerk, (await make_learner())[1], date(2026, 6, 2))
    await periods.close(ClosingIn(month=date(2026, 5, 9)), by=officer, on=TODAY)
    [waiting] = await reviews()
    assert waiting.name == "hours-review 2026-05-01..2026-05-31"
    assert await Finding.count() == 0
    assert await work() == 1
    assert await kinds() == ["day-too-long"]
    [made] = await findings.reviews()
    assert (made.lines, made.found, made.added, made.reviewed_by) == (1, 1, 1, None)
    assert await reviews() == []


async def test_an_import_has_its_days_reviewed() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    taught = await make_course(clerk, minutes=180)
    early = await make_class(clerk, course=taught.id, day=date(2026, 5, 4))
    late = await make_class(
        clerk, course=taught.id, day=date(2026, 5, 18), begins="13:00", ends="16:00"
    )
    _, number = await make_learner()
    sheet = workbook(
        row(early.code, number, day=date(2026, 5, 4)), row(late.code, number, day=date(2026, 5, 18))
    )
    here = Here(by=clerk, on=TODAY, now=NOW, vault=vault())
    run, *_ = await imports.upload("五月.xlsx", sheet, here)
    assert await reviews() == [], "what is only checked is not reviewed"
    await imports.take_in(run.id, here, only_good=False)
    assert [job.name for job in await reviews()] == ["hours-review 2026-05-04..2026-05-18"]
    assert await work() == 1
    assert await kinds() == ["course-twice"]


async def test_the_same_lines_are_not_reviewed_twice_and_changed_ones_are() -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    await long_day(clerk, number)
    for _ in range(2):
        await outbox.put("hours-review", "2026-05-01..2026-05-31")
    assert len(await reviews()) == 1, "asked for twice before it is done, it is done once"
    assert await work() == 1
    await outbox.put("hours-review", "2026-05-01..2026-05-31")
    assert await work() == 1
    assert await OverlapReview.count() == 1
    assert await AuditEntry.count().where(AuditEntry.action == "hours.review") == 1
    await long_day(clerk, number, date(2026, 5, 13))
    await outbox.put("hours-review", "2026-05-01..2026-05-31")
    assert await work() == 1
    newest, first = await findings.reviews()
    assert (newest.added, first.added) == (2, 1), "the long day, and the same course once more"
    assert await findings.review(MAY, by=officer, on=TODAY) == 0, "the button stays"
    assert await AuditEntry.count().where(AuditEntry.action == "hours.review") == 3
    assert await OverlapReview.count() == 2


async def test_lines_are_compared_with_those_of_other_months() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    _, number = await make_learner()
    for month in (1, 5):
        asked = hours(number, minutes=180, held_on=date(2026, month, 12))
        await ledger.record(asked, by=clerk, on=TODAY, vault=vault())
    stranger = hours((await make_learner())[1], minutes=600, held_on=date(2026, 1, 12))
    await ledger.record(stranger, by=clerk, on=TODAY, vault=vault())
    assert await findings.review(MAY, by=None, on=TODAY) == 1
    [found] = await Finding.objects(Finding.entry, Finding.other)
    assert (found.kind, found.entry.held_on, found.other.held_on) == (
        "course-twice",
        date(2026, 5, 12),
        date(2026, 1, 12),
    )


async def test_what_was_decided_is_not_brought_up_again() -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    outsider = await make_account(Role.BASE_CLERK)
    _, number = await make_learner()
    await long_day(clerk, number)
    await findings.review(MAY, by=None, on=TODAY)
    [one] = await findings.listed(by=officer)
    with pytest.raises(NotFound):
        await findings.find(one["id"], by=outsider)
    await findings.clear(one["id"], GroundsIn(grounds="已核对签到表"), by=officer)
    await long_day(clerk, (await make_learner())[1])
    assert await findings.review(MAY, by=None, on=TODAY) == 1
    assert len(await findings.listed(by=officer)) == 1
