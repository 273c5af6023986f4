"""Any run of acts about one integrity case, now and then two at once, against a plain model."""

import asyncio
import copy
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.integrity import cases, hearings, panels, reviews
from registry.integrity.cases import DefenceIn, NoticeIn, ReasonsIn
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import VoteIn
from registry.integrity.reviews import OutcomeIn
from registry.integrity.words import Measure
from registry.platform import clock, db, sqlite
from registry.platform.errors import Conflict, Refusal
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from tests.drawn import gone, ways
from tests.factories import DAY, make_account, make_applicant, vault
from tests.registry.integrity.cases import a_draft, reported

NOT_NOW = "StepNotPossible"
MOST_WEEKS = 15
"""Of a case somebody works on: before the year whose holidays nobody knows."""
RUNS, STEPS = 500, 50
OFFICERS, MEMBERS = ("o0", "o1", "o2", "o3", "o4", "o5"), ("m0", "m1", "m2")
OWN = ("defend", "hearing", "review")
OFFICE = (
    "accept", "decline", "notify", "hold", "convene", "count", "serve", "uphold?", "annul?",
    "uphold", "annul", "return",
)  # fmt: skip
ACTS = (*OWN, *OFFICE, "yes", "no", "close", "week")
OFTEN = {"decline": 1, "no": 4, "yes": 12, "hearing": 4, "notify": 4, "return": 4, "close": 4}
WORDS = "经核对"
REASONS = ReasonsIn(reasons=WORDS)
CHOICES = st.lists(st.integers(0, 2**32 - 1), min_size=STEPS, max_size=STEPS)


class Model:
    """One case, reported by an officer (o3), who has no further part in it."""

    def __init__(self) -> None:
        self.status, self.steps, self.week, self.noticed, self.served = "reported", 0, 0, 0, 0
        self.votes: dict[str, str] = {}
        self.had_part: set[str] = set()
        self.proposal = self.proposed_by = ""
        self.record = ""
        self.closed = False

    def refusal(self, act: str, who: str) -> str:
        """The name of the refusal, or nothing."""
        if act == "week":
            return ""
        known = self.status not in {"reported", "declined", "accepted"}
        if who == "person" and not known:
            return "NotFound"
        if who in MEMBERS and not self._sat():
            return "NotFound"
        if act in {"yes", "no"}:
            if who not in MEMBERS:
                return "NotOnPanel"
            open_ = self.status == "with-panel" and not self.closed
            return "" if open_ and who not in self.votes else NOT_NOW
        if act == "close":
            return self._close(who)
        if act in OWN:
            return self._own(act, who)
        if who in {"o3", "person"} or (act == "count" and who in MEMBERS):
            return "OwnCase"
        if act == "count":
            missing = self.status == "with-panel" and len(self.votes) < 3 and not self.closed
            few = self.status == "with-panel" and len(self.votes) < 2
            return "NoQuorum" if few else "VotesMissing" if missing else self._if("with-panel")
        if act.rstrip("?") in {"uphold", "annul", "return"}:
            return self._review(act, who)
        if act == "convene":
            early = self.status in {"noticed", "defended"} and self.week == self.noticed
            return "RightOpen" if early else self._if("noticed", "defended", "heard")
        if act == "notify":
            # The words of a notice are those of its week: the same ones again are a second click.
            told = self.status != "accepted" and self.noticed == self.week
            return NOT_NOW if told else self._if("accepted", "noticed", "defended", "heard")
        starts = {"accept": "reported", "decline": "reported"}
        return self._if(starts.get(act, "hearing" if act == "hold" else "decided"))

    def _close(self, who: str) -> str:
        if who not in MEMBERS:
            return "NotOnPanel"
        if self.status != "with-panel" or self.closed:
            return NOT_NOW
        if len(self.votes) < 2:
            return "NoQuorum"
        return "" if who == min(self.votes) else "NotOnPanel"

    def _sat(self) -> bool:
        early = {"reported", "declined", "accepted", "noticed", "defended", "hearing", "heard"}
        return self.status not in early

    def _if(self, *statuses: str) -> str:
        return "" if self.status in statuses else NOT_NOW

    def _own(self, act: str, who: str) -> str:
        if who != "person":
            return "OwnCase"
        if act == "review":
            late = self._was_served() and self.week > self.served + 2
            return "TooLate" if late else self._if("served")
        if self.week > self.noticed:
            return "TooLate"
        return self._if(*(("noticed",) if act == "defend" else ("noticed", "defended")))

    def _was_served(self) -> bool:
        return self.status in {"served", "review", "review-proposed", "upheld", "annulled"}

    def _review(self, act: str, who: str) -> str:
        if self.status == "review-proposed" and self.proposed_by == who:
            return "HadPart"
        if who in self.had_part or who in MEMBERS:
            return "HadPart"
        if act.endswith("?"):
            return self._if("review")
        if act == "return":
            return self._if("review-proposed")
        if self.status == "review-proposed" and act != self.proposal:
            return "NotAsProposed"
        return self._if("review-proposed")

    def take(self, act: str, who: str) -> None:
        """What follows when it is not refused."""
        if act == "week":
            self.week += 1
            return
        if act in {"yes", "no"}:
            self.votes[who] = act
            return
        if act == "close":
            self.closed = True
            return
        self.steps += 1
        to = {
            "accept": "accepted", "decline": "declined", "notify": "noticed", "hold": "heard",
            "defend": "defended", "hearing": "hearing", "review": "review",
            "convene": "with-panel", "serve": "served", "uphold": "upheld", "annul": "annulled",
            "return": "review",
        }  # fmt: skip
        if act not in {"serve", "decline", "return", "uphold?", "annul?"}:
            self.had_part.add(who)
        if act == "count":
            yes = [*self.votes.values()].count("yes")
            self.status = "decided" if 3 * yes >= 2 * len(self.votes) else "dismissed"
            self.record = "stands" if self.status == "decided" else ""
            return
        if act.endswith("?"):
            self.status, self.proposal, self.proposed_by = "review-proposed", act[:-1], who
            return
        self.status = to[act]
        if act == "notify":
            self.noticed = self.week
        if act == "serve":
            self.served = self.week
        if act == "annul":
            self.record = "annulled"


