"""The seats of a panel: who sits, who stands aside, and the alternates who take their place.

A panel keeps the odd size it was convened with: while a seat is empty nothing is counted.
"""

from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry.integrity import cases, ties
from registry.integrity.cases import OwnCase
from registry.integrity.tables import CaseMember, IntegrityCase
from registry.integrity.ties import PanelRefused
from registry.integrity.words import CaseStatus
from registry.platform import audit, steps
from registry.platform.db import transaction
from registry.platform.errors import RuleNotMet
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.tables import Account

M = CaseMember


class RecusalIn(Input):
    """Why a member stands aside."""

    because: str = Field(min_length=2, max_length=2000)


class AlternateIn(Input):
    """Somebody to take the place of a member who stands aside."""

    member: UUID = Field(description="An account.")


class NotOnPanel(OwnCase):
    """Only the members of the panel vote."""


class SeatEmpty(RuleNotMet):
    """A member stood aside and nobody has taken their place yet."""


async def fill(case: UUID, members: list[UUID], alternates: list[UUID]) -> None:
    """Seat a panel, with alternates in the order in which they are called."""
    for place, member in enumerate([*members, *alternates], start=1):
        later = place > len(members)
        await _seat(case, member, place, later)


async def _seat(case: UUID, member: UUID, place: int, alternate: bool) -> None:
    await CaseMember(
        id=uuid4(), case=case, account=member, place=place, alternate=alternate, waits=alternate
    ).save()


async def named(case: UUID) -> list[dict[str, Any]]:
    """Everybody named for a panel, as named: whether they wait, stood aside or voted, never how."""
    found: list[dict[str, Any]] = await (
        M.select(
            M.account,
            M.account.display_name.as_alias("name"),
            M.voted_at,
            M.place,
            M.alternate,
            M.waits,
            M.recused_because,
        )
        .where(M.case == case)
        .order_by(M.place)
        .order_by(M.account)
    )
    return [
        {
            **row,
            "alternate": bool(row["alternate"]),
            "waits": bool(row["waits"]),
            "recused": row["recused_because"] is not None,
        }
        for row in found
    ]


async def members(case: UUID) -> list[dict[str, Any]]:
    """Who sits now, as named, and whether they have voted, never how."""
    return _sitting(await named(case))


def _sitting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if not row["waits"] and not row["recused"]]


def empty(rows: list[dict[str, Any]]) -> int:
    """How many seats are empty, of those named for a panel."""
    return sum(not row["alternate"] for row in rows) - len(_sitting(rows))


async def must_be_full(case: UUID) -> None:
    """Refuse to go on with a seat empty.

    Raises:
        SeatEmpty: see there.
    """
    if empty(await named(case)):
        raise SeatEmpty(N_("有成员回避，席位空缺；须先补足，审议组才是单数。"))


async def held(case: IntegrityCase, *also: Any) -> bool:
    """Whether a panel sits on a case; until the commit neither a vote nor the count can cross."""
    found = await (
        IntegrityCase.update({IntegrityCase.status: CaseStatus.WITH_PANEL})
        .where(IntegrityCase.id == case.id, IntegrityCase.status == CaseStatus.WITH_PANEL, *also)
        .returning(IntegrityCase.id)
    )
    return bool(found)


async def recuse(case: UUID, asked: RecusalIn, *, by: Account) -> None:
    """Stand aside as a member who has not voted; the first alternate without a tie takes over.

    Raises:
        NotFound: no such case for this caller.
        NotOnPanel: the caller is no member.
        StepNotPossible: no panel sits, they have voted, or the vote is closed.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        if by.id not in {each["account"] for each in await members(row.id)}:
            raise NotOnPanel(N_("您不是这个案件的审议组成员。"))
        left = await held(row, IntegrityCase.vote_closed_by.is_null()) and await M.update(
            {M.recused_because: asked.because}
        ).where(M.case == row.id, M.account == by.id).where(
            M.voted_at.is_null(), M.recused_because.is_null()
        ).returning(M.id)
        if not left:
            raise steps.StepNotPossible(N_("表决已经结束，或者您已经表决。"), status=row.status)
        await _call(row)
        await audit.record("integrity.recuse", f"integrity_case:{row.id}")


async def add(case: UUID, asked: AlternateIn, *, by: Account) -> None:
    """Name another alternate while the panel sits; an empty seat is theirs at once.

    Raises:
        NotFound: no such case for this caller.
        OwnCase: the caller reported the case or is its subject.
        PanelRefused: they are named already, or may not sit.
        StepNotPossible: no panel sits, or the vote is closed.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        if not await held(row, IntegrityCase.vote_closed_by.is_null()):
            raise steps.StepNotPossible(N_("表决已经结束。"), status=row.status)
        rows = await named(row.id)
        if asked.member in {each["account"] for each in rows}:
            raise PanelRefused(N_("这个人已经是成员或者候补成员。"))
        await ties.check(row, [asked.member], by=by)
        await _seat(row.id, asked.member, len(rows) + 1, alternate=True)
        await _call(row)
        await audit.record("integrity.name-alternate", f"integrity_case:{row.id}")


async def _call(case: IntegrityCase) -> None:
    """Give empty seats to alternates who wait, in their order; whoever is tied by now waits on."""
    rows = await named(case.id)
    left = empty(rows)
    for row in rows:
        if not left or not row["waits"]:
            continue
        account = await Account.objects().get(Account.id == row["account"])
        if account is None or not account.active or await ties.tie(case, account):
            continue
        await M.update({M.waits: False}).where(M.case == case.id, M.account == account.id)
        left -= 1
