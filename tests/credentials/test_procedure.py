"""Any run of acts of everybody, now and then two at once, against the plain model of the whole."""

import asyncio
import copy
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.exceptions import HTTPException

from credentials.panels import publicity
from registry.platform import clock, db, sqlite, steps
from registry.platform.errors import Conflict, Refusal
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from tests.credentials.intake import stage
from tests.credentials.panels.cases import make_assessor
from tests.credentials.procedure.choice import LEADS, LED, SIMPLE, THEMES, chosen
from tests.credentials.procedure.consequences import Procedure
from tests.credentials.procedure.model import MEMBERS, OFFICERS, PEOPLE
from tests.credentials.procedure.scene import BEGIN, DAYS, Scene
from tests.drawn import gone, ways
from tests.factories import make_account
from tests.registry.integrity.cases import noticed

RUNS, STEPS = 500, 50
MACHINES = (
    "Application", "Decision about a level", "Panel", "Objection to a result",
    "Review of a refusal",
)  # fmt: skip
PATH = ["convene", "vote", "publish", "end-publication", "grant"]
AGAIN = {"accept", "recheck", "reopen", "send-back-to-panel"}
NUMERALS, RUN = "零一二三四五六七八九", count(1)
"""Every applicant has another name, by which assessors declare ties."""
CHOICES = st.lists(st.integers(0, 2**32 - 1), min_size=STEPS, max_size=STEPS)


async def outcome(doing: Awaitable[None]) -> tuple[str, bool]:
    """The name of the refusal, or nothing, and whether somebody else may have been first."""
    try:
        await doing
    except (Refusal, HTTPException) as refusal:
        return type(refusal).__name__, isinstance(refusal, Conflict)
    return "", False


async def found(scene: Scene) -> tuple[Any, ...]:
    """What the service has on record."""
    rows = await db.rows(
        "SELECT a.status, a.proposal, a.prepared_by, a.decided_by, a.vote_passed,"
        " (SELECT count(*) FROM step_taken t WHERE t.subject = a.id) AS steps,"
        " (SELECT status FROM panel p WHERE p.id = {}) AS panel,"
        " (SELECT status FROM credential c WHERE c.id = {}) AS standing"
        " FROM application a WHERE a.id = {}",
        scene.panel, scene.credential, scene.case,
    )  # fmt: skip
    if not rows:
        return ("", 0, "", "", None, "", "")
    row = rows[0]
    by = {each: row[each] and db.as_uuid(row[each]) for each in ("prepared_by", "decided_by")}
    assert by["decided_by"] is None or by["decided_by"] != by["prepared_by"]
    assert (row["status"] in {"granted", "refused"}) is (by["decided_by"] is not None)
    passed = None if row["vote_passed"] is None else bool(row["vote_passed"])
    prepared = scene.names.get(by["prepared_by"], "") if by["prepared_by"] else ""
    return (
        row["status"], row["steps"], row["proposal"] or "", prepared, passed,
        row["panel"] or "", row["standing"] or "",
    )  # fmt: skip


def expected(model: Procedure) -> tuple[Any, ...]:
    """The same of the model."""
    panel = model.panel["status"] if model.panel else ""
    return (
        model.status, model.steps, model.proposal, model.prepared_by, model.passed,
        panel, model.standing,
    )  # fmt: skip


async def take(model: Procedure, scene: Scene, acts: list[tuple[str, str]]) -> Procedure:
    """Try one act, or two at once, and say what the model has become; it must explain what was."""
    if acts[0][0] in {"day", "week"}:
        model.take(*acts[0])
        scene.day = model.day
        return model
    desks = [model.target(who) for _, who in acts]
    places = [
        next((at for at, each in enumerate(model.objections) if each is desk), 0) for desk in desks
    ]
    came = await asyncio.gather(
        *(outcome(scene.do(*act, place)) for act, place in zip(acts, places, strict=True))
    )
    record = await found(scene)
    told, fitting = [], []
    for order in ([0], [0, 1], [1, 0])[len(acts) - 1 :][: len(acts)]:
        after = copy.deepcopy(model)
        fits = True
        for place in order:
            refused, lost = came[place]
            wanted = after.refusal(*acts[place])
            if not wanted and not refused:
                after.take(*acts[place])
                if acts[place][0] == "reveal" and after.panel is not None:
                    after.panel["seats"] = await scene.sitting()
            collided = len(acts) == 2 and any(not each for each, _ in came)
            close = refused == wanted or (collided and refused and (wanted or lost))
            fits = fits and bool(close)
        if fits and expected(after) == record:
            fitting.append(after)
        told.append((order, expected(after)))
    if len(fitting) > 1:
        # Who of two was first shows only in who has a part from now on.
        had = {scene.names.get(each) for each in await publicity.involved(scene.case)}
        fitting.sort(key=lambda after: len(after.involved ^ had))
    if fitting:
        return fitting[0]
    raise AssertionError((acts, came, "on record", record, "before", expected(model), told))


