"""Pages of standing: one's own levels, and the officers' desk for them."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from credentials.decisions import GroundsIn, ProposalIn
from credentials.standing import overview, proposals, requests
from credentials.standing.proposals import StandingIn
from credentials.standing.requests import NameIn, RenewalIn
from credentials.words import Proposal
from registry import people, profile
from registry.platform import clock, documents
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.fields import Day, Input, Plain, chosen, read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, form_again, page, submitted
from registry.tables import Account
from training import policy

Here = NamedDependency[Installation]
P = Permission
MINE = "credentials/standing/mine.html"
DESK = "credentials/standing/desk.html"
PERSON = "credentials/standing/person.html"
NO_FILE = N_("请选择证明文件。")
WHICH = N_("请选择决定或退回重拟。")
Act = Callable[[UUID, dict[str, Any], Account], Awaitable[Any]]


class DaysIn(Input):
    """Which day, and as known on which."""

    on: Day
    known_by: Day


class NumberIn(Input):
    """Which person an officer looks for."""

    number: Plain


class HolderPages(Controller):
    """The caller's own levels."""

    path = "/standing"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.STANDING_ASK)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """Levels with their history, what was held on a day, and what was asked."""
        context = await _person(caller.person, caller)
        return page(request, MINE, **{"form": Form(), **context, **await _asked(request, caller)})

    @post("/renewal/{credential:uuid}", permission=P.STANDING_ASK)
    async def renew(
        self, request: Visit, credential: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Ask for renewal."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(RenewalIn, given)
            await requests.ask_renewal(credential, asked, by=caller, on=clock.today())
            return Redirect("/standing", status_code=303)

        return await submitted(request, MINE, act, **await _person(caller.person, caller))

    @post("/name", permission=P.STANDING_ASK)
    async def correct(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Ask for the name to be corrected, with a document."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            sent = given.pop("evidence", None)
            if not isinstance(sent, UploadFile) or not sent.filename:
                raise FieldsInvalid([FieldError("evidence", "required", NO_FILE)])
            most = here.settings.upload_megabytes
            file = documents.admit(
                sent.filename, await sent.read(), field="evidence", megabytes=most
            )
            async with transaction():
                kept = await profile.keep(file, by=caller)
                asked = read(NameIn, {**given, "evidence": str(kept)})
                await requests.ask_name(asked, by=caller, on=clock.today())
            return Redirect("/standing", status_code=303)

        return await submitted(request, MINE, act, **await _person(caller.person, caller))

    @post("/requests/{asked:uuid}/withdrawal", permission=P.STANDING_ASK)
    async def withdraw(self, asked: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Take a request back."""
        await requests.withdraw(asked, by=caller)
        return Redirect("/standing", status_code=303)


class DeskPages(Controller):
    """Levels of others, for officers."""

    path = "/levels"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.STANDING_DECIDE)
    async def desk(self, request: Visit, caller: Caller) -> Response[Any]:
        """What waits for an officer, and a form to look for somebody."""
        return page(request, DESK, form=Form(), **await _waiting(caller))

    @post(permission=P.STANDING_DECIDE)
    async def find(self, request: Visit, caller: Caller) -> Response[Any]:
        """Lead to the person with a registry number."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            found = await people.by_number(read(NumberIn, given).number, by=caller)
            return Redirect(f"/levels/{found.id}", status_code=303)

        return await submitted(request, DESK, act, **await _waiting(caller))

    @get("/{person:uuid}", permission=P.STANDING_DECIDE)
    async def show(self, request: Visit, person: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One person's levels, and what can be proposed or decided about them."""
        context = await _person(person, caller)
        looked = await _asked(request, caller, person)
        return page(request, PERSON, **{"form": Form(), "sent": "", **context, **looked})

    @post("/{person:uuid}/credentials/{credential:uuid}", permission=P.STANDING_DECIDE)
    async def propose(
        self, request: Visit, person: FromPath[UUID], credential: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Propose to suspend, restore or revoke a level."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(StandingIn, given)
            await proposals.propose(credential, asked, by=caller, on=clock.today())
            return Redirect(f"/levels/{person}", status_code=303)

        return await _submitted(request, person, caller, act, credential)

    @post("/{person:uuid}/proposals/{decision:uuid}", permission=P.STANDING_DECIDE)
    async def decide(
        self, request: Visit, person: FromPath[UUID], decision: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Decide as proposed, or let it drop, as the button says."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            made = chosen(given, "decision", ("decide", "drop"), beside="grounds")
            asked = read(GroundsIn, given)
            if made == "drop":
                await proposals.drop(decision, asked, by=caller)
            else:
                await proposals.decide(decision, asked, by=caller, on=clock.today())
            return Redirect(f"/levels/{person}", status_code=303)

        return await _submitted(request, person, caller, act, decision)

    @post("/{person:uuid}/requests/{asked:uuid}", permission=P.STANDING_DECIDE)
    async def answer(
        self, request: Visit, person: FromPath[UUID], asked: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Prepare a reply, decide as prepared, or give it back, as the form says."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            name = chosen(given, "act", ANSWERS, beside="grounds")
            await ANSWERS[name](asked, given, caller)
            return Redirect(f"/levels/{person}", status_code=303)

        return await _submitted(request, person, caller, act, asked)


async def _propose(asked: UUID, given: dict[str, Any], by: Account) -> Any:
    return await requests.propose(asked, read(ProposalIn, given), by=by)


async def _decide(asked: UUID, given: dict[str, Any], by: Account) -> Any:
    choices = ("return", *Proposal)
    decision = chosen(given, "decision", choices, beside="grounds", words=WHICH)
    if decision == "return":
        return await requests.send_back(asked, read(GroundsIn, given), by=by)
    reply = read(ProposalIn, {**given, "proposal": decision})
    return await requests.decide(asked, reply, by=by, on=clock.today())


ANSWERS: dict[str, Act] = {"propose": _propose, "decide": _decide}


async def _submitted(
    request: Visit,
    person: UUID,
    caller: Account,
    act: Callable[[dict[str, Any]], Awaitable[Response[Any]]],
    sent: UUID,
) -> Response[Any]:
    context = await _person(person, caller)
    return await submitted(request, PERSON, act, sent=str(sent), **context)


async def _waiting(caller: Account) -> dict[str, Any]:
    return {
        "proposals": await proposals.waiting(by=caller),
        "waiting": await requests.waiting(by=caller, on=clock.today()),
    }


async def _person(person: UUID, caller: Account) -> dict[str, Any]:
    today = clock.today()
    found = await overview.of_person(person, by=caller, on=today)
    return {
        "found": found,
        "dues": {str(row.id): await requests.due(row) for row in found.requests},
        "proposals": [
            each for each in await proposals.waiting(by=caller) if each["person"] == person
        ],
        "caller": caller.id,
        "today": today,
        "class_hour_minutes": await policy.class_hour(today),
        "looked": None,
        "asked_days": None,
    }


async def _asked(request: Visit, caller: Account, person: UUID | None = None) -> dict[str, Any]:
    """What was held on a day, as known on a day, where the address asks for it."""
    boxes = {f"{name}-{part}" for name in ("on", "known_by") for part in ("year", "month", "day")}
    given = {key: text for key, text in request.query_params.items() if key in boxes}
    if not given:
        return {}
    try:
        days = read(DaysIn, given)
    except FieldsInvalid as refusal:
        return {"form": form_again(given, refusal)}
    held = await overview.held_on(person or caller.person, days.on, days.known_by, by=caller)
    return {"looked": held, "asked_days": days, "form": Form(given)}
