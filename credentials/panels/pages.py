"""Pages of the office: panels from draw to minutes, the register of assessors, objections."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from credentials.panels import (
    abandonment,
    appointments,
    assessors,
    draws,
    dues,
    meetings,
    objections,
    pools,
    reviews,
    rulings,
    seats,
    sheets,
)
from credentials.panels.abandonment import ReasonIn
from credentials.panels.appointments import AssessorIn, EndIn, TermIn
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn
from credentials.panels.objections import ReasonsIn
from credentials.panels.reviews import OutcomeIn
from credentials.panels.rulings import RulingIn
from credentials.panels.tables import Panel
from credentials.words import Level
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.fields import read
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Acts, Caller, Visit, acted, page
from registry.tables import Account

Here = NamedDependency[Installation]
P = Permission
PANELS, PANEL = "credentials/panels/panels.html", "credentials/panels/panel.html"
ASSESSORS = "credentials/panels/assessors.html"
OBJECTIONS, OBJECTION = "credentials/panels/objections.html", "credentials/panels/objection.html"


def ticked(given: dict[str, Any], prefix: str) -> list[str]:
    """What boxes named `<prefix>-<value>` were ticked; they are taken out of what was sent."""
    names = [name for name in given if name.startswith(f"{prefix}-")]
    for name in names:
        given.pop(name)
    return [name.removeprefix(f"{prefix}-") for name in names]


class PanelPages(Controller):
    """Panels, for officers."""

    path = "/panels"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.PANEL_HOLD)
    async def panels(self, request: Visit) -> Response[Any]:
        """Every panel, and the applications that wait for one."""
        return page(request, PANELS, form=Form(), asked="", **await _panels())

    @post(permission=P.PANEL_HOLD)
    async def commit(self, request: Visit, caller: Caller) -> Response[Any]:
        """Freeze a pool for the applications ticked."""

        async def act(given: dict[str, Any]) -> None:
            chosen = ticked(given, "application")
            asked = read(CommitmentIn, {**given, "applications": chosen})
            await draws.commit(asked, by=caller, on=clock.today())

        return await acted(request, PANELS, {"commit": act}, "/panels", **await _panels())

    @get("/{panel:uuid}", permission=P.PANEL_HOLD)
    async def show(self, request: Visit, panel: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One panel, and what can be done now."""
        return page(request, PANEL, form=Form(), asked="", **await _panel(panel, caller))

    @post("/{panel:uuid}", permission=P.PANEL_HOLD)
    async def act(
        self, request: Visit, panel: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """What an officer does with a panel."""
        context = await _panel(panel, caller)
        acts = _acts(context["panel"], caller, here)
        return await acted(request, PANEL, acts, f"/panels/{panel}", **context)

    @get("/{panel:uuid}/minutes", permission=P.PANEL_SEE)
    async def minutes(self, request: Visit, panel: FromPath[UUID], caller: Caller) -> Response[Any]:
        """The minutes, to print."""
        row = await seats.find(panel, by=caller)
        kept = await meetings.minutes(panel, by=caller)
        return page(request, "credentials/panels/minutes.html", panel=row, kept=kept)


def _acts(panel: Panel, caller: Account, here: Installation) -> Acts:
    today, vault = clock.today(), here.vault

    async def word(given: dict[str, Any]) -> None:
        await draws.add_word(panel.id, read(WordIn, given), by=caller)

    async def reveal(given: dict[str, Any]) -> None:
        await draws.reveal(panel.id, read(SecretIn, given), by=caller, on=clock.today())

    async def meet(given: dict[str, Any]) -> None:
        asked = read(AttendanceIn, {"present": ticked(given, "present")})
        await meetings.open_meeting(panel.id, asked, by=caller, on=today, vault=vault)

    async def close(_: dict[str, Any]) -> None:
        await meetings.close_meeting(panel.id, by=caller, on=today, vault=vault)

    async def abandon(given: dict[str, Any]) -> None:
        await abandonment.abandon(panel.id, read(ReasonIn, given), by=caller)

    return {"word": word, "reveal": reveal, "meet": meet, "close": close, "abandon": abandon}


async def _panels() -> dict[str, Any]:
    return {"panels": await dues.listed_panels(clock.today()), "waiting": await pools.waiting()}


async def _panel(panel: UUID, caller: Account) -> dict[str, Any]:
    row = await seats.find(panel, by=caller)
    cases = await seats.cases(row.id)
    given, due = await sheets.in_hand(row)
    try:
        compared = await sheets.comparison(row.id, by=caller)
    except sheets.NotYetSeen:
        compared = []
    return {
        "panel": row,
        "members": await seats.seated(row.id),
        "cases": await seats.applicants(row.id),
        "recusals": await seats.recusals(cases),
        "excluded": await pools.excluded(row.id),
        "pool": len(await pools.drawn_from(row.id)),
        "sheets_in": given,
        "sheets_due": due,
        "compared": compared,
        "turnout": await meetings.turnout(row),
        "mine": row.committed_by == caller.id,
        "took_part": caller.id in {row.committed_by, row.worded_by},
    }


class AssessorPages(Controller):
    """The register of assessors, for officers."""

    path = "/assessors"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.PANEL_HOLD)
    async def show(self, request: Visit) -> Response[Any]:
        """Everybody on the register, and a form to add to it."""
        return page(request, ASSESSORS, form=Form(), asked="", **await _register())

    @post(permission=P.PANEL_HOLD)
    async def register(self, request: Visit, caller: Caller) -> Response[Any]:
        """Put somebody on the register."""

        async def act(given: dict[str, Any]) -> None:
            levels = ticked(given, "level")
            asked = read(AssessorIn, {**given, "levels": levels})
            await appointments.register(asked, by=caller, on=clock.today())

        context = await _register()
        return await acted(request, ASSESSORS, {"register": act}, "/assessors", **context)

    @post("/{assessor:uuid}", permission=P.PANEL_HOLD)
    async def change(
        self, request: Visit, assessor: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Give another term, ask that those that run end, or confirm another officer's change."""

        async def appoint(given: dict[str, Any]) -> None:
            await appointments.appoint(assessor, read(TermIn, given), by=caller, on=clock.today())

        async def end(given: dict[str, Any]) -> None:
            await appointments.end(assessor, read(EndIn, given), by=caller, on=clock.today())

        async def confirm(_: dict[str, Any]) -> None:
            await appointments.confirm(assessor, by=caller, on=clock.today())

        acts: Acts = {"appoint": appoint, "end": end, "confirm": confirm}
        return await acted(request, ASSESSORS, acts, "/assessors", **await _register())


async def _register() -> dict[str, Any]:
    return {"register": await assessors.register_of(clock.today()), "levels": [*Level]}


class ObjectionPages(Controller):
    """Objections to published results and reviews of refusals, for officers."""

    path = "/objections"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=P.OBJECTION_ANSWER)
    async def waiting(self, request: Visit, caller: Caller) -> Response[Any]:
        """Every objection, and the reviews that wait."""
        return page(request, OBJECTIONS, form=Form(), asked="", **await _waiting(caller))

    @get("/{objection:uuid}", permission=P.OBJECTION_ANSWER)
    async def show(
        self, request: Visit, objection: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """One objection, with who objects unless they would not say; each look is kept."""
        async with transaction():
            context = await _objection(objection, here)
            await audit.record("objection.read", f"result_objection:{objection}")
        return page(request, OBJECTION, form=Form(), asked="", **context)

    @post("/{objection:uuid}", permission=P.OBJECTION_ANSWER)
    async def answer(
        self, request: Visit, objection: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """Take up, decline or decide."""

        async def take_up(_: dict[str, Any]) -> None:
            await rulings.take_up(objection, by=caller)

        async def decline(given: dict[str, Any]) -> None:
            asked = read(ReasonsIn, given)
            await rulings.decline(objection, asked, by=caller, on=clock.today())

        async def decide(given: dict[str, Any]) -> None:
            asked = read(RulingIn, given)
            await rulings.decide(objection, asked, by=caller, on=clock.today())

        acts: Acts = {"take-up": take_up, "decline": decline, "decide": decide}
        context = await _objection(objection, here)
        return await acted(request, OBJECTION, acts, f"/objections/{objection}", **context)

    @post("/reviews/{review:uuid}", permission=P.OBJECTION_ANSWER)
    async def review(self, request: Visit, review: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Propose, give back or decide what a review comes to."""

        async def propose(given: dict[str, Any]) -> None:
            await reviews.propose(review, read(OutcomeIn, given), by=caller)

        async def decide(given: dict[str, Any]) -> None:
            await reviews.decide(review, read(OutcomeIn, given), by=caller, on=clock.today())

        async def send_back(given: dict[str, Any]) -> None:
            given.pop("outcome", None)
            await reviews.send_back(review, read(ReasonsIn, given), by=caller)

        acts: Acts = {"propose": propose, "decide": decide, "send-back": send_back}
        return await acted(request, OBJECTIONS, acts, "/objections", **await _waiting(caller))


async def _waiting(caller: Account) -> dict[str, Any]:
    return {
        "objections": await dues.listed_objections(clock.today()),
        "reviews": await dues.listed_reviews(clock.today()),
        "caller": caller.id,
    }


async def _objection(objection: UUID, here: Installation) -> dict[str, Any]:
    row, publication, case = await objections.find(objection)
    return {
        "objection": row,
        "publication": publication,
        "case": case,
        "objector": objections.objector(row, here.vault),
    }
