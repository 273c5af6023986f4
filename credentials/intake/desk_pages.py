"""Pages of the office: rounds, and the formal check of an application."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from credentials.case_pages import CASE, Paperwork, whole_case
from credentials.intake import formal_check, rounds
from credentials.intake.formal_check import NoticeIn
from credentials.intake.rounds import EndIn, RoundIn
from registry.platform import clock
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted

Here = NamedDependency[Installation]
Id = FromPath[UUID]
ROUNDS = "credentials/intake/rounds.html"
ASK = "ask-"
"""Begins the name of the box for what is to be mended in a field."""


class CheckPages(Controller):
    """The formal check."""

    path = "/queue/{application:uuid}"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @post("/acceptance", permission=Permission.APPLICATION_DECIDE)
    async def accept(
        self, request: Visit, application: Id, caller: Caller, here: Here, papers: Paperwork
    ) -> Response[Any]:
        """Accept an application that is complete."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            await formal_check.accept(application, by=caller)
            return Redirect(f"/queue/{application}", status_code=303)

        context = await whole_case(application, caller, here, papers)
        return await submitted(request, CASE, act, asked="acceptance", **context)

    @post("/notice", permission=Permission.APPLICATION_DECIDE)
    async def ask(
        self, request: Visit, application: Id, caller: Caller, here: Here, papers: Paperwork
    ) -> Response[Any]:
        """Ask for everything whose box says something."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            items = [
                {"field": name.removeprefix(ASK), "words": words}
                for name, words in given.items()
                if name.startswith(ASK) and words.strip()
            ]
            if not items:
                nothing = N_("请在需要补正的项目旁写明补正什么。")
                raise FieldsInvalid([FieldError("notice", "required", nothing)])
            await formal_check.ask(application, _named(items), by=caller)
            return Redirect(f"/queue/{application}", status_code=303)

        context = await whole_case(application, caller, here, papers)
        return await submitted(request, CASE, act, asked="notice", **context)


def _named(items: list[dict[str, str]]) -> NoticeIn:
    """Read a notice; what is wrong with it stands beside the box it was typed in."""
    try:
        return read(NoticeIn, {"items": items})
    except FieldsInvalid as refusal:
        # Pydantic counts what is left and finds nothing: "items" alone adds no words of its own.
        faults = [
            FieldError(ASK + items[int(place)]["field"], fault.code, fault.message, fault.facts)
            for fault in refusal.errors
            if (place := fault.field.removeprefix("items.").partition(".")[0]).isdigit()
        ]
        raise FieldsInvalid(faults) from refusal


class RoundPages(Controller):
    """Rounds and continuous intake."""

    path = "/rounds"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.ROUND_OPEN)
    async def known(self, request: Visit) -> Response[Any]:
        """Every round, and a form for another."""
        return page(request, ROUNDS, form=Form(), ending="", **await _rounds())

    @post(permission=Permission.ROUND_OPEN)
    async def open_one(self, request: Visit, caller: Caller) -> Response[Any]:
        """Open a round or continuous intake."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            ticked = [name.removeprefix("level-") for name in given if name.startswith("level-")]
            said = {name: text for name, text in given.items() if not name.startswith("level-")}
            asked = read(RoundIn, {**said, "levels": ticked})
            await rounds.open_one(asked, by=caller)
            return Redirect("/rounds", status_code=303)

        return await submitted(request, ROUNDS, act, ending="", **await _rounds())

    @post("/{intake:uuid}/end", permission=Permission.ROUND_OPEN)
    async def end(self, request: Visit, intake: Id, caller: Caller) -> Response[Any]:
        """Give continuous intake its last day."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await rounds.end(intake, read(EndIn, given), by=caller, on=clock.today())
            return Redirect("/rounds", status_code=303)

        return await submitted(request, ROUNDS, act, ending=str(intake), **await _rounds())


async def _rounds() -> dict[str, Any]:
    rows = await rounds.known()
    return {"rounds": [(row, rounds.levels(row)) for row in rows], "today": clock.today()}
