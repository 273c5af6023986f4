"""Whether a panel may meet: on what day, and after which sheets."""

from datetime import date
from uuid import UUID

from credentials.intake.tables import Filing
from credentials.panels import seats, sheets
from credentials.panels.tables import Panel
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_
from registry.regulations import Body


class TooEarly(RuleNotMet):
    """No meeting opens before the day its round is planned to be reviewed."""


class SheetsMissing(RuleNotMet):
    """Somebody who attends has not scored what they are to judge."""


async def refuse_early(panel: Panel, on: date) -> None:
    """Refuse a meeting before the day planned for the round.

    Raises:
        TooEarly: see there.
    """
    for case in await seats.cases(panel.id):
        filing = await Filing.objects(Filing.round).get(Filing.application == case.application)
        planned = filing.round.review_on if filing is not None and filing.round else None
        if planned is not None and on < planned:
            raise TooEarly(N_("这一批次计划的评审日是 {day}，不能提前开会。"), day=str(planned))


async def refuse_unscored(panel: Panel, there: set[UUID], rules: Body) -> None:
    """Refuse a meeting while some of the accounts that attend owe sheets, where the rules ask so.

    Raises:
        SheetsMissing: see there.
    """
    if not rules.asks("sheets_before_meeting"):
        return
    lacking = await sheets.lacking(panel)
    late = sorted(
        each["number"]
        for each in await seats.seated(panel.id)
        if each["account"] in there and each["assessor"] in lacking
    )
    if late:
        message = N_("到会成员尚未提交全部评分表：{numbers}（{cite}）。")
        facts = {
            "numbers": "、".join(late),
            "cite": rules.figures["sheets_before_meeting"].cite,
        }
        raise SheetsMissing(
            message, errors=[FieldError("present", "unscored", message, facts)], **facts
        )
