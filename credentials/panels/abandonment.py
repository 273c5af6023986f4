"""Giving a panel up: by one officer while nobody can know who is drawn, then by two others."""

from typing import Any
from uuid import UUID

from pydantic import Field

from credentials.panels import seats
from credentials.panels.draws import SamePerson
from credentials.panels.tables import Panel
from credentials.panels.words import ABANDON, PanelStatus
from credentials.words import DISSOLVE, Status
from registry import ballots
from registry.platform import audit, steps
from registry.platform.db import transaction
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.tables import Account


class ReasonIn(Input):
    """Why a panel is given up."""

    reason: str = Field(min_length=2, max_length=2000)


async def abandon(panel: UUID, asked: ReasonIn, *, by: Account) -> Panel:
    """Give a panel up, with the reason, which is published; its applications need another.

    Until there is a word nobody can know who would be drawn, and one officer may. After it two are
    needed, neither of whom committed to the secret or added the word: the first asks, the second
    confirms. So nobody draws until they like the result.

    Raises:
        NotFound: no such panel.
        SamePerson: see there.
        StepNotPossible: it has voted, or was given up.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        if row.word is None:
            await _give_up(row, asked.reason, by, Panel.word.is_null())
            return row
        if by.id in {row.committed_by, row.worded_by}:
            raise SamePerson(N_("公开数字添加后，设定种子和添加公开数字的人都不能再作废这次抽取。"))
        running = row.status in ABANDON.starts
        await seats.held(row, PanelStatus(row.status) if running else PanelStatus.DRAWN)
        row = await seats.find(panel, by=by)
        if row.abandonment_asked_by == by.id:
            raise SamePerson(N_("作废由您提出，须由另一位没有参与抽取的经办人确认。"))
        if row.abandonment_asked_by is not None:
            await _give_up(row, asked.reason, by, Panel.abandonment_asked_by != by.id)
            return row
        await Panel.update(
            {Panel.abandonment_asked_by: by.id, Panel.abandoned_because: asked.reason}
        ).where(Panel.id == row.id)
        await audit.record("panel.ask-abandonment", f"panel:{row.id}")
        return row


async def _give_up(panel: Panel, reason: str, by: Account, only_if: Any) -> None:
    await steps.take(ABANDON, panel, by=by.id, only_if=only_if, abandoned_because=reason)
    for case in await seats.cases(panel.id):
        await ballots.discard(case.id)
        application = await seats.release(case)
        if application.status == Status.REVIEWING:
            await steps.take(DISSOLVE, application, by=by.id)
    await audit.record("panel.abandon", f"panel:{panel.id}")
