"""Pages of the bureau: accrediting bases, reviewing findings, closing months, statistics."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from registry import organisations
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.fields import chosen, read
from registry.platform.i18n import N_, gettext
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.words import OrganisationKind
from training import bases, findings, periods, policy, sheets, statistics
from training.bases import AccreditationIn, AssessmentIn, SuspensionIn
from training.findings import DrawIn, GroundsIn, ReviewIn
from training.import_pages import download
from training.periods import ClosingIn
from training.words import Level, Module

BASES, BASE_FORM, BASE = "training/bases.html", "training/base_form.html", "training/base.html"
FINDINGS, FINDING = "training/findings.html", "training/finding.html"
STATISTICS = "training/statistics.html"
BACK = "/bases"
DECISIONS = {"uphold": findings.uphold, "clear": findings.clear}
HEADS = {
    "year": N_("年度"), "level": N_("等级"), "module": N_("模块"), "mode": N_("授课方式"),
    "people": N_("人数"), "lines": N_("笔数"), "minutes": N_("分钟"), "examined": N_("考试人次"),
    "passed": N_("合格人次"), "pass_percent": N_("合格百分比"),
}  # fmt: skip


class BasePages(Controller):
    """Training bases and their accreditations."""

    path = "/bases"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.BASE_READ)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """The accreditations the caller may see."""
        found = await bases.listed(by=caller, on=clock.today())
        return page(request, BASES, accreditations=found, officer=caller.role in OFFICERS)

    @get("/new", permission=Permission.BASE_DECIDE)
    async def form(self, request: Visit) -> Response[Any]:
        """Ask for an accreditation."""
        return page(request, BASE_FORM, form=Form(), **await self._choices())

    async def _choices(self) -> dict[str, Any]:
        found = await organisations.of_kind(OrganisationKind.BASE)
        return {"bases": {str(row.id): row.name for row in found}, "back": BACK}

    @post("/new", permission=Permission.BASE_DECIDE)
    async def accredit(self, request: Visit, caller: Caller) -> Response[Any]:
        """Accredit a base."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            given["levels"] = tuple(x for x in Level if given.pop(f"level-{x}", ""))
            given["modules"] = tuple(x for x in Module if given.pop(f"module-{x}", ""))
            row = await bases.accredit(read(AccreditationIn, given), by=caller)
            return Redirect(f"/bases/{row.id}", status_code=303)

        return await submitted(request, BASE_FORM, act, **await self._choices())

    @get("/{accreditation:uuid}", permission=Permission.BASE_READ)
    async def show(
        self, request: Visit, accreditation: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """One accreditation."""
        return page(request, BASE, form=Form(), **await self._shown(accreditation, caller))

    async def _shown(self, accreditation: UUID, caller: Any) -> dict[str, Any]:
        row = await bases.glance(accreditation, by=caller, on=clock.today())
        return {"row": row, "officer": caller.role in OFFICERS, "back": BACK}

    @post("/{accreditation:uuid}/suspension", permission=Permission.BASE_DECIDE)
    async def suspend(
        self, request: Visit, accreditation: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Suspend an accreditation."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await bases.suspend(accreditation, read(SuspensionIn, given), by=caller)
            return Redirect(f"/bases/{accreditation}", status_code=303)

        return await submitted(request, BASE, act, **await self._shown(accreditation, caller))

    @post("/{accreditation:uuid}/lifting", permission=Permission.BASE_DECIDE)
    async def lift(
        self, request: Visit, accreditation: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Let a suspended accreditation count again from today."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            await bases.lift(accreditation, by=caller, on=clock.today())
            return Redirect(f"/bases/{accreditation}", status_code=303)

        return await submitted(request, BASE, act, **await self._shown(accreditation, caller))

    @post("/{accreditation:uuid}/assessment", permission=Permission.BASE_DECIDE)
    async def assess(
        self, request: Visit, accreditation: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Put a year's assessment on record."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await bases.assess(accreditation, read(AssessmentIn, given), by=caller)
            return Redirect(f"/bases/{accreditation}", status_code=303)

        return await submitted(request, BASE, act, **await self._shown(accreditation, caller))


class FindingPages(Controller):
    """The review queue, audits by lot, and closed months."""

    path = "/findings"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.HOURS_REVIEW)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """What is open, surest first."""
        return page(request, FINDINGS, form=Form(), **await self._shown(caller))

    async def _shown(self, caller: Any) -> dict[str, Any]:
        return {
            "findings": await findings.listed(by=caller),
            "draws": await findings.draws(),
            "reviews": await findings.reviews(),
            "closed": await periods.listed(),
        }

    @post("/review", permission=Permission.HOURS_REVIEW)
    async def review(self, request: Visit, caller: Caller) -> Response[Any]:
        """Look at the lines of some days, draw by lot among them, or close a month."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            if given.get("seed"):
                await findings.draw(read(DrawIn, given), by=caller, on=clock.today())
            else:
                given.pop("seed", None)
                await findings.review(read(ReviewIn, given), by=caller, on=clock.today())
            return Redirect("/findings", status_code=303)

        return await submitted(request, FINDINGS, act, **await self._shown(caller))

    @post("/closing", permission=Permission.HOURS_CLOSE)
    async def close(self, request: Visit, caller: Caller) -> Response[Any]:
        """Close a month."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            month = f"{given.pop('year', '')}-{given.pop('month', '')}-1"
            asked = read(ClosingIn, {**given, "month": month})
            await periods.close(asked, by=caller, on=clock.today())
            return Redirect("/findings", status_code=303)

        return await submitted(request, FINDINGS, act, **await self._shown(caller))

    @get("/{finding:uuid}", permission=Permission.HOURS_REVIEW)
    async def show(self, request: Visit, finding: FromPath[UUID], caller: Caller) -> Response[Any]:
        """One finding, and a form to decide it."""
        return page(request, FINDING, form=Form(), **await self._one(finding, caller))

    async def _one(self, finding: UUID, caller: Any) -> dict[str, Any]:
        return {"one": await findings.glance(finding, by=caller), "back": "/findings"}

    @post("/{finding:uuid}", permission=Permission.HOURS_REVIEW)
    async def decide(
        self, request: Visit, finding: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Clear or uphold a finding."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            decision = chosen(given, "decision", DECISIONS, beside="grounds")
            await DECISIONS[decision](finding, read(GroundsIn, given), by=caller)
            return Redirect("/findings", status_code=303)

        return await submitted(request, FINDING, act, **await self._one(finding, caller))


class StatisticsPages(Controller):
    """Statistics, on a page and to take away."""

    path = "/statistics"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.STATISTICS_READ)
    async def show(self, request: Visit, caller: Caller) -> Response[Any]:
        """All tables."""
        tables = {name: await table(by=caller) for name, table in statistics.TABLES.items()}
        return page(
            request,
            STATISTICS,
            tables=tables,
            heads=statistics.HEADS,
            words=HEADS,
            class_hour_minutes=await policy.class_hour(clock.today()),
        )

    @get("/{file:str}", permission=Permission.STATISTICS_READ)
    async def take(self, file: FromPath[str], caller: Caller) -> Response[bytes]:
        """One table, as `<table>.csv` or `<table>.xlsx`."""
        name, _, form = file.partition(".")
        if name not in statistics.TABLES or form not in {"csv", "xlsx"}:
            raise NotFound(N_("没有这一页。"))
        columns = statistics.HEADS[name]
        head = [gettext(HEADS[column]) for column in columns]
        found = [
            [row[column] for column in columns] for row in await statistics.TABLES[name](by=caller)
        ]
        if form == "csv":
            return download(sheets.separated(head, found), file, "text/csv; charset=utf-8")
        return download(sheets.table(head, found), file)