async def do(act: str, by: Account, case: Any, on: date, members: list[Any]) -> None:
    outcome = {"outcome": act.rstrip("?"), "reasons": WORDS}
    how: dict[str, Any] = {"by": by, "on": on}
    if act in {"yes", "no"}:
        await panels.vote(case, VoteIn(agrees=act == "yes"), by=by)
    elif act == "close":
        await panels.close(case, by=by)
    elif act == "return":
        await reviews.send_back(case, REASONS, by=by)
    elif act.endswith("?"):
        await reviews.propose(case, OutcomeIn.model_validate(outcome), by=by)
    elif act in {"uphold", "annul"}:
        await reviews.decide(case, OutcomeIn.model_validate(outcome), **how)
    elif act == "defend":
        await cases.defend(case, DefenceIn(defence=WORDS), **how)
    elif act == "hearing":
        await cases.ask_hearing(case, **how)
    elif act == "review":
        await reviews.ask(case, REASONS, **how)
    elif act == "decline":
        await cases.decline(case, REASONS, by=by)
    elif act == "notify":
        asked = NoticeIn(facts=f"{WORDS}{on}", basis="章程第八条", measure=Measure.BAR)
        await cases.notify(case, asked, **how)
    elif act == "hold":
        await hearings.hold(case, MinutesIn(attended=True, minutes=WORDS), **how)
    elif act == "convene":
        until = on + timedelta(days=30)
        await panels.convene(case, a_draft(members, until=until), **how, vault=vault())
    elif act == "count":
        await panels.count(case, **how, vault=vault())
    else:
        decide: Any = {"accept": cases.accept, "serve": panels.serve}[act]
        await decide(case, **how)


