"""Any run of acts by an applicant, an employer and an officer, against a plain model."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import applications
from credentials.applications import StatementIn
from credentials.intake import claims, contents, employers, formal_check
from credentials.intake.claims import EmployerIn
from credentials.intake.employers import PublicationIn, ReasonIn
from credentials.tables import Application
from registry.platform import steps
from registry.platform.errors import Refusal
from registry.platform.permissions import Role
from registry.tables import Account
from tests.credentials.intake.stage import (
    FIRST,
    achieve,
    ask,
    make_employer,
    make_person,
    make_ready,
    make_round,
    now,
)
from tests.factories import make_account

pytestmark = pytest.mark.anyio
WEEK = timedelta(days=8)
"""From a Monday on: five working days and the day after them."""
NAMES = (
    "save", "add", "employ", "submit", "submit", "publish", "confirm", "decline",
    "ask-statement", "ask-trading", "accept", "withdraw", "week", "week",
)  # fmt: skip
ACTS = st.lists(st.sampled_from(NAMES), max_size=18)


class Model:
    """One application with an employer, as plain as can be."""

    def __init__(self) -> None:
        self.status = "draft"
        self.opened: set[str] | None = None
        """What may be changed in a returned one; None: everything."""
        self.asked: set[str] = set()
        self.published: int | None = None
        self.confirmed = False
        self.handed = False
        self.weeks = 0

    def expected(self, act: str) -> str:
        """The name of the refusal, or nothing."""
        mine = self.status in {"draft", "returned"}
        if act in {"save", "add", "employ"}:
            if not mine:
                return "StepNotPossible"
            return "" if self._open(act) else "NotReopened"
        if act in {"publish", "confirm", "decline"}:
            return self._of_employer(act)
        if act.startswith("ask-") or act == "accept":
            return self._of_office(act)
        starts = {"submit": mine, "withdraw": self.status not in {"withdrawn"}}
        return "" if starts.get(act, True) else "StepNotPossible"

    def _open(self, act: str) -> bool:
        field = {"save": "statement", "add": "trading", "employ": "employer"}[act]
        return self.status == "draft" or self.opened is None or field in self.opened

    def _of_employer(self, act: str) -> str:
        if not self.handed:
            return "NotFound"
        if self.status != "confirming":
            return "StepNotPossible"
        if act == "confirm" and self.published is None:
            return "NotPublished"
        if act == "confirm" and self.published == self.weeks:
            return "PublicationRunning"
        return ""

    def _of_office(self, act: str) -> str:
        if not self.handed:
            return "NotFound"
        if self.status != "submitted":
            return "StepNotPossible"
        late = act.startswith("ask-") and self.asked and act.removeprefix("ask-") not in self.asked
        return "AskedTooLate" if late else ""

    def take(self, act: str) -> None:
        """What follows when it is not refused."""
        if act == "week":
            self.weeks += 1
        elif act == "submit":
            self.status, self.handed = "submitted" if self.confirmed else "confirming", True
        elif act == "publish":
            self.published = self.weeks
        elif act == "confirm":
            self.status, self.confirmed = "submitted", True
        elif act == "decline":
            self.status, self.published, self.opened = "returned", None, None
        elif act.startswith("ask-"):
            self.status, self.opened = "returned", {act.removeprefix("ask-")}
            self.asked |= self.opened
        elif act == "accept":
            self.status = "accepted"
        elif act == "withdraw":
            self.status = "withdrawn"


async def do(act: str, case: Application, people: tuple[Account, Account, Account], n: int) -> Any:
    account, employer, officer = people
    on = FIRST + n * WEEK
    if act == "save":
        return await applications.save(case.id, StatementIn(statement=f"第{n}稿"), by=account)
    if act == "add":
        return await achieve(case, account, "又一项", on=on)
    if act == "employ":
        same = EmployerIn(employer=employer.organisation)
        return await claims.employ(case.id, same, by=account)
    if act == "submit":
        return await applications.submit(case.id, by=account, on=on)
    if act == "publish":
        asked = PublicationIn(first_day=on, place="公告栏")
        return await employers.publish(case.id, asked, by=employer, on=on)
    if act == "confirm":
        return await employers.confirm(case.id, by=employer, on=on)
    if act == "decline":
        return await employers.decline(case.id, ReasonIn(reason="不属实"), by=employer)
    if act == "accept":
        return await formal_check.accept(case.id, by=officer)
    if act == "withdraw":
        return await applications.withdraw(case.id, by=account)
    field = act.removeprefix("ask-")
    return await ask(case, officer, "function:trading" if field == "trading" else field)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
async def test_any_run_of_acts_goes_as_the_plain_model_says(
    connected: None, acts: list[str]
) -> None:
    await make_round(closes=None)
    people = (await make_person(), await make_employer(), await make_account(Role.OFFICER))
    case = await make_ready(people[0], people[1].organisation)
    model = Model()
    for act in acts:
        wanted, refused = model.expected(act), ""
        if act != "week":
            try:
                await do(act, case, people, model.weeks)
            except Refusal as refusal:
                refused = type(refusal).__name__
        assert refused == wanted, (act, model.status)
        if not refused:
            model.take(act)
        case = await now(case)
        assert case.status == model.status
    kept = await contents.last(case)
    names = [line["step"] for line in await steps.history(case.id)]
    assert (kept is not None) is bool({"submit", "hand-to-employer"} & {*names})
