"""Drawing a panel: commit to a secret and freeze the pool, add a word, reveal, draw.

The function of secret, word and pool stands in `lots`; the page of a draw shows all three.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from pydantic import Field

from credentials import procedure
from credentials.intake import contents
from credentials.panels import acquaintance, assessors, lots, pools, seats, ties
from credentials.panels.tables import Assessor, Panel, PanelCase, PoolMember, Seat
from credentials.panels.words import FAIL, REVEAL, PanelStatus, SeatState, Tie
from credentials.tables import Application
from credentials.words import CONVENE, Level, Status
from registry import notices
from registry.notices import About
from registry.platform import audit, steps
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    NotAllowed,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Input, Whole
from registry.platform.i18n import N_
from registry.regulations import Body
from registry.tables import Account


class CommitmentIn(Input):
    """Which applications a panel is for, and the secret of its draw, which is not kept."""

    level: Level
    applications: list[UUID] = Field(min_length=1, max_length=100)
    secret: str = Field(min_length=16, max_length=100, description="Keep it; it is revealed later.")
    size: Whole | None = Field(default=None, description="Odd; as the procedure says if left out.")


class WordIn(Input):
    """What another officer adds in the open."""

    word: str = Field(min_length=4, max_length=100)


class SecretIn(Input):
    """The secret committed to."""

    secret: str = Field(min_length=1, max_length=100)


class SizeRefused(RuleNotMet):
    """The panel is of even size or too small."""


class PoolTooSmall(RuleNotMet):
    """Too few assessors without a conflict may sit."""


class NotTogether(RuleNotMet):
    """The applications are of different levels, rounds or procedures, or not accepted."""


class AlreadyBefore(Conflict):
    """An application is before a panel already."""


class SamePerson(NotAllowed):
    """Secret and word come from two officers; the secret is revealed by whoever committed to it.

    Once both are there, two officers without a part in the draw may give the panel up, nobody else.
    """


class SecretUsed(Conflict):
    """Another draw was committed to with this secret."""


class NotCommitted(RuleNotMet):
    """This is not the secret that was committed to."""


class WordMissing(RuleNotMet):
    """Another officer has not added a word yet."""


async def commit(asked: CommitmentIn, *, by: Account, on: date) -> Panel:
    """Freeze the pool for some applications and publish the commitment.

    Raises:
        NotTogether: see there.
        SizeRefused: even, or fewer than the procedure says.
        PoolTooSmall: see there.
        AlreadyBefore: one of them is before a panel.
        SecretUsed: see there.
    """
    try:
        async with transaction():
            found = await _together(asked)
            rules = await procedure.of(found[0])
            pool = await _frozen(asked.level, _size(asked, rules), found, on)
            row = Panel(
                id=uuid4(),
                reference=f"PS-{on.year}-{await next_number(f'panel-{on.year}'):06d}",
                level=asked.level,
                status=PanelStatus.COMMITTED,
                size=_size(asked, rules),
                rules=found[0].procedure,
                commitment=lots.commitment(asked.secret),
                roll_digest=lots.roll_digest(
                    [f"{each.number}:{tie[0]}" if tie else each.number for each, tie in pool]
                ),
                committed_on=on,
                committed_by=by.id,
            )
            await row.save()
            shuffled = sorted(found, key=lambda _: secrets.token_bytes(16))
            for place, each in enumerate(shuffled, 1):
                await PanelCase(
                    id=uuid4(), panel=row.id, application=each.id, place=place, open=True
                ).save()
            for assessor, tie in pool:
                await PoolMember(
                    id=uuid4(),
                    panel=row.id,
                    assessor=assessor.id,
                    excluded=tie[0] if tie else None,
                    reason=tie[1] if tie else None,
                ).save()
            await audit.record(
                "panel.commit",
                f"panel:{row.id}",
                commitment=row.commitment,
                roll=row.roll_digest,
            )
            return row
    except Exception as error:
        if of_unique_index(error, "panel", "commitment"):
            message = N_("这个种子已经用过，每次抽取须另设一个。")
            raise SecretUsed(message, errors=[FieldError("secret", "used", message)]) from None
        if of_unique_index(error, "panel_case", "application"):
            raise AlreadyBefore(N_("有申请已在另一个评审组。")) from None
        raise


async def _together(asked: CommitmentIn) -> list[Application]:
    wanted = set(asked.applications)
    found: list[Application] = await Application.objects().where(
        Application.id.is_in([*wanted]),
        Application.level == asked.level,
        Application.status == Status.ACCEPTED,
    )
    batches = {(await contents.filing(each)).round for each in found}
    if len(found) < len(wanted) or len({each.procedure for each in found}) > 1 or len(batches) > 1:
        raise NotTogether(
            N_("只能把同一批次、同一等级、同一程序版本、已受理的申请交给一个评审组。")
        )
    return found


def _size(asked: CommitmentIn, rules: Body) -> int:
    figure = rules.figures[f"panel_{asked.level}"]
    size = figure.value if asked.size is None else asked.size
    if size < figure.value or size % 2 == 0:
        message = N_("评审组须为单数，至少 {least} 人（{cite}）。")
        facts = {"least": figure.value, "cite": figure.cite}
        raise SizeRefused(message, errors=[FieldError("size", "size", message, facts)], **facts)
    return size


Frozen = list[tuple[Assessor, tuple[Tie, str] | None]]
"""Every eligible assessor, with what ties them to an applicant."""


async def _frozen(level: str, size: int, found: Sequence[Application], on: date) -> Frozen:
    """Everybody who may sit on a day; ties are those of the applications as handed in."""
    subjects = [await acquaintance.subject(each.id) for each in found]
    pool: Frozen = []
    for assessor in await assessors.eligible(level, on):
        candidate = await acquaintance.candidate(assessor)
        met = (ties.found(candidate, subject) for subject in subjects)
        pool.append((assessor, next((tie for tie in met if tie), None)))
    able = sum(tie is None for _, tie in pool)
    if able < size:
        raise PoolTooSmall(
            N_("没有利益冲突、在聘期内的评审专家只有 {able} 人，须 {size} 人。"),
            able=able,
            size=size,
        )
    return pool


async def add_word(panel: UUID, asked: WordIn, *, by: Account) -> Panel:
    """Add a word to a draw, as another officer, before the secret is known.

    Raises:
        NotFound: no such panel.
        SamePerson: the caller committed to the secret.
        StepNotPossible: there is a word, or the draw is over.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        if row.committed_by == by.id:
            raise SamePerson(N_("种子由您设定，须由另一位经办人添加公开数字。"))
        await seats.held(row, PanelStatus.COMMITTED)
        added = await (
            Panel.update({Panel.word: asked.word, Panel.worded_by: by.id})
            .where(Panel.id == row.id, Panel.word.is_null())
            .returning(Panel.id)
        )
        if not added:
            raise steps.StepNotPossible(N_("已经添加。"), status=str(row.status))
        row.word, row.worded_by = asked.word, by.id
        await audit.record("panel.word", f"panel:{row.id}", word=asked.word)
        return row