def chosen(model: Model, by: Random) -> list[tuple[str, str]]:
    """What is tried next: mostly what the model allows; now and then two acts at once."""
    everybody = ("person", *OFFICERS, *MEMBERS)
    if by.random() < 0.3:
        act = by.choice(ACTS[:-1])
        officer = act not in {*OWN, "yes", "no", "close"}
        one = (act, by.choice(OFFICERS if officer else everybody))
        if model.refusal(*one):
            return [one]
    able = {act: [who for who in everybody if not model.refusal(act, who)] for act in ACTS[:-1]}
    office = {act: [who for who in found if who in OFFICERS] for act, found in able.items()}
    able = {act: office[act] if act in OFFICE else found for act, found in able.items()}
    weights = {act: OFTEN.get(act, 8) for act in able if able[act]}
    if not weights or model.week < MOST_WEEKS:
        weights["week"] = 3
    acts = by.choices([*weights], [*weights.values()], k=2 if by.random() < 0.2 else 1)
    if "week" in acts:
        return [("week", "")]
    return [(act, able[act][0] if by.random() < 0.7 else by.choice(able[act])) for act in acts]


async def take(model: Model, at: Any, acts: list[tuple[str, str]], on: date) -> Model:
    case, people = at
    members = [people[name].id for name in MEMBERS]

    async def outcome(act: str, who: str) -> tuple[str, bool]:
        try:
            await do(act, people[who], case, on, members)
        except Refusal as refusal:
            return type(refusal).__name__, isinstance(refusal, Conflict)
        return "", False

    came = await asyncio.gather(*(outcome(*each) for each in acts))
    (row,) = await db.rows(
        "SELECT c.status, (SELECT count(*) FROM step_taken t WHERE t.subject = c.id) AS steps,"
        ' (SELECT count(*) FROM integrity_record r WHERE r."case" = c.id) AS records,'
        ' (SELECT count(*) FROM integrity_record r WHERE r."case" = c.id AND r.annulled) AS void'
        " FROM integrity_case c WHERE c.id = {}",
        case,
    )
    record = (row["status"], row["steps"], row["records"], row["void"])
    told = []
    for order in ([[0]], [[0, 1], [1, 0]])[len(acts) - 1]:
        after, fits = copy.deepcopy(model), True
        for place in order:
            refused, lost = came[place]
            wanted = after.refusal(*acts[place])
            if not wanted and not refused:
                after.take(*acts[place])
            collided = len(acts) == 2 and any(not each for each, _ in came)
            fits &= refused == wanted or bool(collided and refused and (wanted or lost))
        told.append(
            (after.status, after.steps, int(bool(after.record)), int(after.record == "annulled"))
        )
        if fits and told[-1] == record:
            return after
    raise AssertionError((acts, came, "on record", record, "before", vars(model), told))


def test_any_run_of_acts_goes_as_the_model_says(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    moment = [datetime.combine(DAY, time(2), UTC)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "PRAGMA synchronous = OFF"))
    people: dict[str, Account] = {}

    async def begin() -> None:
        await db.connect(Settings.from_env())
        people.update({name: await make_account(Role.OFFICER) for name in OFFICERS})
        people.update({name: await make_account(Role.ASSESSOR) for name in MEMBERS})
        people["person"] = await make_applicant()

    async def walk(how: list[int]) -> None:
        case = await reported(people["person"], people["o3"])
        model = Model()
        for number, choice in enumerate(how):
            on = DAY + timedelta(days=8 * model.week)
            moment[0] = datetime.combine(on, time(2), UTC) + timedelta(minutes=number)
            acts = chosen(model, Random(choice * STEPS + number))
            if acts[0][0] == "week":
                model.take(*acts[0])
            else:
                model = await take(model, (case.id, people), acts, on)
            seen.update(["acts", *(who for _, who in acts)], pairs=len(acts) - 1)
            seen["equal"] += len({act for act, _ in acts}) < len(acts)
        seen["runs"] += 1

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(begin())

        @settings(max_examples=RUNS, deadline=None, suppress_health_check=[*HealthCheck])
        @given(how=CHOICES)
        def run(how: list[int]) -> None:
            runner.run(walk(how))

        try:
            run()
            went = runner.run(gone())
        finally:
            runner.run(db.disconnect())
    assert seen["runs"] >= RUNS
    assert seen["acts"] == STEPS * seen["runs"]
    assert seen["pairs"] >= RUNS / 2
    assert seen["equal"] >= RUNS / 20
    assert {who for who in people if not seen[who]} == set()
    assert went == ways("Integrity case")
