"""Whether an application may be handed in, and to whom: round, wait, materials, employer."""

from datetime import date

from credentials.intake import contents, materials, rounds, words
from credentials.intake.tables import Filing
from credentials.intake.words import Source
from credentials.tables import Application
from credentials.words import HAND_TO_EMPLOYER, SUBMIT, Status
from registry.platform.errors import FieldError, FieldsInvalid, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.steps import Step
from registry.platform.workdays import months_after
from registry.regulations import Body

WAIT = "reapply_wait_months"
PUBLICATION = "employer_publication_working_days"
FIELD = {Source.STATEMENT: words.STATEMENT, Source.EMPLOYER: words.EMPLOYER}
"""Of materials that are fields of the form; the others are fields by their own names."""
LACKING = {
    Source.IDENTITY: N_("请先登记身份信息。"),
    Source.STATEMENT: N_("请填写工作情况说明。"),
    Source.EMPLOYER: N_("请选择用人单位，或说明没有用人单位。"),
    Source.FUNCTIONS: N_("请按等级申报足够的工作职能，每项写明情况并附佐证。"),
    Source.RECOMMENDATION: N_("请附一份同行推荐意见，作为某项职能的佐证。"),
}
NOT_SUPPLIED = N_("请在个人资料中补上这项证明文件。")


class TooSoon(RuleNotMet):
    """The wait after a refusal is not over, and no major new achievement is declared."""


async def wait_until(case: Application, rules: Body, on: date) -> date | None:
    """The first day on which the level may be applied for again, while it is still to come."""
    months = rules.asks(WAIT)
    refused = await (
        Application.select(Application.decided_on)
        .where(Application.person == case.person, Application.level == case.level)
        .where(Application.status == Status.REFUSED)
        .order_by(Application.decided_on, ascending=False)
        .first()
    )
    if not months or refused is None:
        return None
    first = months_after(refused["decided_on"], months)
    return first if on < first else None


async def check(case: Application, rules: Body, on: date) -> Filing:
    """Say everything that is missing, or give the filing the round it joins.

    Raises:
        FieldsInvalid: materials are missing.
        TooSoon: the level was refused lately.
        NotOpen: no round takes it in today.
    """
    faults = [
        FieldError(
            FIELD.get(Source(line.material.source), line.material.source),
            "required",
            LACKING.get(Source(line.material.source), NOT_SUPPLIED),
        )
        for line in await materials.checklist(case, rules, on)
        if line.lacking
    ]
    if faults:
        raise FieldsInvalid(faults)
    filing = await contents.filing(case)
    first = await wait_until(case, rules, on)
    if first is not None and not filing.achievement and case.submitted_on is None:
        raise TooSoon(
            N_("上次不予授予后，{first} 起才能再次申请；取得重大新业绩的，请写明。依据：{cite}"),
            first=first.isoformat(),
            cite=rules.figures[WAIT].cite,
        )
    if case.submitted_on is None:
        joined = await rounds.joined(case.level, rules, on)
        filing.round = joined.id if joined else None
    await filing.save()
    return filing


def to_employer(filing: Filing, rules: Body) -> bool:
    """Whether the employer has to publish and confirm before the office looks."""
    return rules.asks(PUBLICATION) > 0 and filing.employer is not None and not filing.confirmed_on


def step(filing: Filing, rules: Body) -> Step:
    """The step with which an application is handed in."""
    return HAND_TO_EMPLOYER if to_employer(filing, rules) else SUBMIT
