"""Three applicants through the entire procedure, by every role's pages and without scripts.

One objection holds one of them for a day; one integrity case later suspends another. What happens
to one must not change anything for the others.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import established
from tests.browser.evaluators import Assessor, Candidate, Colleague, Desk, Onlooker, Unit
from tests.browser.people import Office, Staff, Visitor
from tests.installations import PATIENCE, empty_database, wait_for

pytestmark = pytest.mark.browser

FIRST = date(2026, 7, 6)
"""A Monday under the whole procedure; the days after it are those its periods lead to."""
CONFIRMED, OBJECTED, QUIET = date(2026, 7, 14), date(2026, 7, 15), date(2026, 7, 22)
REPORTED, DECIDED, UNTIL = date(2026, 8, 3), date(2026, 8, 11), date(2026, 12, 18)
CLAIMED = {
    "junior": ("trading",),
    "mid": ("finding", "evaluating", "trading"),
    "senior": ("finding", "maturing", "evaluating", "trading"),
}
WORDS = {"junior": "初级", "mid": "中级", "senior": "高级"}
MENDED = "两项成果的转让，本人主持谈判和签约。"


class Cast:
    """Everybody, each at a browser of their own."""

    def __init__(self, browser: Browser, office: Office, told: dict[str, Any]) -> None:
        self.clock, self.told = office.clock, told
        self.first, self.second, self.third, self.chief = (
            Desk(browser, office, name) for name in ("first", "second", "third", "chief")
        )
        self.unit = Unit(browser, office, "unit")
        self.candidates = {level: Candidate(browser, office, level) for level in CLAIMED}
        self.assessors = {
            name: Assessor(browser, office, name) for name in told["people"] if "assess" in name
        }
        self.onlooker = Onlooker(browser, office, java_script_enabled=False)

    def on(self, day: date, *who: Colleague) -> None:
        """Let a day begin, for these people."""
        self.clock.turn_to(day)
        self.come(*who)

    def come(self, *who: Colleague) -> None:
        """Let these people come in on the day it is."""
        for each in who:
            each.arrives()

    def everybody(self) -> list[Visitor]:
        return [
            *(self.first, self.second, self.third, self.chief, self.unit, self.onlooker),
            *self.candidates.values(),
            *self.assessors.values(),
        ]


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[tuple[Office, dict[str, Any]]]:
    """A registry that answers, with everybody whom an evaluation needs."""
    with empty_database(tmp_path) as database, opened(tmp_path, database) as made:
        yield made


@contextmanager
def opened(folder: Path, database: str) -> Iterator[tuple[Office, dict[str, Any]]]:
    operator, clock, url = established(folder, database, FIRST)
    made = operator.calling("tests.browser.preparation").run()
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    staff = {
        name: Staff(each["login"], each["password"], each["secret"])
        for name, each in told["people"].items()
    }
    with operator.start("serve", "--port", url.rpartition(":")[2]) as server:
        wait_for(f"{url}/ready", server)
        yield Office(url, staff, clock), told


@pytest.fixture
def office(prepared: tuple[Office, dict[str, Any]]) -> Office:
    """The same, for the browser to come after."""
    return prepared[0]


def test_every_level_through_the_whole_procedure(
    prepared: tuple[Office, dict[str, Any]], chromium: Browser
) -> None:
    cast = Cast(chromium, *prepared)
    apply_and_are_put_up_by_the_employer(cast)
    are_confirmed_and_checked_once(cast)
    are_evaluated_by_panels_drawn_by_lot(cast)
    one_is_objected_to_and_held_alone(cast)
    are_granted_after_a_quiet_period(cast)
    one_is_suspended_and_nobody_else(cast)
    assert [fault for person in cast.everybody() for fault in person.faults] == []


def apply_and_are_put_up_by_the_employer(cast: Cast) -> None:
    cast.on(FIRST, cast.third, cast.unit)
    cast.third.opens_round("2026年第一批", date(2026, 7, 1))
    for level, candidate in cast.candidates.items():
        candidate.arrives()
        candidate.begins(level)
        candidate.states("两项成果的转让。")
        candidate.claims(*CLAIMED[level])
        for function in CLAIMED[level]:
            candidate.accounts_for(function)
        if level != "junior":
            candidate.shows_a_contract_for("trading")
        candidate.is_recommended_for("trading")
        candidate.names_employer(cast.told["unit"])
        candidate.hands_in()
        cast.unit.puts_up(candidate.reference, FIRST)
        assert "2026年7月13日" in cast.unit.reads()
        assert "确认属实" not in cast.unit.reads()


def are_confirmed_and_checked_once(cast: Cast) -> None:
    junior = cast.candidates["junior"]
    cast.on(CONFIRMED, cast.unit, cast.third, junior)
    for candidate in cast.candidates.values():
        cast.unit.confirms(candidate.reference)
    cast.third.opens_case(junior.reference)
    cast.third.asks_to_mend_the_statement("请写明本人承担的工作。")
    assert junior.progress().count("没有要求补正，不能修改") == 3
    junior.states(MENDED)
    junior.hands_in("再次提交")
    for candidate in cast.candidates.values():
        cast.third.opens_case(candidate.reference)
        if candidate is junior:
            assert MENDED in cast.third.reads()
        cast.third.accepts()
        assert "审查中" in cast.onlooker.asks_how_far(candidate.reference)


def are_evaluated_by_panels_drawn_by_lot(cast: Cast) -> None:
    tied, *_ = cast.assessors.values()
    cast.come(cast.first, cast.second, *cast.assessors.values())
    tied.declares_tie(cast.told["people"]["junior"]["name"], "表亲")
    for level, candidate in cast.candidates.items():
        cast.first.commits(level, WORDS[level], candidate.application)
        cast.second.opens_panel(WORDS[level])
        cast.second.adds_public_figure()
        cast.first.opens_panel(WORDS[level])
        cast.first.reveals(WORDS[level])
        assert ("本人声明：表亲" in cast.first.reads()) == (level == "junior")
    duties = {name: assessor.duties() for name, assessor in cast.assessors.items()}
    assert sum(map(len, duties.values())) == 3 + 5 + 5
    for place, (name, assessor) in enumerate(cast.assessors.items()):
        for duty in duties[name]:
            assessor.scores(duty, 74 + place)
    for level in cast.candidates:
        cast.second.opens_panel(WORDS[level])
        cast.second.opens_meeting()
    for name, assessor in cast.assessors.items():
        for duty in duties[name]:
            assessor.goes_to(duty)
            told = assessor.reads()
            for candidate in cast.told["people"].values():
                assert candidate.get("name", "陈思远") not in told
            assessor.votes(duty)
    for level, candidate in cast.candidates.items():
        cast.second.opens_panel(WORDS[level])
        cast.second.counts()
        cast.second.opens_case(candidate.reference)
        cast.second.publishes()
    assert len(cast.onlooker.published()) == len(cast.candidates)


def one_is_objected_to_and_held_alone(cast: Cast) -> None:
    junior, *others = cast.candidates.values()
    cast.on(OBJECTED, cast.third, cast.chief, *cast.candidates.values())
    code = cast.onlooker.objects_anonymously(
        junior.reference, "申请材料中的转让项目由课题组自行谈成，与申请人无关。"
    )
    assert "已收到" in cast.onlooker.asks_about(code)
    before = [each.progress() for each in others]
    cast.third.opens_objection(junior.reference)
    assert "匿名" in cast.third.reads()
    cast.third.presses("受理异议")
    assert "公示期间收到异议" in junior.progress()
    assert [each.progress() for each in others] == before
    cast.third.opens_objection(junior.reference)
    cast.third.dismisses("自己决定。")
    assert "参与过这份申请办理的人不能决定" in cast.third.reads()
    cast.chief.opens_objection(junior.reference)
    cast.chief.dismisses("经核对合同登记，申请人确为项目负责人。")
    assert "申请人确为项目负责人" in cast.onlooker.asks_about(code)
    assert "评审结果正在公示" in junior.progress()
    assert [each.progress() for each in others] == before


def are_granted_after_a_quiet_period(cast: Cast) -> None:
    cast.on(QUIET, cast.first, cast.second, *cast.candidates.values())
    for level, candidate in cast.candidates.items():
        comes(partial(candidate.stands_at, "复核中"))
        cast.second.opens_case(candidate.reference)
        assert "拟定的人不能决定" in cast.second.reads()
        cast.first.opens_case(candidate.reference)
        cast.first.grants()
        title = f"{WORDS[level]}技术经理人"
        comes(partial(candidate.holds, title, "有效"))
        number = candidate.certificates()[title][1]
        cast.onlooker.checks_number(number, cast.told["people"][level]["name"])
        assert cast.onlooker.verdict() == "有效"


def one_is_suspended_and_nobody_else(cast: Cast) -> None:
    mid, reporter = cast.candidates["mid"], cast.candidates["senior"]
    panel = list(cast.assessors)[:3]
    cast.on(REPORTED, cast.third, *cast.candidates.values())
    before = {level: each.certificates() for level, each in cast.candidates.items()}
    reporter.reports(cast.told["people"]["mid"]["number"], "合同金额与登记不符")
    cast.third.opens_integrity_case()
    cast.third.gives_notice("合同金额与登记机关的记录不符")
    assert {level: each.certificates() for level, each in cast.candidates.items()} == before
    mid.defends("金额填写时多写了一位，愿意更正。")
    cast.on(DECIDED, cast.third, *(cast.assessors[name] for name in panel))
    cast.third.opens_integrity_case()
    cast.third.convenes([cast.told["people"][name]["id"] for name in panel], UNTIL)
    for name in panel:
        cast.assessors[name].agrees_to_decision()
    cast.third.opens_integrity_case()
    cast.third.decides_and_serves()
    cast.come(*cast.candidates.values())
    title = f"{WORDS['mid']}技术经理人"
    comes(partial(mid.holds, title, "已暂停"))
    after = {level: each.certificates() for level, each in cast.candidates.items()}
    assert before["mid"].pop(title) == ("有效", after["mid"].pop(title)[1])
    assert after == before
    for level in cast.candidates:
        number = cast.candidates[level].certificates()[f"{WORDS[level]}技术经理人"][1]
        cast.onlooker.checks_number(number, cast.told["people"][level]["name"])
        assert (cast.onlooker.verdict() == "有效") == (level != "mid")


def comes(happens: Callable[[], bool]) -> None:
    """Wait for what the worker does soon, looking again and again as people do."""
    until = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < until, "it does not come"
        time.sleep(0.2)