async def walk(people: dict[str, Account | None], time_of: Any, how: list[int]) -> Counter[str]:
    """One run, from a new person on; tell who acted, how often, and how often two at once.

    Every fourth stands accused all the while, of which nothing follows before it is decided.
    """
    await db.rows("DELETE FROM job")
    theme = how[0] % len(THEMES)
    simple = theme == SIMPLE
    begin = 0 if simple else BEGIN
    time_of(begin, 0)
    name = "陈" + "".join(NUMERALS[int(each)] for each in f"{next(RUN):04}")
    person, officer = await stage.make_person(people["clerk"], name=name), people["o5"]
    people = {**people, "applicant": person}
    if how[1] % 4 == 0 and officer is not None:
        await noticed(person, officer)
    scene, model, seen = Scene(people, begin), Procedure(begin, simple=simple), Counter(runs=1)
    lead = [*LEADS[how[3] % len(LEADS)]] if how[2] % LED == 0 else []
    for number, choice in enumerate(how):
        acts = chosen(model, theme, Random(choice * STEPS + number), lead)
        time_of(scene.day, number + 1)
        model = await take(model, scene, acts)
        seen.update(["acts", *(who for _, who in acts)], pairs=len(acts) - 1)
        seen["equal"] += len({act for act, _ in acts}) < len(acts)
        if model.status == "granted" and not simple:
            names = [line["step"] for line in await steps.history(scene.case)]
            last = max(place for place, name in enumerate(names) if name in AGAIN)
            assert [*dict.fromkeys(name for name in names[last:] if name in PATH)] == PATH
    return seen


async def troupe() -> dict[str, Account | None]:
    """Everybody but the applicant, made once."""
    await stage.make_round(closes=None)
    people: dict[str, Account | None] = {"visitor": None, "worker": None}
    people["clerk"] = await make_account(Role.BASE_CLERK)
    people |= {name: await make_account(Role.OFFICER) for name in OFFICERS}
    people |= {name: await make_assessor() for name in MEMBERS}
    people |= {name: await stage.make_employer() for name in ("employer", "rival")}
    return people | {"stranger": await stage.make_person(people["clerk"])}


def test_any_run_of_acts_goes_as_the_model_says(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    moment = [datetime.combine(DAYS[0], time(2), UTC)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def time_of(day: int, minute: int) -> None:
        moment[0] = datetime.combine(DAYS[day], time(2), UTC) + timedelta(minutes=minute)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "PRAGMA synchronous = OFF"))
        runner.run(db.connect(Settings.from_env()))
        people = runner.run(troupe())

        @settings(max_examples=RUNS, deadline=None, suppress_health_check=[*HealthCheck])
        @given(how=CHOICES)
        def run(how: list[int]) -> None:
            seen.update(runner.run(walk(people, time_of, how)))

        try:
            run()
            went = runner.run(gone())
        finally:
            runner.run(db.disconnect())
    assert seen["runs"] >= RUNS
    assert seen["acts"] == STEPS * seen["runs"]
    assert seen["pairs"] >= seen["acts"] / 25
    assert seen["equal"] >= seen["pairs"] / 4
    assert {who for who in PEOPLE if not seen[who]} == set()
    assert ways(*MACHINES) - went == set()
    assert {way for way in went if "revoked" in way} >= {
        ("in-force", "revoke", "revoked"), ("suspended", "revoke", "revoked"),
    }  # fmt: skip
