"""Pages on which an applicant fills in an application: functions, evidence, employer, check."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from credentials.intake import claims
from credentials.intake.claims import (
    SHAPES,
    AccountIn,
    EmployerIn,
    EvidenceIn,
    FunctionsIn,
    NewAchievementIn,
)
from credentials.intake.overview import Claimed, Overview
from credentials.pages import own
from registry import organisations, profile
from registry.pages import LARGEST_FORM, uploaded
from registry.platform import clock
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account
from registry.words import OrganisationKind

Here = NamedDependency[Installation]
Id = FromPath[UUID]
WRITE = Permission.APPLICATION_WRITE
FOLDER = "credentials/intake/"
NO_PAGE = N_("没有这一页。")


class FilingPages(Controller):
    """One application, part by part."""

    path = "/applications/{application:uuid}"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/functions", permission=WRITE)
    async def functions(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Ask which work functions are claimed."""
        context = await _filing(application, caller)
        return page(request, f"{FOLDER}functions.html", form=Form(), **context)

    @post("/functions", permission=WRITE)
    async def claim(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Claim the functions ticked."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            ticked = [name.removeprefix("function-") for name in given if name != "_csrf_token"]
            asked = read(FunctionsIn, {"functions": ticked})
            return _back(await claims.claim(application, asked, by=caller))

        context = await _filing(application, caller)
        return await submitted(request, f"{FOLDER}functions.html", act, **context)

    @get("/functions/{function:str}", permission=WRITE)
    async def function(
        self, request: Visit, application: Id, function: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """One claimed function: the account, and its evidence."""
        context = await _function(application, function, caller)
        form = Form({"account": context["claimed"].row.account})
        return page(request, f"{FOLDER}function.html", form=form, **context)

    @post("/functions/{function:str}", permission=WRITE)
    async def describe(
        self, request: Visit, application: Id, function: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Keep the account of a function."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(AccountIn, given)
            await claims.describe(application, function, asked, by=caller)
            return _to(f"/applications/{application}/functions/{function}")

        context = await _function(application, function, caller)
        return await submitted(request, f"{FOLDER}function.html", act, **context)

    @get("/functions/{function:str}/{kind:str}", permission=WRITE)
    async def evidence(
        self,
        request: Visit,
        application: Id,
        function: FromPath[str],
        kind: FromPath[str],
        caller: Caller,
    ) -> Response[Any]:
        """Ask for a piece of evidence of one kind."""
        context = await _evidence(application, function, kind, caller)
        return page(request, f"{FOLDER}evidence.html", form=Form(), **context)

    @post(
        "/functions/{function:str}/{kind:str}",
        permission=WRITE,
        request_max_body_size=LARGEST_FORM,
    )
    async def add(
        self,
        request: Visit,
        application: Id,
        function: FromPath[str],
        kind: FromPath[str],
        caller: Caller,
        here: Here,
    ) -> Response[Any]:
        """Add a piece of evidence, with its document if there is a file."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked, file = await _read(kind, given, here)
            await claims.add(application, function, asked, by=caller, on=clock.today(), file=file)
            return _to(f"/applications/{application}/functions/{function}")

        context = await _evidence(application, function, kind, caller)
        return await submitted(request, f"{FOLDER}evidence.html", act, **context)

    @post("/evidence/{evidence:uuid}/withdrawal", permission=WRITE)
    async def withdraw(
        self, request: Visit, application: Id, evidence: Id, caller: Caller
    ) -> Response[Any]:
        """Take a piece of evidence out."""
        context = await _filing(application, caller)

        async def act(_: dict[str, Any]) -> Response[Any]:
            return _back(await claims.withdraw(application, evidence, by=caller))

        return await submitted(request, f"{FOLDER}tasks.html", act, **context)

    @get("/employer", permission=WRITE)
    async def employer(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Ask for the employer that is to confirm."""
        context = await _employers(application, caller)
        filing = context["intake"].filing
        said = str(filing.employer) if filing.employer else "none" if filing.self_employed else ""
        return page(request, f"{FOLDER}employer.html", form=Form({"employer": said}), **context)

    @post("/employer", permission=WRITE)
    async def employ(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Keep the employer, or that there is none."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            none = given.get("employer") == "none"
            chosen = {} if none else {"employer": given.get("employer", "")}
            asked = read(EmployerIn, {**chosen, "self_employed": "yes" if none else "no"})
            await claims.employ(application, asked, by=caller)
            return _to(f"/applications/{application}")

        context = await _employers(application, caller)
        return await submitted(request, f"{FOLDER}employer.html", act, **context)

    @get("/achievement", permission=WRITE)
    async def achievement(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Ask what is major and new since the last refusal."""
        context = await _filing(application, caller)
        form = Form({"achievement": context["intake"].filing.achievement or ""})
        return page(request, f"{FOLDER}achievement.html", form=form, **context)

    @post("/achievement", permission=WRITE)
    async def declare(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Keep it."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await claims.declare(application, read(NewAchievementIn, given), by=caller)
            return _to(f"/applications/{application}")

        context = await _filing(application, caller)
        return await submitted(request, f"{FOLDER}achievement.html", act, **context)

    @get("/check", permission=WRITE)
    async def check(self, request: Visit, application: Id, caller: Caller) -> Response[Any]:
        """Everything on one page, before it is handed in."""
        context = await _filing(application, caller)
        parts = await profile.whole(context["case"].person)
        return page(request, f"{FOLDER}check.html", form=Form(), parts=parts, **context)


def _to(address: str) -> Response[Any]:
    return Redirect(address, status_code=303)


def _back(case: Any) -> Response[Any]:
    return _to(f"/applications/{case.id}")


async def _filing(application: UUID, caller: Account) -> dict[str, Any]:
    """What `own` says, of an application under the whole procedure."""
    context = await own(application, caller)
    if context["intake"] is None:
        raise NotFound(NO_PAGE)
    return context


async def _function(application: UUID, function: str, caller: Account) -> dict[str, Any]:
    context = await _filing(application, caller)
    found: Overview = context["intake"]
    for claimed in found.claimed:
        if claimed.row.function == function:
            return {**context, "claimed": claimed}
    raise NotFound(NO_PAGE)


async def _evidence(application: UUID, function: str, kind: str, caller: Account) -> dict[str, Any]:
    if kind not in SHAPES:
        raise NotFound(NO_PAGE)
    context = await _function(application, function, caller)
    claimed: Claimed = context["claimed"]
    used = {row.contract.id for row in claimed.evidence if row.contract is not None}
    contracts = [
        row for row in await profile.entries("contracts", caller.person) if row.id not in used
    ]
    return {**context, "kind": kind, "contracts": contracts}


async def _employers(application: UUID, caller: Account) -> dict[str, Any]:
    found = await organisations.of_kind(OrganisationKind.EMPLOYER)
    return {**await _filing(application, caller), "employers": found}


async def _read(
    kind: str, given: dict[str, Any], here: Installation
) -> tuple[EvidenceIn, Upload | None]:
    sent = given.pop("document", None)
    asked, file = None, None
    faults: list[FieldError] = []
    try:
        asked = read(SHAPES[kind], given)
    except FieldsInvalid as refusal:
        faults += refusal.errors
    try:
        file = await uploaded(sent, "document", here)
    except FieldsInvalid as refusal:
        faults += refusal.errors
    if asked is None or faults:
        raise FieldsInvalid(faults)
    return asked, file
