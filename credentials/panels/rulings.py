"""What the office does with an objection: takes it up or declines it, and decides it."""

from datetime import date
from uuid import UUID

from credentials.panels import publicity
from credentials.panels.objections import ReasonsIn, find
from credentials.panels.tables import Objection, Publication
from credentials.panels.words import (
    DECLINE,
    DISMISS,
    TAKE_UP,
    UPHOLD,
    ObjectionStatus,
    Ruling,
)
from credentials.tables import Application
from credentials.words import HOLD, PROPOSE, RECHECK, RESUME, Proposal, Status
from registry import notices
from registry.notices import About
from registry.platform import audit, steps
from registry.platform.db import transaction
from registry.platform.errors import NotAllowed
from registry.platform.i18n import N_
from registry.tables import Account


class RulingIn(ReasonsIn):
    """How an objection is decided, and why."""

    ruling: Ruling


class HadPart(NotAllowed):
    """Whoever had a part in the result does not decide on an objection to it."""


async def take_up(objection: UUID, *, by: Account) -> Objection:
    """Take an objection up: the result it is about is held.

    Raises:
        NotFound: there is none.
        StepNotPossible: it was answered.
    """
    async with transaction():
        row, publication, case = await _held(objection)
        await steps.take(TAKE_UP, row, by=by.id)
        if publication.ended_on is not None:
            raise steps.StepNotPossible(N_("它所针对的公示已经结束。"), status=str(case.status))
        if case.status != Status.HELD:
            await steps.take(HOLD, case, by=by.id)
            await notices.tell(case.person, About.HELD, case.reference)
        await audit.record("objection.take-up", f"result_objection:{row.id}")
        return row


async def decline(objection: UUID, asked: ReasonsIn, *, by: Account, on: date) -> Objection:
    """Answer an objection that is not about the result, or says nothing to look into.

    Raises:
        NotFound: there is none.
        HadPart: the caller had a part in the result.
        StepNotPossible: it was answered.
    """
    async with transaction():
        row, publication, case = await _held(objection)
        await _had_no_part(case, by)
        await _answer(DECLINE, row, asked, by, on)
        await publicity.end(publication.id, on=on)
        await audit.record("objection.decline", f"result_objection:{row.id}")
        return row


async def decide(objection: UUID, asked: RulingIn, *, by: Account, on: date) -> Objection:
    """Decide an objection, with reasons, as an officer without a part in the result.

    Dismissed, the publication goes on, and ends at once when its period is over meanwhile; upheld,
    a new panel looks, or a refusal is prepared for a second officer, who can send it to a new
    panel: the vote objected to decides nothing any more.

    Raises:
        NotFound: there is none.
        HadPart: see there.
        StepNotPossible: it was not taken up, or is decided.
    """
    async with transaction():
        row, publication, case = await _held(objection)
        await _had_no_part(case, by)
        await _answer(DISMISS if asked.ruling is Ruling.DISMISS else UPHOLD, row, asked, by, on)
        if asked.ruling is Ruling.DISMISS:
            await _resume(case, publication, by, on)
        else:
            await _uphold(case, publication, asked, by, on)
        await audit.record(
            "objection.decide", f"result_objection:{row.id}", ruling=str(asked.ruling)
        )
        return row


async def _held(objection: UUID) -> tuple[Objection, Publication, Application]:
    """An objection and what it is about, with the result kept as it is until the commit.

    So of two answered at once the second sees the first, and lets the publication go on.
    """
    _, _, case = await find(objection)
    await Application.update({Application.saved_at: Application.saved_at}).where(
        Application.id == case.id
    )
    return await find(objection)


async def _had_no_part(case: Application, by: Account) -> None:
    if by.id in await publicity.involved(case.id):
        raise HadPart(N_("参与过这份申请办理的人不能决定对它的异议。"))


async def _answer(
    step: steps.Step, row: Objection, asked: ReasonsIn, by: Account, on: date
) -> None:
    await steps.take(step, row, by=by.id, reasons=asked.reasons, decided_by=by.id, decided_on=on)


async def _resume(case: Application, publication: Publication, by: Account, on: date) -> None:
    others = await Objection.exists().where(
        Objection.publication == publication.id,
        Objection.status == ObjectionStatus.TAKEN_UP,
    )
    if others or publication.ended_on is not None or case.status != Status.HELD:
        return
    await steps.take(RESUME, case, by=by.id)
    await notices.tell(case.person, About.RESUMED, case.reference)
    await publicity.end(publication.id, on=on)


async def _uphold(
    case: Application, publication: Publication, asked: RulingIn, by: Account, on: date
) -> None:
    if publication.ended_on is not None or case.status != Status.HELD:
        return
    await publicity.close(publication, on)
    if asked.ruling is Ruling.RECHECK:
        await steps.take(RECHECK, case, by=by.id, vote_passed=None)
        await notices.tell(case.person, About.RECHECKED, case.reference)
        return
    await steps.take(
        PROPOSE,
        case,
        by=by.id,
        note=asked.reasons,
        proposal=Proposal.REFUSE,
        grounds=asked.reasons,
        prepared_by=by.id,
        vote_passed=None,
    )
