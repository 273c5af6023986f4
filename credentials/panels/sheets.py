"""Blind score sheets: what a member reads and asks, what they hand in, what all came to.

Scores advise; the vote decides. Who has handed in sees nobody else's until all have, or until the
meeting opens.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import policy
from credentials.determinations import EVALUATION
from credentials.intake import contents
from credentials.intake.tables import ClaimedFunction
from credentials.panels import agreement, assessors, scoring, seats
from credentials.panels.scoring import Criterion, Scale
from credentials.panels.tables import Assessor, Panel, PanelCase, Seat, Sheet, Voter
from credentials.panels.words import PanelStatus, Part, SeatState
from credentials.tables import Application
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotAllowed, of_unique_index
from registry.platform.fields import Input, Whole
from registry.platform.i18n import N_
from registry.platform.steps import StepNotPossible
from registry.regulations import Body
from registry.tables import Account


class ScoreIn(Input):
    """Points for one criterion; extremes need a note."""

    points: Whole
    note: str = Field(default="", max_length=2000)


class SheetIn(Input):
    """A whole sheet, by criterion."""

    scores: dict[str, ScoreIn] = Field(min_length=1, max_length=50)


class NotYetSeen(NotAllowed):
    """Sheets of others are seen when all are in, or the meeting is open."""


async def criteria(panel: Panel, case: PanelCase) -> list[Criterion]:
    """The lines of a sheet, weighted by the policy in force when the pool was frozen.

    An edition that gives no weights weighs the parts alike.
    """
    said = (await policy.in_force(EVALUATION, panel.committed_on)).document.parameters
    names = {part: f"weight_{panel.level}_{part}_per_cent" for part in Part}
    weights = {part: int(said[name].value) if name in said else 1 for part, name in names.items()}
    return scoring.criteria(weights, [row.function for row in await _claimed(case)])


async def _claimed(case: PanelCase) -> list[ClaimedFunction]:
    application = await Application.objects().get(Application.id == case.application)
    assert application is not None, "foreign keys hold applications in place"
    return await contents.functions(application)


def scale(rules: Body) -> Scale:
    """The figures of a procedure that scores keep to."""
    return Scale(rules["score_most"], rules["note_at_most"], rules["note_at_least"])


async def hand_in(case: UUID, asked: SheetIn, *, by: Account, on: date) -> Sheet:
    """Hand in a sheet, once and for all.

    Raises:
        NotFound: no such panel for this caller.
        NotSeated: they do not sit on it.
        Conflicted: they have no part in this application.
        FieldsInvalid: a score is missing, outside the scale, or lacks its note.
        StepNotPossible: the sheet is in, or the meeting has begun.
    """
    try:
        async with transaction():
            row, panel = await seats.case_of(case, by=by)
            own, _ = await seats.member(row, by=by, on=on)
            await seats.held(panel, PanelStatus.DRAWN)
            lines = await criteria(panel, row)
            _refuse_faulty(asked, lines, await seats.rules_of(panel))
            points = {code: given.points for code, given in asked.scores.items()}
            sheet = Sheet(
                id=uuid4(),
                panel_case=row.id,
                assessor=own.id,
                scores=json.dumps(
                    {code: [one.points, one.note] for code, one in asked.scores.items()},
                    ensure_ascii=False,
                ),
                total=scoring.total(points, lines),
                submitted_at=clock.now(),
            )
            await sheet.save()
            await audit.record("panel.score", f"panel_case:{row.id}")
            return sheet
    except Exception as error:
        if of_unique_index(error, "score_sheet", "panel_case", "assessor"):
            raise StepNotPossible(N_("评分表已提交，不能再改。"), status="handed-in") from None
        raise


def _refuse_faulty(asked: SheetIn, lines: list[Criterion], rules: Body) -> None:
    of = scale(rules)
    known = {line.code for line in lines}
    faults = [
        FieldError(code, "unknown-field", N_("没有这一项。"))
        for code in asked.scores.keys() - known
    ]
    for line in lines:
        given = asked.scores.get(line.code)
        if given is None:
            faults.append(FieldError(line.code, "required", N_("请填写此项。")))
        elif not 0 <= given.points <= of.most:
            cite = rules.figures["score_most"].cite
            facts = {"most": of.most, "cite": cite}
            faults.append(
                FieldError(line.code, "scale", N_("评分为 0 至 {most} 分（{cite}）。"), facts)
            )
        elif of.extreme(given.points) and not given.note:
            facts = {
                "low": of.note_at_most,
                "high": of.note_at_least,
                "cite": rules.figures["note_at_most"].cite,
            }
            message = N_("{low} 分及以下、{high} 分及以上须说明理由（{cite}）。")
            faults.append(FieldError(f"note-{line.code}", "note", message, facts))
    if faults:
        raise FieldsInvalid(faults)


async def own(case: UUID, assessor: UUID) -> Sheet | None:
    """A member's own sheet for an application."""
    found: Sheet | None = await Sheet.objects().get(
        (Sheet.panel_case == case) & (Sheet.assessor == assessor)
    )
    return found


