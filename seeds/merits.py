"""Awards and contributions of the demonstration: published, not published, and no longer so."""

from datetime import timedelta

from registry.integrity import merits
from registry.integrity.merits import MeritIn
from registry.integrity.words import MeritKind
from registry.platform import clock
from registry.tables import Account, Person
from seeds.papers import paper

GIVER = "申城技术市场协会（演示）"
TOLD = (
    (MeritKind.AWARD, "年度技术转移优秀案例一等奖", "协会〔2026〕7号", ("publish",)),
    (MeritKind.CONTRIBUTION, "牵头编制《技术合同示范文本》", "协会〔2026〕9号", ()),
    (MeritKind.AWARD, "年度优秀技术经理人", "协会〔2026〕11号", ("publish", "hide")),
    (MeritKind.CONTRIBUTION, "担任培训课程义务讲师", "协会〔2026〕12号", ("publish",)),
)
"""Each with what the person says afterwards about its publication."""


async def award(people: list[Account], officer: Account) -> None:
    """One merit for each of some people, in their order."""
    today = clock.today()
    for account, (kind, title, basis, said) in zip(people, TOLD, strict=False):
        person = await Person.objects().get(Person.id == account.person)
        assert person is not None, "foreign keys hold people in place"
        asked = MeritIn(
            person=person.number,
            kind=kind,
            title=title,
            given_by=GIVER,
            given_on=today - timedelta(days=40),
            basis=basis,
        )
        file = paper("award.pdf", f"{kind}: a certificate of the association")
        with clock.morning_of(today - timedelta(days=10)):
            row = await merits.praise(asked, by=officer, on=clock.today(), file=file)
        for act in said:
            answer = merits.publish if act == "publish" else merits.hide
            await answer(row.id, by=account)
