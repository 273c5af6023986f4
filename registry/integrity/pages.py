"""Pages of integrity: cases, records, requests, the practice code, the public extract."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry import people
from registry.integrity import (
    acts,
    cases,
    exports,
    merits,
    practice,
    records,
    requests,
    seats,
)
from registry.integrity.acts import Act
from registry.integrity.cases import ReasonsIn, ReportIn
from registry.integrity.requests import AnswerIn, RequestIn
from registry.integrity.schemas import CaseOut
from registry.integrity.ties import SITS
from registry.platform import clock, steps
from registry.platform.errors import NotFound
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, acted, page, submitted
from registry.tables import Account

Here = NamedDependency[Installation]
P = Permission
CASE, CASES = "registry/integrity/case.html", "registry/integrity/cases.html"
MINE, REQUESTS = "registry/integrity/mine.html", "registry/integrity/requests.html"


class IntegrityPages(Controller):
    """Cases, for officers, members of panels and the person concerned."""

    path = "/integrity/cases"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.INTEGRITY_SEE)
    async def seen(self, request: Visit, caller: Caller) -> Response[Any]:
        """Every case the caller may see, and a form to report."""
        return page(request, CASES, form=Form(), **await _cases(caller))

    @post(permission=P.INTEGRITY_SEE)
    async def report(self, request: Visit, caller: Caller) -> Response[Any]:
        """Report conduct, or open a case upon a finding."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            case = await cases.report(read(ReportIn, given), by=caller, on=clock.today())
            told = {**await _cases(caller), "told": case.reference}
            return page(request, CASES, form=Form(), **told)

        return await submitted(request, CASES, act, **await _cases(caller))

    @get("/{case:uuid}", permission=P.INTEGRITY_SEE)
    async def show(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One case, with what the caller can do."""
        return page(request, CASE, form=Form(), asked="", **await _case(case, caller))

    @post("/{case:uuid}/handling", permission=P.INTEGRITY_HANDLE)
    async def handle(
        self, request: Visit, case: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """An officer's act."""
        return await _acted(request, case, caller, acts.handling(here.vault))

    @post("/{case:uuid}/answer", permission=P.INTEGRITY_OWN)
    async def answer(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """An act of the person concerned."""
        return await _acted(request, case, caller, acts.OWN)

    @post("/{case:uuid}/vote", permission=P.INTEGRITY_VOTE)
    async def vote(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """A member's vote."""
        return await _acted(request, case, caller, acts.VOTING)

    @post("/{case:uuid}/recusal", permission=P.INTEGRITY_VOTE)
    async def recuse(self, request: Visit, case: FromPath[UUID], caller: Caller) -> Response[Any]:
        """A member stands aside, and no longer sees the case."""
        return await _acted(request, case, caller, acts.RECUSING, to="/integrity/cases")


async def _acted(
    request: Visit, case: UUID, caller: Account, what: dict[str, Act], to: str = ""
) -> Response[Any]:
    mine = {name: partial(_act, act, case, caller) for name, act in what.items()}
    context = await _case(case, caller)
    return await acted(request, CASE, mine, to or f"/integrity/cases/{case}", **context)


async def _act(act: Act, case: UUID, caller: Account, given: dict[str, Any]) -> Any:
    return await act(case, given, caller)


async def _cases(caller: Account) -> dict[str, Any]:
    return {
        "cases": await cases.seen(by=caller),
        "officer": caller.role in OFFICERS,
        "told": "",
    }


async def _case(case: UUID, caller: Account) -> dict[str, Any]:
    row = await cases.find(case, by=caller)
    officer = caller.role in OFFICERS
    named = await seats.named(row.id)
    members = await seats.members(row.id)
    sits = [each for each in members if each["account"] == caller.id]
    voted = [each for each in members if each["voted_at"] is not None]
    open_vote = row.vote_closed_by is None
    found = await people.named(row.person)
    able: list[Account] = []
    if officer:
        able = await Account.objects().where(Account.role.is_in([*SITS]), Account.active.eq(True))
    out = {row.reported_by, row.handled_by, caller.id, *(each["account"] for each in named)}
    return {
        "case": await CaseOut.of(row, to=caller),
        "person": found,
        "officer": officer,
        "own": caller.person == row.person,
        "members": named if officer else [],
        "empty": seats.empty(named),
        "may_vote": bool(sits) and sits[0]["voted_at"] is None and open_vote,
        "may_close": bool(voted) and voted[0] in sits and len(voted) < len(members) and open_vote,
        "able": [each for each in able if each.id not in out],
        "history": await steps.history(row.id),
    }


class RecordPages(Controller):
    """Records on oneself; requests about records; what everybody may see."""

    path = "/integrity"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.INTEGRITY_OWN)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """Every record on the caller, who looked, and the cases they were told of."""
        return page(request, MINE, form=Form(), **await _mine(caller))

    @post("/records/{record:uuid}", permission=P.INTEGRITY_OWN)
    async def ask(self, request: Visit, record: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Object to a record, or apply for its repair."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(RequestIn, {"undertaking": "no", **given})
            await requests.ask(record, asked, by=caller, on=clock.today())
            return Redirect("/integrity", status_code=303)

        return await submitted(request, MINE, act, **await _mine(caller))

    @get("/requests", permission=P.INTEGRITY_HANDLE)
    async def waiting(self, request: Visit, caller: Caller) -> Response[Any]:
        """Requests that wait for an officer, soonest due first."""
        return page(request, REQUESTS, form=Form(), **await _requests(caller))

    @post("/requests/{asked:uuid}/{act:str}", permission=P.INTEGRITY_HANDLE)
    async def answer(
        self, request: Visit, asked: FromPath[UUID], act: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Prepare or decide the answer."""

        async def work(given: dict[str, Any]) -> Response[Any]:
            if act not in {"proposal", "decision", "return"}:
                raise NotFound(N_("没有这一页。"))
            if act == "return":
                await requests.send_back(asked, read(ReasonsIn, given), by=caller)
                return Redirect("/integrity/requests", status_code=303)
            answer = read(AnswerIn, given)
            if act == "proposal":
                await requests.propose(asked, answer, by=caller)
            else:
                await requests.decide(asked, answer, by=caller, on=clock.today())
            return Redirect("/integrity/requests", status_code=303)

        return await submitted(request, REQUESTS, work, **await _requests(caller))

    @get("/extract", public=True)
    async def extract(self, request: Visit) -> Response[Any]:
        """What everybody may see about a registered person."""
        number = request.query_params.get("number", "").strip()[:20]
        found = await records.extract(number, on=clock.today()) if number else None
        return page(
            request, "registry/integrity/extract.html", form=Form({"number": number}), found=found
        )


async def _mine(caller: Account) -> dict[str, Any]:
    found = await records.on_person(caller.person, by=caller)
    return {
        "records": found,
        "looks": await records.looked(caller.person, by=caller),
        "cases": await cases.seen(by=caller),
        "exported": await exports.of_person(caller.person),
        "merits": await merits.of_person(caller.person),
        "signatures": await practice.signatures(caller.person),
    }


async def _requests(caller: Account) -> dict[str, Any]:
    return {"waiting": await requests.waiting(), "caller": caller.id}