async def in_hand(panel: Panel) -> tuple[int, int]:
    """How many sheets are in, of how many."""
    given, due = await _sheets(panel)
    return len(due & given), len(due)


async def lacking(panel: Panel) -> set[UUID]:
    """Which assessors owe a sheet for an application they are to judge."""
    given, due = await _sheets(panel)
    return {assessor for _, assessor in due - given}


async def _sheets(panel: Panel) -> tuple[set[tuple[UUID, UUID]], set[tuple[UUID, UUID]]]:
    """The sheets handed in and those due: case and assessor of each."""
    sitting = [s for s in await seats.seated(panel.id) if s["state"] == SeatState.SEATED]
    cases = [each for each in await seats.cases(panel.id) if await seats.reviewing(each)]
    if not cases:
        return set(), set()
    out = {(each["panel_case"], each["assessor"]) for each in await seats.recusals(cases)}
    due = {(case.id, seat["assessor"]) for case in cases for seat in sitting} - out
    rows = await Sheet.select(Sheet.panel_case, Sheet.assessor).where(
        Sheet.panel_case.is_in([case.id for case in cases])
    )
    return {(row["panel_case"], row["assessor"]) for row in rows}, due


async def duties(assessor: Assessor) -> list[dict[str, Any]]:
    """The panels somebody sits or sat on, newest first, with what each application asks of them."""
    rows: list[dict[str, Any]] = await (
        Seat.select(
            Seat.state,
            Seat.present,
            Seat.panel.id.as_alias("id"),
            Seat.panel.reference.as_alias("reference"),
            Seat.panel.level.as_alias("level"),
            Seat.panel.status.as_alias("status"),
        )
        .where(Seat.assessor == assessor.id, Seat.state != SeatState.ALTERNATE)
        .order_by(Seat.panel.reference, ascending=False)
    )
    for row in rows:
        cases = await seats.cases(row["id"])
        out = {
            each["panel_case"]
            for each in await seats.recusals(cases)
            if each["assessor"] == assessor.id
        }
        row["cases"] = [
            {
                "id": case.id,
                "place": case.place,
                "open": case.open and await seats.reviewing(case),
                "out": case.id in out,
                "scored": await own(case.id, assessor.id) is not None,
                "voted": await Voter.exists().where(
                    Voter.panel_case == case.id, Voter.assessor == assessor.id
                ),
            }
            for case in cases
        ]
    return rows


async def comparison(panel: UUID, *, by: Account) -> list[dict[str, Any]]:
    """What all sheets came to, for the office and the members once all are in or the meeting opens.

    For each application: the totals by assessor's number, their median, who lies far from it, and
    Kendall's W of the points of all sheets for it. Members see nothing of one they have no part in.

    Raises:
        NotFound: no such panel for this caller.
        NotYetSeen: see there.
    """
    row = await seats.find(panel, by=by)
    await _may_compare(row)
    rules = await seats.rules_of(row)
    found = []
    out = await _out_of(row, by)
    for case in await seats.cases(row.id):
        if case.id in out:
            continue
        lines = await criteria(row, case)
        sheets = await Sheet.select(
            Sheet.scores, Sheet.total, Sheet.assessor.number.as_alias("number")
        ).where(Sheet.panel_case == case.id)
        found.append({"case": case.id, "place": case.place, **_compared(sheets, lines, rules)})
    return found


async def _out_of(panel: Panel, by: Account) -> set[UUID]:
    """The applications a member has no part in; none for an officer."""
    mine = await assessors.of(by)
    if mine is None:
        return set()
    rows = await seats.recusals(await seats.cases(panel.id))
    return {each["panel_case"] for each in rows if each["assessor"] == mine.id}


async def _may_compare(panel: Panel) -> None:
    if panel.status == PanelStatus.DRAWN:
        given, due = await in_hand(panel)
        if given < due:
            raise NotYetSeen(
                N_("全部评分表提交后或会议开始后才能查看（已交 {given} 份，共 {due} 份）。"),
                given=given,
                due=due,
            )
    elif panel.status not in {PanelStatus.MEETING, PanelStatus.CLOSED}:
        raise NotYetSeen(N_("评审组还没有抽取。"))


def _compared(
    sheets: Sequence[Mapping[str, Any]], lines: list[Criterion], rules: Body
) -> dict[str, Any]:
    totals = {sheet["number"]: sheet["total"] / 100 for sheet in sheets}
    scores = {sheet["number"]: json.loads(sheet["scores"]) for sheet in sheets}
    far = agreement.outliers(
        totals, tenths=rules["outlier_tenths"], least=rules["outlier_least_points"]
    )
    points = [[each[line.code][0] for line in lines] for each in scores.values()]
    return {
        "sheets": [
            {
                "number": number,
                "total": totals[number],
                "far": number in far,
                "scores": scores[number],
            }
            for number in sorted(totals)
        ],
        "median": agreement.middle([*totals.values()]),
        "concordance": agreement.concordance(points),
    }
