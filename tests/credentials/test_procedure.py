"""Any run of acts of everybody, now and then two at once, against the plain model of the whole."""

import asyncio
import copy
from collections import Counter
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.exceptions import HTTPException

from registry.platform import clock, db, sqlite, steps
from registry.platform.errors import Conflict, Refusal
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from tests.credentials.intake import stage
from tests.credentials.panels.cases import make_assessor
from tests.credentials.procedure.consequences import Procedure
from tests.credentials.procedure.model import (
    ACTS,
    EMPLOYER,
    MEMBERS,
    OBJECTION,
    OFFICERS,
    PEOPLE,
    REVIEW,
    STANDING,
    who_may,
)
from tests.credentials.procedure.scene import BEGIN, DAYS, SIMPLE_DAYS, Scene
from tests.drawn import gone, ways
from tests.factories import make_account
from tests.registry.integrity.cases import noticed

RUNS, STEPS = 500, 50
OFTEN = {
    "draft": 30, "fill": 20, "save": 6, "submit": 30, "accept": 30, "commit": 20, "word": 20,
    "reveal": 30, "open": 20, "yes": 30, "close": 30, "publish": 20, "grant": 20, "confirm": 30,
    "score": 20, "put-up": 6, "refuse?": 12, "refuse": 12, "no": 8, "withdraw": 0.3, "abandon": 0.5,
    "object": 8, "take-up": 15, "dismiss": 6, "send-back": 1, "day": 1,
}  # fmt: skip
"""How often an act is tried where it is possible; the others 3. So a run gets somewhere."""
STEADY = dict.fromkeys(("withdraw", "abandon"), 0.3) | dict.fromkeys(("employ", "ask"), 0.1)
THEMES: tuple[Mapping[str, float], ...] = (
    {},
    dict.fromkeys((*EMPLOYER, "employ"), 20),
    STEADY | dict.fromkeys(("object", *OBJECTION), 40) | {"week": 2},
    STEADY
    | {"no": 60, "refuse?": 60, "refuse": 60, "send-back": 6, "ask-review": 90, "draft": 8}
    | dict.fromkeys(REVIEW, 60),
    STEADY | dict.fromkeys(STANDING, 30) | {"object": 1},
    {"withdraw": 1.5, "send-back": 25, "ask": 20, "abandon": 4},
    STEADY
    | {"return": 20, "grant?": 20, "refuse?": 30, "send-back": 8, "ask-review": 60}
    | dict.fromkeys(REVIEW, 40),
)
"""What a run is mostly about, so that all together go every way; the last has no panel."""
LEAVING, SIMPLE = len(THEMES) - 2, len(THEMES) - 1
SELDOM = {"submitted", "returned", "held", "proposed"}
"""Somebody withdraws there, too."""
NOT_SIMPLE = {"fill", "employ"}
BUSY = OFFICERS[:3]
"""Do most of the work, so that somebody without a part in it is left."""
MACHINES = (
    "Application", "Decision about a level", "Panel", "Objection to a result",
    "Review of a refusal",
)  # fmt: skip
SHOWN_ELSEWHERE = {
    ("committed", "fail", "failed"),
    ("proposed", "return-outcome", "asked"),
    ("proposed", "send-back-to-panel", "accepted"),
    ("returned", "deem-withdrawn", "withdrawn"),
}
"""Ways that this walk does not look for: each has a test of its own, named for what happens."""
WAITS = {"confirming", "published"}
PATH = ["convene", "vote", "publish", "end-publication", "grant"]
AGAIN = {"accept", "recheck", "reopen", "send-back-to-panel"}
TIMES = {"day", "week", "fill", "employ", "object", "suspend?", "lift?", "revoke?"}
"""Acts that are not one step, or of which several stand beside each other: never two at once."""
CHOICES = st.lists(st.integers(0, 2**32 - 1), min_size=STEPS, max_size=STEPS)


def chosen(model: Procedure, theme: int, by: Random) -> list[tuple[str, str]]:
    """What is tried next: mostly what the model allows, else what it forbids; some things twice."""
    able: dict[str, list[str]] = {}
    acts = [act for act in ACTS if not (model.simple and act in NOT_SIMPLE)]
    for act in acts:
        people = tuple(who for who in who_may(act) if (act, who) != ("draft", "stranger"))
        if found := [who for who in people if model.refusal(act, who) == ""]:
            able[act] = found
    if model.day + 12 > (SIMPLE_DAYS if model.simple else len(DAYS)):
        able = {act: whose for act, whose in able.items() if act not in {"day", "week"}}
    weights = {act: THEMES[theme].get(act, OFTEN.get(act, 3)) for act in able}
    if model.status == "granted":
        weights["draft"] = 1
    if "withdraw" in weights and theme == LEAVING and model.status in SELDOM:
        weights["withdraw"] *= 15
    if "week" in weights and "week" not in THEMES[theme]:
        weights["week"] = 12 if model.status in WAITS else 1
    (act,) = by.choices([*weights], [*weights.values()])
    if by.random() < 0.25:
        act = act if by.random() < 0.6 else by.choice(acts)
        barred = [who for who in who_may(act) if model.refusal(act, who)]
        wrong = _draft(act, by.choice(barred if barred and by.random() < 0.8 else PEOPLE))
        if model.refusal(*wrong):
            return [wrong]
        (act,) = by.choices([*weights], [*weights.values()])
    one = (act, _who(able[act], by))
    if by.random() > 0.12 or act in TIMES:
        return [one]
    if by.random() < 0.5:
        return [one, _draft(act, by.choice(who_may(act)))]
    (other,) = by.choices([*weights], [0 if each in TIMES else weights[each] for each in weights])
    return [one, (other, by.choice(able[other]))]


def _who(able: list[str], by: Random) -> str:
    busy = [who for who in able if who in BUSY]
    return by.choice(busy if busy and by.random() < 0.8 else able)


def _draft(act: str, who: str) -> tuple[str, str]:
    """Strangers have drafts of their own, which nobody looks at."""
    return (act, "applicant" if (act, who) == ("draft", "stranger") else who)


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
    told = []
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
            return after
        told.append((order, expected(after)))
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
    person, officer = await stage.make_person(people["clerk"]), people["o5"]
    people = {**people, "applicant": person}
    if how[1] % 4 == 0 and officer is not None:
        await noticed(person, officer)
    scene, model, seen = Scene(people, begin), Procedure(begin, simple=simple), Counter(runs=1)
    for number, choice in enumerate(how):
        acts = chosen(model, theme, Random(choice * STEPS + number))
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
    assert ways(*MACHINES) - went - SHOWN_ELSEWHERE == set()
    assert {way for way in went if "revoked" in way} >= {
        ("in-force", "revoke", "revoked"), ("suspended", "revoke", "revoked"),
    }  # fmt: skip
