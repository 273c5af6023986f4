"""The formal check: accept an application, or ask in one notice for everything that is missing."""

from uuid import UUID, uuid4

from pydantic import Field

from credentials import applications, procedure
from credentials.intake import contents, overdue, words
from credentials.intake.tables import SupplementItem, SupplementNotice
from credentials.intake.words import FUNCTION_WORDS, WorkFunction
from credentials.tables import Application
from credentials.words import ACCEPT, RETURN
from registry import notices
from registry.notices import About
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, RuleNotMet
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.steps import StepNotPossible
from registry.tables import Account

ONCE = "notices_once"
"""Figure of a procedure: whether everything missing is asked for at once."""


class ItemIn(Input):
    """One field to mend, and what is to be mended."""

    field: str = Field(min_length=2, max_length=60)
    words: str = Field(min_length=2, max_length=1000)


class NoticeIn(Input):
    """Everything that is missing."""

    items: tuple[ItemIn, ...] = Field(min_length=1, max_length=40)


class AskedTooLate(RuleNotMet):
    """A second notice asks for something the first did not; `fields` says what."""


class NoFormalCheck(RuleNotMet):
    """The procedure of this application has no formal check of its own."""


async def accept(application: UUID, *, by: Account) -> Application:
    """Accept an application that is complete; a panel evaluates it.

    Raises:
        NotFound: no such application.
        NoFormalCheck: its procedure has none.
        StepNotPossible: it is not waiting for the check.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        await _checked(case)
        await steps.take(ACCEPT, case, by=by.id)
        await notices.tell(case.person, About.ACCEPTED, case.reference)
        await audit.record("application.accept", f"application:{case.id}")
        return case


async def ask(application: UUID, asked: NoticeIn, *, by: Account) -> SupplementNotice:
    """Send the notice that asks for everything missing; only what it names reopens.

    A later notice may come back to what the first asked, and to what was supplied in answer.

    Raises:
        NotFound: no such application.
        FieldsInvalid: a field is none of this application's, or named twice.
        AskedTooLate: something that could have been asked the first time.
        NoFormalCheck: its procedure has none.
        StepNotPossible: it is not waiting for the check.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        await _checked(case)
        labels = await askable(case)
        _refuse_unknown(asked, labels)
        await _refuse_late(case, asked, labels)
        newest = await contents.last(case)
        assert newest is not None, "what was handed in is kept"
        told = "\n".join(f"{labels[item.field]}：{item.words}" for item in asked.items)
        await steps.take(RETURN, case, by=by.id, note=told, supplement_asked=told)
        await overdue.watch(case)
        notice = SupplementNotice(
            id=uuid4(),
            application=case.id,
            submission=newest.id,
            asked_by=by.id,
            asked_at=clock.now(),
        )
        await notice.save()
        for item in asked.items:
            await SupplementItem(
                id=uuid4(), notice=notice.id, field=item.field, words=item.words
            ).save()
        await notices.tell(case.person, About.RETURNED, case.reference)
        await audit.record("application.ask", f"application:{case.id}", fields=len(asked.items))
        return notice


async def _checked(case: Application) -> None:
    if case.submitted_on is None or not contents.fuller(await procedure.of(case), case.level):
        raise NoFormalCheck(N_("这份申请适用的程序不设形式审查。"))
    if case.status not in ACCEPT.starts:
        raise StepNotPossible(N_("这份申请现在不等形式审查。"), status=str(case.status))


async def askable(case: Application) -> dict[str, str]:
    """The fields of an application that a notice may ask for, with their words (message ids)."""
    labels = {
        name: text
        for name, text in words.FIELDS.items()
        if name != words.ACHIEVEMENT or (await contents.filing(case)).achievement
    }
    for row in await contents.functions(case):
        labels[words.of_function(row.function)] = FUNCTION_WORDS[WorkFunction(row.function)]
    for number, piece in enumerate(await contents.evidence(case), 1):
        labels[words.of_evidence(piece.id)] = f"佐证 {number}"
    return labels


def _refuse_unknown(asked: NoticeIn, labels: dict[str, str]) -> None:
    named = [item.field for item in asked.items]
    faults = [
        FieldError(f"items.{place}.field", "choice", N_("请从列出的选项中选择。"))
        for place, field in enumerate(named)
        if field not in labels or field in named[:place]
    ]
    if faults:
        raise FieldsInvalid(faults)


async def open_to_ask(case: Application) -> list[str]:
    """The fields a notice may ask for now: all at first, later what the first one opened."""
    if case.status not in ACCEPT.starts:
        return []
    before = await contents.notices(case)
    if not before:
        return [*await askable(case)]
    fields = frozenset(item.field for item in await contents.items(before))
    answered = {
        words.of_evidence(row.id)
        for row in await contents.evidence(case)
        if row.added_at > before[0].asked_at
    }
    return [
        field
        for field in await askable(case)
        if field in answered or contents.may_change(fields, field)
    ]


async def _refuse_late(case: Application, asked: NoticeIn, labels: dict[str, str]) -> None:
    rules = await procedure.of(case)
    if not rules.asks(ONCE):
        return
    allowed = await open_to_ask(case)
    late = [item.field for item in asked.items if item.field not in allowed]
    if late:
        raise AskedTooLate(
            N_("上次通知没有要求的，不能再要求补正：{named}。依据：{cite}"),
            fields=late,
            named="、".join(labels[field] for field in late),
            cite=rules.figures[ONCE].cite,
        )
