"""The draft decision put before a panel: what it must say, and who may sit.

It comes after the person has had their say, orders nothing heavier than they were told of, and
stays within the class of the breach.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from registry.integrity import cases, ties
from registry.integrity.cases import BASED, REASONED
from registry.integrity.tables import IntegrityCase
from registry.integrity.ties import PanelRefused
from registry.integrity.words import CONVENE, CaseStatus, Measure, Severity
from registry.platform import workdays
from registry.platform.errors import FieldError, FieldsInvalid, RuleNotMet
from registry.platform.fields import Day, Flag, Input
from registry.platform.i18n import N_
from registry.regulations import Body
from registry.tables import Account


class DraftIn(Input):
    """The decision a panel votes on."""

    finding: str = Field(min_length=2, max_length=5000)
    reasons: Annotated[str, REASONED] = Field(min_length=2, max_length=5000)
    basis: Annotated[str, BASED] = Field(
        min_length=2, max_length=2000, description="Legal or charter basis."
    )
    severity: Severity
    measure: Measure
    until: Day | None = Field(default=None, description="Last day, where the measure has one.")
    publish: Flag = False
    members: list[UUID] = Field(min_length=1, max_length=25, description="Accounts.")
    alternates: list[UUID] = Field(
        default=[], max_length=25, description="Accounts, in the order in which they are called."
    )


class RightOpen(RuleNotMet):
    """The person may still speak or ask for a hearing."""


class NotProportional(RuleNotMet):
    """The measure is heavier or longer than the class of the breach allows."""


class NotNoticed(RuleNotMet):
    """The measure is heavier than the person was told, or on another basis: give notice again."""


async def check(case: IntegrityCase, asked: DraftIn, *, by: Account, on: date) -> None:
    """Refuse a draft that may not be put before a panel.

    Raises:
        RightOpen: the period to defend oneself or ask for a hearing still runs.
        NotNoticed: heavier than the notice, or on another basis.
        NotProportional: heavier or longer than the class of the breach allows.
        PanelRefused: even size, too few, or somebody who has a part in the case or a tie to it.
    """
    if case.status in CONVENE.starts:
        await _rights_used(case, on)
        _noticed(case, asked)
    rules = await cases.rules_of(case)
    _proportional(asked, rules, on)
    await _may_sit(case, asked, rules, by)


async def _rights_used(case: IntegrityCase, on: date) -> None:
    if case.status == CaseStatus.HEARD:
        return
    until = await cases.reply_until(case)
    if not until.provisional and on > until.day:
        return
    cite = (await cases.rules_of(case)).figures["notice_reply_working_days"].cite
    raise RightOpen(
        N_("当事人陈述申辩和申请听证的期限到 {day} 为止（{cite}）。"), day=str(until.day), cite=cite
    )


def _noticed(case: IntegrityCase, asked: DraftIn) -> None:
    heavier = asked.measure.rank > Measure(case.notice_measure).rank
    if heavier or asked.basis.split() != case.notice_basis.split():
        raise NotNoticed(
            N_("拟采取的措施不得重于告知的措施，依据须与告知的一致；需要变更的，请重新告知当事人。")
        )


def _proportional(asked: DraftIn, rules: Body, on: date) -> None:
    strongest, longest = f"strongest_{asked.severity}", f"longest_months_{asked.severity}"
    if asked.measure.rank > rules[strongest]:
        cite = rules.figures[strongest].cite
        raise NotProportional(N_("措施超过这一程度失信可以采取的范围（{cite}）。"), cite=cite)
    if not asked.measure.has_end:
        if asked.until is not None:
            message = N_("这种措施没有期限。")
            raise FieldsInvalid([FieldError("until", "no-end", message)])
        return
    if asked.until is None or asked.until <= on:
        message = N_("请填写措施的最后一天，须晚于今天。")
        raise FieldsInvalid([FieldError("until", "required", message)])
    last = workdays.months_after(on, rules[longest])
    if asked.until > last:
        cite = rules.figures[longest].cite
        raise NotProportional(N_("措施最长到 {day}（{cite}）。"), day=str(last), cite=cite)


async def _may_sit(case: IntegrityCase, asked: DraftIn, rules: Body, by: Account) -> None:
    fewest, members = rules["panel_least"], asked.members
    everybody = [*members, *asked.alternates]
    if len(members) < fewest or len(members) % 2 == 0 or len(set(everybody)) < len(everybody):
        cite = rules.figures["panel_least"].cite
        raise PanelRefused(
            N_("审议组须为单数，至少 {least} 人（{cite}）。"), least=fewest, cite=cite
        )
    await ties.check(case, everybody, by=by)
