"""The employer's confirmation: published inside the unit first, then confirmed or not."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from credentials import procedure
from credentials.intake import overdue
from credentials.intake.readiness import PUBLICATION
from credentials.intake.tables import Filing
from credentials.tables import Application
from credentials.words import CONFIRM, NOT_CONFIRM, Status
from registry import notices
from registry.notices import About
from registry.platform import audit, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound, RuleNotMet
from registry.platform.fields import Day, Input
from registry.platform.i18n import N_
from registry.platform.steps import StepNotPossible
from registry.platform.workdays import Deadline
from registry.regulations import Body
from registry.tables import Account

START = "employer_start_working_days"
"""Figure of a procedure: how soon an employer begins its publication."""


class PublicationIn(Input):
    """When and where an application was put up inside the unit."""

    first_day: Day
    place: str = Field(min_length=2, max_length=200)


class ReasonIn(Input):
    """Why the employer does not confirm; the applicant reads it as it is."""

    reason: str = Field(min_length=2, max_length=2000)


class NotPublished(RuleNotMet):
    """An application is confirmed after its publication inside the unit, not without it."""


class PublicationRunning(RuleNotMet):
    """The publication inside the unit is not over."""


async def listing(*, by: Account) -> list[dict[str, Any]]:
    """What has been handed to the caller's organisation, what waits for it first, soonest due.

    `until` is the last day of its publication, or before its first day that to begin on.
    """
    found: list[dict[str, Any]] = await (
        Filing.select(
            Filing.application,
            Filing.published_on,
            Filing.confirmed_on,
            Filing.application.reference.as_alias("reference"),
            Filing.application.level.as_alias("level"),
            Filing.application.status.as_alias("status"),
            Filing.application.submitted_on.as_alias("submitted_on"),
            Filing.application.person.name.as_alias("person_name"),
        )
        .where(_theirs(by))
        .order_by(Filing.application.submitted_on)
    )
    for row in found:
        row |= {"until": None, "provisional": False}
        if row["status"] == Status.CONFIRMING:
            case = await Application.objects().get(Application.id == row["application"])
            assert case is not None, "the filing points to it"
            last = due(await procedure.of(case), case, row["published_on"])
            if last is not None:
                row |= {"until": last.day, "provisional": last.provisional}
    return sorted(
        found,
        key=lambda row: (row["status"] != Status.CONFIRMING, row["until"] or date.max),
    )


def _theirs(by: Account) -> Any:
    """Second gate: handed to the caller's own organisation; drafts are the applicant's alone."""
    handed = Filing.application.submitted_on.is_not_null()
    return (Filing.employer == by.organisation) & Filing.employer.is_not_null() & handed


async def find(application: UUID, *, by: Account) -> tuple[Application, Filing]:
    """One application that was handed to the caller's organisation.

    Raises:
        NotFound: there is none, or it is another employer's.
    """
    row = await Filing.objects().where(_theirs(by), Filing.application == application).first()
    if row is None:
        raise NotFound(N_("没有这份申请。"))
    case = await Application.objects().get(Application.id == application)
    assert case is not None, "the filing points to it"
    return case, row


def period(rules: Body, first: date) -> Deadline:
    """How long an application stays published inside the unit, from its first day."""
    return workdays.after(first, rules.asks(PUBLICATION))


def due(rules: Body, case: Application, first: date | None) -> Deadline | None:
    """The last day of the publication inside the unit, or before its first day that to begin on."""
    if first is not None:
        return period(rules, first)
    days = rules.asks(START)
    assert case.submitted_on is not None, "it was handed over"
    return workdays.after(case.submitted_on, days) if days else None


async def publish(application: UUID, asked: PublicationIn, *, by: Account, on: date) -> Filing:
    """Record the first day of the publication; recording it again begins anew.

    Raises:
        NotFound: it was not handed to the caller's organisation.
        FieldsInvalid: the day lies before the application was handed over, or in the future.
        StepNotPossible: it does not wait for the employer.
    """
    async with transaction():
        case, filing = await find(application, by=by)
        await _waiting(case)
        assert case.submitted_on is not None, "it was handed over"
        if not case.submitted_on <= asked.first_day <= on:
            between = N_("公示的第一天应在申请交来当天至今天之间。")
            raise FieldsInvalid([FieldError("first_day", "out-of-range", between)])
        filing.published_on, filing.published_at = asked.first_day, asked.place
        await filing.save()
        await audit.record("application.publish-inside", f"application:{case.id}", by=by.id)
        return filing


async def confirm(application: UUID, *, by: Account, on: date) -> Application:
    """Confirm that what an application says is true; it goes on to the office.

    Raises:
        NotFound: it was not handed to the caller's organisation.
        NotPublished: there has been no publication.
        PublicationRunning: it is not over, or ends in a year whose working days nobody knows yet.
        StepNotPossible: it does not wait for the employer.
    """
    async with transaction():
        case, filing = await find(application, by=by)
        await _waiting(case)
        rules = await procedure.of(case)
        cite = rules.figures[PUBLICATION].cite
        if filing.published_on is None:
            raise NotPublished(N_("请先在单位内部公示，并登记第一天。依据：{cite}"), cite=cite)
        last = period(rules, filing.published_on)
        if not last.passed(on):
            raise PublicationRunning(
                N_("放假安排尚未公布，公示期的最后一天暂不能确定。依据：{cite}")
                if last.provisional
                else N_("单位内部公示至 {last}，期满后才能确认。依据：{cite}"),
                first=filing.published_on.isoformat(),
                last=last.day.isoformat(),
                provisional=last.provisional,
                cite=cite,
            )
        await steps.take(CONFIRM, case, by=by.id, submitted_on=on)
        filing.confirmed_on, filing.confirmed_by = on, by.id
        await filing.save()
        await notices.tell(case.person, About.CONFIRMED, case.reference)
        await audit.record("application.confirm", f"application:{case.id}")
        return case


async def decline(application: UUID, asked: ReasonIn, *, by: Account) -> Application:
    """Not confirm, with the reason the applicant reads.

    Raises:
        NotFound: it was not handed to the caller's organisation.
        StepNotPossible: it does not wait for the employer.
    """
    async with transaction():
        case, filing = await find(application, by=by)
        await steps.take(
            NOT_CONFIRM, case, by=by.id, note=asked.reason, supplement_asked=asked.reason
        )
        filing.published_on = filing.published_at = None
        await filing.save()
        await overdue.watch(case)
        await notices.tell(case.person, About.NOT_CONFIRMED, case.reference)
        await audit.record("application.not-confirm", f"application:{case.id}")
        return case


async def _waiting(case: Application) -> None:
    """Keep an application waiting for the employer until the commit."""
    waits = await (
        Application.update({Application.status: Status.CONFIRMING})
        .where(Application.id == case.id, Application.status == Status.CONFIRMING)
        .returning(Application.id)
    )
    if not waits:
        raise StepNotPossible(N_("这份申请现在不等单位确认。"), status=str(case.status))
