"""Any run of acts by an applicant and three officers, against a plain model."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import applications, decisions
from credentials.decisions import ProposalIn
from credentials.tables import Credential
from credentials.words import Proposal
from registry.platform import steps
from registry.platform.errors import Refusal
from registry.platform.permissions import Role
from registry.tables import Account
from tests.credentials.test_applications import GROUNDS, STATEMENT, make_draft
from tests.factories import DAY, make_account, make_applicant, make_hours

pytestmark = pytest.mark.anyio

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["draft", "save", "submit", "withdraw", "return", "grant?", "refuse?"]
            + ["grant", "refuse", "send-back"] * 2
        ),
        st.integers(0, 2),
    ),
    max_size=14,
)


class Model:
    """One applicant's newest application, as plain as can be."""

    def __init__(self) -> None:
        self.status = ""
        self.prepared_by: int | None = None
        self.proposal = ""
        self.steps: list[str] = []

    def expected(self, act: str, who: int) -> str:
        """The name of the refusal, or nothing."""
        starts = {
            "save": {"draft", "returned"},
            "submit": {"draft", "returned"},
            "withdraw": {"draft", "submitted", "returned"},
            "return": {"submitted"},
            "grant?": {"submitted"},
            "refuse?": {"submitted"},
        }.get(act, {"proposed"})
        if act == "draft":
            return "" if self.status in {"", "granted", "refused", "withdrawn"} else "AlreadyOpen"
        if act in {"grant", "refuse", "send-back"} and self.status == "proposed":
            if self.prepared_by == who:
                return "SamePerson"
            if act != "send-back" and act != self.proposal:
                return "NotAsProposed"
        return "" if self.status in starts else "StepNotPossible"

    def take(self, act: str, who: int) -> None:
        """What follows when it is not refused."""
        if act == "draft":
            self.__init__()  # type: ignore[misc]
        if act.endswith("?"):
            self.prepared_by, self.proposal = who, act[:-1]
        if act not in {"draft", "save"}:
            self.steps.append("propose" if act.endswith("?") else act)
        self.status = {
            "draft": "draft",
            "save": self.status,
            "submit": "submitted",
            "withdraw": "withdrawn",
            "return": "returned",
            "send-back": "submitted",
            "grant": "granted",
            "refuse": "refused",
        }.get(act, "proposed")


async def do(act: str, case: Any, account: Account, officer: Account) -> Any:
    if act == "draft":
        return await make_draft(account)
    if act == "save":
        return await applications.save(case.id, STATEMENT, by=account)
    if act == "submit":
        return await applications.submit(case.id, by=account, on=DAY)
    if act == "withdraw":
        return await applications.withdraw(case.id, by=account)
    if act == "return":
        return await decisions.return_for_supplement(case.id, GROUNDS, by=officer)
    if act == "send-back":
        return await decisions.send_back(case.id, GROUNDS, by=officer)
    if act.endswith("?"):
        asked = ProposalIn(proposal=Proposal(act[:-1]), grounds="条件均满足")
        return await decisions.propose(case.id, asked, by=officer)
    decide: Any = decisions.grant if act == "grant" else decisions.refuse
    return await decide(case.id, GROUNDS, by=officer, on=DAY)


async def outcome(doing: Any) -> tuple[Any, str]:
    """What came of it, and the name of the refusal if there was one."""
    try:
        return await doing, ""
    except Refusal as refusal:
        return None, type(refusal).__name__


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
async def test_any_run_of_acts_goes_as_the_plain_model_says(
    connected: None, acts: list[tuple[str, int]]
) -> None:
    account = await make_applicant()
    await make_hours(account, 1800)
    officers = [await make_account(Role.OFFICER) for _ in range(3)]
    model, case = Model(), None
    for act, who in acts:
        if case is None and act != "draft":
            continue
        if act in {"draft", "save", "withdraw", "submit"} or (case and case.submitted_on):
            wanted = model.expected(act, who)
        else:
            wanted = "NotFound"  # officers do not know of drafts
        made, refused = await outcome(do(act, case, account, officers[who]))
        assert refused == wanted, (act, model.status)
        if not refused:
            model.take(act, who)
            case = made if act == "draft" else case
        assert case is not None
        case = await applications.find(case.id, by=account)
        assert case.status == model.status
        assert [line["step"] for line in await steps.history(case.id)] == model.steps
    granted = await Credential.objects().where(Credential.person == account.person)
    for held in granted:
        behind = await applications.find(held.application, by=account)
        assert behind.status == "granted"
        assert None not in {behind.prepared_by, behind.decided_by}
        assert behind.prepared_by != behind.decided_by
        assert behind.proposal == "grant"
