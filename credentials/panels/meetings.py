"""The meeting of a panel: who attends, the secret vote, and what it came to.

That somebody has voted is on record, how is not: ballots name nobody and bear no time, and with
each new one all of the same application are written anew in random order, so that neither their
place in the table nor the transaction that wrote them says whose they are.
"""

import hashlib
import json
import secrets
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials.panels import seats, sheets
from credentials.panels.tables import Ballot, Minutes, Panel, PanelCase, Recusal, Seat, Voter
from credentials.panels.words import CLOSE_MEETING, OPEN_MEETING, Choice, PanelStatus, SeatState
from credentials.words import DISSOLVE, VOTE, Status
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import (
    FieldError,
    FieldsInvalid,
    NotAllowed,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.tables import Account
from registry.voting import reaches


class AttendanceIn(Input):
    """Who is there, by account."""

    present: list[UUID] = Field(max_length=100)


class VoteIn(Input):
    """A member's secret vote on one application."""

    choice: Choice


class NoQuorum(RuleNotMet):
    """Too few members attend."""


class Absent(NotAllowed):
    """Who does not attend does not vote, neither by proxy nor later."""


class VotesMissing(RuleNotMet):
    """Somebody who attends has not voted yet."""


async def open_meeting(panel: UUID, asked: AttendanceIn, *, by: Account, on: date) -> Panel:
    """Record who attends, and open the meeting.

    Raises:
        NotFound: no such panel.
        FieldsInvalid: somebody does not sit on it.
        NoQuorum: see there.
        StepNotPossible: it has met, or is not drawn.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        rules = await seats.rules_of(row)
        await seats.held(row, PanelStatus.DRAWN)
        sitting = {
            each["account"]: each["id"]
            for each in await seats.seated(row.id)
            if each["state"] == SeatState.SEATED
        }
        there = set(asked.present)
        if there - sitting.keys():
            message = N_("名单中有人不是这个评审组的成员。")
            raise FieldsInvalid([FieldError("present", "not-seated", message)])
        if not reaches(len(there), row.size, rules["quorum_parts"], rules["quorum_whole"]):
            cite = rules.figures["quorum_parts"].cite
            message = N_("到会人数不足 {parts}/{whole}（{cite}）。")
            facts = {"cite": cite, "parts": rules["quorum_parts"], "whole": rules["quorum_whole"]}
            raise NoQuorum(
                message, errors=[FieldError("present", "quorum", message, facts)], **facts
            )
        await steps.take(OPEN_MEETING, row, by=by.id, met_on=on, opened_by=by.id)
        for account, seat in sitting.items():
            await Seat.update({Seat.present: account in there}).where(Seat.id == seat)
        await audit.record("panel.open", f"panel:{row.id}", present=len(there))
        return row


async def vote(case: UUID, asked: VoteIn, *, by: Account) -> None:
    """Vote on an application, once, in secret.

    Raises:
        NotFound: no such panel for this caller.
        NotSeated: they do not sit on it.
        Conflicted: they have no part in this application.
        Absent: they do not attend.
        StepNotPossible: the meeting is not open, or they have voted.
    """
    try:
        async with transaction():
            row, panel = await seats.case_of(case, by=by)
            own, seat = await seats.member(row, by=by)
            await seats.held(panel, PanelStatus.MEETING)
            if not seat.present:
                cite = (await seats.rules_of(panel)).figures["quorum_parts"].cite
                raise Absent(N_("未到会的成员不能投票，也不能委托或补投（{cite}）。"), cite=cite)
            await Voter(id=uuid4(), panel_case=row.id, assessor=own.id).save()
            await _cast(row.id, asked.choice)
            await audit.record("panel.vote", f"panel_case:{row.id}")
    except Exception as error:
        if of_unique_index(error, "panel_voter", "panel_case", "assessor"):
            raise steps.StepNotPossible(N_("您已经表决，不能再次投票。"), status="voted") from None
        raise


async def _cast(case: UUID, choice: Choice) -> None:
    """Put one more ballot among the others. Call while the panel is held."""
    before = await Ballot.select(Ballot.choice).where(Ballot.panel_case == case)
    choices = sorted(
        [*(each["choice"] for each in before), choice], key=lambda _: secrets.token_bytes(16)
    )
    await Ballot.delete().where(Ballot.panel_case == case)
    for each in choices:
        await Ballot(id=uuid4(), panel_case=case, choice=each).save()


async def turnout(panel: Panel) -> dict[UUID, tuple[set[UUID], set[UUID]]]:
    """For each application: who may vote on it, and who of them has; never how."""
    present = {each["assessor"] for each in await seats.seated(panel.id) if each["present"]}
    found = {}
    for case in await seats.cases(panel.id):
        out = await Recusal.select(Recusal.assessor).where(Recusal.panel_case == case.id)
        voted = await Voter.select(Voter.assessor).where(Voter.panel_case == case.id)
        entitled = present - {each["assessor"] for each in out}
        found[case.id] = (entitled, {each["assessor"] for each in voted})
    return found


async def close_meeting(panel: UUID, *, by: Account) -> Panel:
    """Count the votes and keep the minutes; every application before the panel has its result.

    One for which conflicts leave fewer than the quorum is not voted on: it needs another panel.

    Raises:
        NotFound: no such panel.
        VotesMissing: see there.
        StepNotPossible: no meeting is open.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        await steps.take(CLOSE_MEETING, row, by=by.id)
        polled = await turnout(row)
        for case in await seats.cases(row.id):
            if case.open:
                await _settle(row, case, *polled[case.id], by)
        await _keep_minutes(row, by)
        await audit.record("panel.close", f"panel:{row.id}")
        return row


async def _settle(
    panel: Panel, case: PanelCase, entitled: set[UUID], voted: set[UUID], by: Account
) -> None:
    rules = await seats.rules_of(panel)
    application = await seats.release(case)
    if application.status != Status.REVIEWING:
        return
    quorum = reaches(len(entitled), panel.size, rules["quorum_parts"], rules["quorum_whole"])
    if not quorum:
        await steps.take(DISSOLVE, application, by=by.id)
        return
    if entitled - voted:
        raise VotesMissing(
            N_("还有 {left} 位到会成员没有对申请人 {place} 表决。"),
            left=len(entitled - voted),
            place=case.place,
        )
    ballots = await Ballot.select(Ballot.choice).where(Ballot.panel_case == case.id)
    said = Counter(each["choice"] for each in ballots)
    case.yes, case.no, case.abstained = said[Choice.YES], said[Choice.NO], said[Choice.ABSTAIN]
    case.entitled = len(entitled)
    case.passed = reaches(case.yes, len(entitled), rules["pass_parts"], rules["pass_whole"])
    await case.save()
    await steps.take(VOTE, application, by=by.id, vote_passed=case.passed)


async def _keep_minutes(panel: Panel, by: Account) -> None:
    order = await seats.seated(panel.id)
    cases = await seats.applicants(panel.id)
    scored = {each["case"]: each for each in await sheets.comparison(panel.id, by=by)}
    out = await seats.recusals(await seats.cases(panel.id))
    rules = await seats.rules_of(panel)
    said: dict[str, Any] = {
        "reference": panel.reference,
        "level": panel.level,
        "met_on": str(panel.met_on),
        "size": panel.size,
        "rules": [rules.figures[name].cite for name in ("quorum_parts", "pass_parts")],
        "members": [
            {name: each[name] for name in ("number", "name", "place", "state", "present")}
            for each in order
            if each["state"] != SeatState.ALTERNATE
        ],
        "recusals": [
            {"number": each["number"], "tie": each["tie"], "reason": each["reason"]} for each in out
        ],
        "cases": [
            {
                "place": each["place"],
                "reference": each["reference"],
                "median": scored[each["id"]]["median"],
                "concordance": scored[each["id"]]["concordance"],
                **{name: each[name] for name in ("entitled", "yes", "no", "abstained", "passed")},
            }
            for each in cases
        ],
    }
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    await Minutes(
        id=uuid4(),
        panel=panel.id,
        body=body,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        kept_by=by.id,
        kept_at=clock.now(),
    ).save()


async def minutes(panel: UUID, *, by: Account) -> tuple[dict[str, Any], Minutes] | None:
    """The minutes of a panel the caller may see, with what they say; None before they are kept.

    Raises:
        NotFound: no such panel for this caller.
    """
    row = await seats.find(panel, by=by)
    kept = await Minutes.objects().get(Minutes.panel == row.id)
    return (json.loads(kept.body), kept) if kept is not None else None
