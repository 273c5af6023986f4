"""What an application consists of beside its statement, and which of it may be changed now."""

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from credentials import procedure
from credentials.intake import words
from credentials.intake.tables import (
    ClaimedFunction,
    Evidence,
    Filing,
    Submission,
    SupplementItem,
    SupplementNotice,
)
from credentials.intake.words import WorkFunction
from credentials.tables import Application
from credentials.words import NOT_CONFIRM, SUBMIT, Status
from registry.platform import clock, steps
from registry.platform.errors import Conflict
from registry.platform.i18n import N_
from registry.platform.steps import StepNotPossible
from registry.regulations import Body
from registry.tables import Account


class NotReopened(Conflict):
    """The notice does not ask for this; what was handed in stays. `field` is what was tried."""


async def whole(case: Application, on: date) -> bool:
    """Whether an application follows a procedure with functions, a round and one notice."""
    return fuller(await procedure.asked(case, on), case.level)


def fuller(rules: Body, level: str) -> bool:
    """Whether a procedure asks for work functions at a level, and with them for all of the rest."""
    return rules.asks(f"functions_{level}") > 0


async def hold(case: Application, by: Account) -> None:
    """Keep an application that is the caller's to change as it is until the commit.

    Raises:
        StepNotPossible: it is with the office, with the employer, or decided.
    """
    held = await (
        Application.update({Application.saved_at: clock.now()})
        .where(Application.id == case.id, Application.person == by.person)
        .where(Application.status.is_in([*SUBMIT.starts]))
        .returning(Application.status, Application.statement)
    )
    if not held:
        raise StepNotPossible(N_("申请已在办理，不能再修改。"), status=str(case.status))
    case.status, case.statement = held[0]["status"], held[0]["statement"]


async def filing(case: Application) -> Filing:
    """What is filed with an application; an unsaved row where nothing is yet."""
    row = await Filing.objects().get(Filing.application == case.id)
    return row or Filing(id=uuid4(), application=case.id)


async def functions(case: Application) -> list[ClaimedFunction]:
    """The functions an application claims, in the order of the definition."""
    found = await ClaimedFunction.objects().where(ClaimedFunction.application == case.id)
    order = [*WorkFunction]
    return sorted(found, key=lambda row: order.index(WorkFunction(row.function)))


async def evidence(case: Application) -> list[Evidence]:
    """The evidence that stands, in the order it was added."""
    found: list[Evidence] = await (
        Evidence.objects(Evidence.contract)
        .where(Evidence.application == case.id, Evidence.removed_at.is_null())
        .order_by(Evidence.added_at)
    )
    return found


async def notices(case: Application) -> list[SupplementNotice]:
    """The notices an officer has sent about an application, oldest first."""
    found: list[SupplementNotice] = await (
        SupplementNotice.objects()
        .where(SupplementNotice.application == case.id)
        .order_by(SupplementNotice.asked_at)
    )
    return found


async def items(asked: Iterable[SupplementNotice]) -> list[SupplementItem]:
    """Everything that notices ask for."""
    ids = [row.id for row in asked]
    if not ids:
        return []
    found: list[SupplementItem] = await SupplementItem.objects().where(
        SupplementItem.notice.is_in(ids)
    )
    place = {identifier: number for number, identifier in enumerate(ids)}
    return sorted(found, key=lambda row: (place[row.notice], row.field))


async def last(case: Application) -> Submission | None:
    """What the application said when it was last handed in."""
    found: Submission | None = await (
        Submission.objects()
        .where(Submission.application == case.id)
        .order_by(Submission.made_at, ascending=False)
        .first()
    )
    return found


async def reopened(case: Application) -> frozenset[str] | None:
    """The fields that may be changed in a returned application; None: all of them.

    Those of the newest notice. An employer that does not confirm opens everything before the formal
    check, and after it what the notice asked, with the choice of the employer.
    """
    asked = await notices(case)
    if case.status != Status.RETURNED or not asked:
        return None
    fields = {item.field for item in await items(asked[-1:])}
    history = await steps.history(case.id)
    if history[-1]["step"] == NOT_CONFIRM.name:
        fields.add(words.EMPLOYER)
    return frozenset(fields)


def may_change(opened: frozenset[str] | None, field: str) -> bool:
    """Whether a field may be changed; the functions as a whole stand for each of them."""
    if opened is None or field in opened:
        return True
    return field.startswith(("function:", "evidence:")) and words.FUNCTIONS in opened


def refuse_change(opened: frozenset[str] | None, *fields: str) -> None:
    """Refuse a change that none of these fields is open for.

    Raises:
        NotReopened: the notice asks for none of them.
    """
    if not any(may_change(opened, field) for field in fields):
        raise NotReopened(
            N_("补正通知没有要求修改这一项，已提交的内容不变。"),
            field=fields[0],
            reopened=sorted(opened or ()),
        )


async def opened_in(case: Application, function: str) -> bool:
    """Whether evidence may be added to a function: it, or a piece of its evidence, is open."""
    opened = await reopened(case)
    if may_change(opened, words.of_function(function)):
        return True
    asked = {each.removeprefix("evidence:") for each in opened or ()}
    rows = await Evidence.select(Evidence.id).where(
        Evidence.application == case.id, Evidence.function == function
    )
    return any(str(row["id"]) in asked for row in rows)
