"""Publication of results: for how long, what it shows, and its quiet end.

The last day is counted anew whenever it is asked for: in a year whose working days are not
announced it is provisional, and nothing ends by guess.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from credentials import applications, policy
from credentials.determinations import EVALUATION
from credentials.panels import masking
from credentials.panels.tables import Objection, Panel, PanelCase, Publication
from credentials.panels.words import PENDING, PUBLICATION_ENDS
from credentials.standing import barring
from credentials.tables import Application
from credentials.words import END_PUBLICATION, PUBLISH, Proposal, Status
from registry import consents, notices, people
from registry.notices import About
from registry.platform import audit, clock, outbox, steps, workdays
from registry.platform.db import transaction
from registry.platform.errors import NotFound, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.workdays import Deadline
from registry.tables import Account, Employment

DAY = date.resolution
UNIT = "publish-unit"
"""Purpose of the consent to name one's employer in a publication."""
QUIET = "公示期满，没有未了结的异议。"
"""Ground of a grant that nobody objected to, as kept with the decision."""


class NotPassed(RuleNotMet):
    """Only what a panel has passed is published."""


async def publish(application: UUID, *, by: Account, on: date) -> Publication:
    """Publish a result, for the working days of the policy in force.

    Raises:
        NotFound: no such application.
        NotPassed: see there.
        Barred: a measure of integrity bars the person meanwhile.
        StepNotPossible: no panel has voted, or it is published.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        if case.status == Status.VOTED and not case.vote_passed:
            raise NotPassed(N_("评审组没有通过，不能公示；请拟定不予授予的意见。"))
        rules = (await policy.in_force(EVALUATION, on)).document
        await barring.must_be_free(case.person, rules, on)
        await steps.take(PUBLISH, case, by=by.id)
        person = await people.row(case.person)
        row = Publication(
            id=uuid4(),
            application=case.id,
            published_on=on,
            working_days=int(rules.parameter("publicity_working_days").value),
            masked_name=masking.masked(person.name or ""),
            unit=await _unit(person.id, on),
            published_by=by.id,
        )
        await row.save()
        await outbox.put(PUBLICATION_ENDS, str(row.id), clock.morning(until(row).day + DAY))
        await notices.tell(case.person, About.PUBLISHED, case.reference)
        await audit.record("application.publish", f"application:{case.id}", publication=row.id)
        return row


async def _unit(person: UUID, on: date) -> str | None:
    post = (
        await agreed(person)
        and await Employment.objects()
        .where(
            Employment.person == person,
            Employment.removed_at.is_null(),
            Employment.ended_on.is_null() | (Employment.ended_on >= on),
        )
        .order_by(Employment.began_on, ascending=False)
        .first()
    )
    return post.employer if post else None


async def agree(wording: str, *, by: Account) -> None:
    """Keep that the caller agrees to have their employer named when a result is published."""
    await consents.give(UNIT, wording, by=by)


async def take_back(*, by: Account) -> None:
    """Take that back: the employer goes from what is before the public now, at once.

    Raises:
        NotGiven: the caller has not agreed, or has taken it back.
    """
    async with transaction():
        await consents.withdraw(UNIT, by=by)
        theirs = await Publication.select(Publication.id).where(
            Publication.application.person == by.person, Publication.unit.is_not_null()
        )
        for row in theirs:
            await Publication.update({Publication.unit: None}).where(Publication.id == row["id"])


async def agreed(person: UUID) -> bool:
    """Whether somebody agrees to that now."""
    return UNIT in await consents.standing(person)


def until(publication: Publication) -> Deadline:
    """The last day of a publication."""
    return workdays.after(publication.published_on, publication.working_days)


async def running(application: UUID) -> Publication | None:
    """The publication of an application that has not ended, if there is one."""
    found: Publication | None = await Publication.objects().get(
        (Publication.application == application) & Publication.ended_on.is_null()
    )
    return found


async def find(publication: UUID) -> Publication:
    """One publication.

    Raises:
        NotFound: there is none.
    """
    row = await Publication.objects().get(Publication.id == publication)
    if row is None:
        raise NotFound(N_("没有这项公示。"))
    return row


async def listed() -> list[dict[str, Any]]:
    """What is before the public: reference, masked name, level, unit, period and panel's draw."""
    here = Publication
    rows: list[dict[str, Any]] = await (
        here.select(
            here.id,
            here.published_on,
            here.working_days,
            here.masked_name,
            here.unit,
            here.application,
            here.application.reference.as_alias("reference"),
            here.application.level.as_alias("level"),
            here.application.status.as_alias("status"),
        )
        .where(here.ended_on.is_null())
        .order_by(here.published_on)
    )
    shown = [row for row in rows if row["status"] in {Status.PUBLISHED, Status.HELD}]
    for row in shown:
        last = workdays.after(row["published_on"], row["working_days"])
        row |= {"until": last.day, "provisional": last.provisional}
        row["panel"] = await _panel(row.pop("application"))
    return sorted(shown, key=lambda row: (row["until"], row["reference"]))


async def _panel(application: UUID) -> str:
    row = await (
        PanelCase.select(PanelCase.panel.reference.as_alias("reference"))
        .where(PanelCase.application == application, PanelCase.passed.is_not_null())
        .order_by(PanelCase.panel.reference, ascending=False)
        .first()
    )
    return str(row["reference"]) if row else ""


async def end(publication: UUID, *, on: date) -> bool:
    """End a publication whose period is over and about which nothing is open; say whether it did.

    Safe to repeat: what is held, has open objections, or is no longer published stays as it is. A
    period that runs on is looked at again on the morning after its last day.
    """
    async with transaction():
        row = await find(publication)
        case = await Application.objects().get(Application.id == row.application)
        assert case is not None, "foreign keys hold applications in place"
        if row.ended_on is not None or case.status != Status.PUBLISHED:
            return False
        last = until(row)
        if not last.passed(on):
            again = max(last.day, on) + DAY
            await outbox.put(PUBLICATION_ENDS, str(row.id), clock.morning(again))
            return False
        if await _open_objection(row.id):
            return False
        await steps.take(
            END_PUBLICATION,
            case,
            by=None,
            proposal=Proposal.GRANT,
            grounds=QUIET,
            prepared_by=row.published_by,
        )
        await close(row, on)
        await audit.record("application.end-publication", f"application:{case.id}")
        return True


async def _open_objection(publication: UUID) -> bool:
    found: bool = await Objection.exists().where(
        Objection.publication == publication, Objection.status.is_in([*PENDING])
    )
    return found


async def close(publication: Publication, on: date) -> None:
    """Put on record that a publication is over; call inside a transaction."""
    publication.ended_on = on
    await publication.save([Publication.ended_on])


async def involved(application: UUID) -> set[UUID]:
    """Accounts that had a part in an application's result, other than holding it for objections."""
    history = await steps.history(application)
    had = {each["taken_by"] for each in history if each["step"] not in {"hold", "resume"}}
    panel = PanelCase.panel
    for row in await PanelCase.select(
        panel.committed_by.as_alias("first"),
        panel.worded_by.as_alias("second"),
        panel.opened_by.as_alias("third"),
    ).where(PanelCase.application == application):
        had |= {*row.values()}
    return had - {None}


async def panels_of(application: UUID) -> list[Panel]:
    """The panels an application has been before, newest first, for the office."""
    rows = await PanelCase.select(PanelCase.panel).where(PanelCase.application == application)
    if not rows:
        return []
    found: list[Panel] = await (
        Panel.objects()
        .where(Panel.id.is_in([row["panel"] for row in rows]))
        .order_by(Panel.reference, ascending=False)
    )
    return found
