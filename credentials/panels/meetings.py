"""The meeting of a panel: who attends, the secret vote, and what it came to.

That somebody has voted is on record, how is not: a ballot is sealed as it is cast, and the count
opens all of an application at once and destroys them. See `registry.ballots`.
"""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials.panels import readiness, replacements, seats, sheets
from credentials.panels.tables import Minutes, Panel, PanelCase, Recusal, Seat, Voter
from credentials.panels.words import CLOSE_MEETING, OPEN_MEETING, Choice, PanelStatus, SeatState
from credentials.words import DISSOLVE, VOTE, Status
from registry import ballots
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
from registry.platform.permissions import OFFICERS
from registry.platform.vault import Vault
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


async def open_meeting(
    panel: UUID, asked: AttendanceIn, *, by: Account, on: date, vault: Vault
) -> Panel:
    """Record who attends, and open the meeting.

    Raises:
        NotFound: no such panel.
        FieldsInvalid: somebody does not sit on it.
        NoQuorum: see there.
        TooEarly: see there.
        SheetsMissing: see there.
        StepNotPossible: it has met, or is not drawn.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        rules = await seats.rules_of(row)
        await seats.held(row, PanelStatus.DRAWN)
        await replacements.look_again(row, on)
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
        await readiness.refuse_early(row, on)
        await readiness.refuse_unscored(row, there, rules)
        await steps.take(OPEN_MEETING, row, by=by.id, met_on=on, opened_by=by.id)
        for account, seat in sitting.items():
            await Seat.update({Seat.present: account in there}).where(Seat.id == seat)
        for case in await seats.cases(row.id):
            if case.open:
                await ballots.open_box(case.id, vault=vault)
        await audit.record("panel.open", f"panel:{row.id}", present=len(there))
        return row


async def vote(case: UUID, asked: VoteIn, *, by: Account, on: date) -> None:
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
            own, seat = await seats.member(row, by=by, on=on)
            await seats.held(panel, PanelStatus.MEETING)
            if not seat.present:
                cite = (await seats.rules_of(panel)).figures["quorum_parts"].cite
                raise Absent(N_("未到会的成员不能投票，也不能委托或补投（{cite}）。"), cite=cite)
            await Voter(id=uuid4(), panel_case=row.id, assessor=own.id).save()
            await ballots.cast(row.id, asked.choice)
            await audit.record("panel.vote", f"panel_case:{row.id}")
    except Exception as error:
        if of_unique_index(error, "panel_voter", "panel_case", "assessor"):
            raise steps.StepNotPossible(N_("您已经表决，不能再次投票。"), status="voted") from None
        raise


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


async def close_meeting(panel: UUID, *, by: Account, on: date, vault: Vault) -> Panel:
    """Count the votes and keep the minutes; every application before the panel has its result.

    One for which conflicts leave fewer than the quorum is not voted on: it needs another panel.

    Raises:
        NotFound: no such panel.
        VotesMissing: see there.
        StepNotPossible: no meeting is open.
    """
    async with transaction():
        row = await seats.find(panel, by=by)
        await seats.held(row, PanelStatus.MEETING)
        await replacements.look_again(row, on)
        await steps.take(CLOSE_MEETING, row, by=by.id)
        polled = await turnout(row)
        for case in await seats.cases(row.id):
            if case.open:
                await _settle(row, case, *polled[case.id], by, vault)
        await _keep_minutes(row, by)
        await audit.record("panel.close", f"panel:{row.id}")
        return row


async def _settle(
    panel: Panel,
    case: PanelCase,
    entitled: set[UUID],
    voted: set[UUID],
    by: Account,
    vault: Vault,
) -> None:
    rules = await seats.rules_of(panel)
    application = await seats.release(case)
    if application.status != Status.REVIEWING:
        await ballots.discard(case.id)
        return
    quorum = reaches(len(entitled), panel.size, rules["quorum_parts"], rules["quorum_whole"])
    if not quorum:
        await ballots.discard(case.id)
        await steps.take(DISSOLVE, application, by=by.id)
        return
    if entitled - voted:
        raise VotesMissing(
            N_("还有 {left} 位到会成员没有对申请人 {place} 表决。"),
            left=len(entitled - voted),
            place=case.place,
        )
    said = await ballots.count(case.id, vault=vault)
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

    Members read no names and no references, so that the results published do not tell them whom
    they assessed; the digest is that of the whole.

    Raises:
        NotFound: no such panel for this caller.
    """
    row = await seats.find(panel, by=by)
    kept = await Minutes.objects().get(Minutes.panel == row.id)
    if kept is None:
        return None
    said = json.loads(kept.body)
    return (said if by.role in OFFICERS else _blind(said)), kept


def _blind(said: dict[str, Any]) -> dict[str, Any]:
    """Minutes as members read them: colleagues by number, applications by their place."""
    members = [{**each, "name": None} for each in said["members"]]
    return said | {
        "members": members,
        "recusals": [{**each, "reason": ""} for each in said["recusals"]],
        "cases": [{**each, "reference": None} for each in said["cases"]],
    }