async def reveal(panel: UUID, asked: SecretIn, *, by: Account, on: date) -> Panel:
    """Reveal the secret: the panel is drawn and its applications are before it.

    The pool is the frozen one. Whoever has declared a tie since, or whose term is over, leaves the
    order; where too few remain the draw has failed: it stays on record with its seed for everybody
    to see, and its applications need another.

    Raises:
        NotFound: no such panel.
        SamePerson: somebody else committed to it.
        WordMissing: see there.
        NotCommitted: see there.
        StepNotPossible: it is drawn or given up, or an application was withdrawn.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        if row.committed_by != by.id:
            raise SamePerson(N_("种子须由设定的人公开。"))
        await seats.held(row, PanelStatus.COMMITTED)
        if row.word is None:
            raise WordMissing(N_("须先由另一位经办人添加公开数字。"))
        if lots.commitment(asked.secret) != row.commitment:
            message = N_("与事先公布的摘要不符，不是当时设定的种子。")
            raise NotCommitted(message, errors=[FieldError("secret", "other", message)])
        sitting = await _drawn(row, lots.seed(asked.secret, row.word), on)
        enough = len(sitting) == row.size
        step = REVEAL if enough else FAIL
        await steps.take(step, row, by=by.id, secret=asked.secret, revealed_on=on)
        for seat in sitting if enough else ():
            await seats.call(row, seat)
        for case in await seats.cases(row.id):
            application = await _application(case)
            if not enough or application.status == Status.WITHDRAWN:
                await seats.release(case)
                continue
            await steps.take(CONVENE, application, by=by.id)
            await notices.tell(application.person, About.CONVENED, application.reference)
        await audit.record("panel.reveal", f"panel:{row.id}", enough=enough)
        return row


async def _drawn(panel: Panel, seed: str, on: date) -> list[Seat]:
    """Put the frozen pool in the order of its lots; return who takes a seat."""
    pool = {each["number"]: each["assessor"] for each in await pools.drawn_from(panel.id)}
    sitting: list[Seat] = []
    for place, number in enumerate(lots.order(pool, seed), 1):
        seat = Seat(
            id=uuid4(),
            panel=panel.id,
            assessor=pool[number],
            place=place,
            state=SeatState.ALTERNATE,
        )
        await seat.save()
        if len(sitting) < panel.size and not await seats.leaves(panel, seat, on):
            sitting.append(seat)
    return sitting


async def _application(case: PanelCase) -> Application:
    row = await Application.objects().get(Application.id == case.application)
    assert row is not None, "foreign keys hold applications in place"
    return row
