"""The result of one's own application: panel, publication, objections, review."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from credentials import applications
from credentials.panels import objections, publicity, reviews
from credentials.panels.reviews import ReviewIn
from credentials.words import OPEN, Status
from registry.platform import clock
from registry.platform.fields import read
from registry.platform.i18n import N_, gettext
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Acts, Caller, Visit, acted, page
from registry.tables import Account

OWN = "credentials/panels/own.html"
UNIT = N_("本人同意在评审结果公示中写明现工作单位。")


class OwnResultPages(Controller):
    """An applicant's own result."""

    path = "/applications/{application:uuid}/result"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.APPLICATION_WRITE)
    async def show(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Where the result stands."""
        return page(request, OWN, form=Form(), asked="", **await _own(application, caller))

    @post(permission=Permission.APPLICATION_WRITE)
    async def act(
        self, request: Visit, application: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Ask for a review of a refusal; have one's employer named, or no longer."""

        async def review(given: dict[str, Any]) -> None:
            await reviews.ask(application, read(ReviewIn, given), by=caller, on=clock.today())

        async def agree(_: dict[str, Any]) -> None:
            await publicity.agree(gettext(UNIT), by=caller)

        async def take_back(_: dict[str, Any]) -> None:
            await publicity.take_back(by=caller)

        acts: Acts = {"review": review, "agree": agree, "take-back": take_back}
        context = await _own(application, caller)
        return await acted(request, OWN, acts, f"/applications/{application}/result", **context)


async def _own(application: UUID, caller: Account) -> dict[str, Any]:
    case = await applications.find(application, by=caller)
    running = await publicity.running(case.id)
    refused = case.status == Status.REFUSED
    review = await reviews.of(case.id)
    return {
        "case": case,
        "publication": running,
        "until": publicity.until(running) if running else None,
        "objections": await objections.about(case.id, by=caller),
        "panels": await publicity.panels_of(case.id),
        "review": review,
        "review_until": (await reviews.until(case))[0] if refused and review is None else None,
        "agreed": await publicity.agreed(case.person),
        "unit": UNIT,
        "open": case.status in OPEN,
        "today": clock.today(),
    }
