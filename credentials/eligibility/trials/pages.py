"""Pages for officers about many people: a list against a policy, a policy against the register."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import Field

from credentials import policy
from credentials.eligibility import comparison, lists, spreadsheets
from credentials.eligibility.comparison import Change
from credentials.eligibility.lists import Batch
from credentials.eligibility.outline import mark
from credentials.rules.documents import Document
from registry.platform import clock
from registry.platform.fields import Day, Input, halfwidth, read
from registry.platform.i18n import N_, gettext, locale
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account

CHECK = "credentials/eligibility/check.html"
IMPACT = "credentials/eligibility/impact.html"
CSV = "text/csv; charset=utf-8"
LINE_HEAD = (N_("登记号"), N_("姓名"), N_("结论"), N_("已证明"), N_("最多可能"), N_("缺少的证据"))
PERSON_HEAD = (N_("登记号"), N_("姓名"), N_("原来"), N_("以后"))
SAID = {"yes": N_("符合"), "no": N_("不符合"), "unknown": N_("尚不能确定")}


class NumbersIn(Input):
    """Registry numbers as they are pasted, and the grade or route asked about."""

    numbers: str = Field(default="", max_length=20_000)
    grade: str | None = Field(default=None, max_length=60)


class DaysIn(Input):
    """Two days, each standing for the edition in force on it, and the grade or route."""

    before: Day
    after: Day
    grade: str | None = Field(default=None, max_length=60)


class CheckPages(Controller):
    """A list of people against one policy."""

    path = "/checks"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.DETERMINATION_MAKE)
    async def choose(self, request: Visit) -> Response[Any]:
        """Choose a policy."""
        found = await policy.current(clock.today())
        return page(request, "credentials/eligibility/checks.html", editions=found)

    @get("/{document:str}", permission=Permission.DETERMINATION_MAKE)
    async def ask(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Ask for the list."""
        return page(request, CHECK, form=Form(), batch=None, **await _checking(document))

    @post("/{document:str}", permission=Permission.DETERMINATION_MAKE, status_code=200)
    async def check(self, request: Visit, document: FromPath[str], caller: Caller) -> Response[Any]:
        """Answer line by line, below the form."""
        context = await _checking(document)

        async def act(given: dict[str, Any]) -> Response[Any]:
            batch = await _batch(given, document, caller)
            return page(request, CHECK, form=Form(given), batch=batch, **context)

        return await submitted(request, CHECK, act, batch=None, **context)

    @post("/{document:str}/download", permission=Permission.DETERMINATION_MAKE, status_code=200)
    async def file(self, request: Visit, document: FromPath[str], caller: Caller) -> Response[Any]:
        """The same answers as a file."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            batch = await _batch(given, document, caller)
            return _download(f"{document}-{batch.day}.csv", _lines(batch))

        return await submitted(request, CHECK, act, batch=None, **await _checking(document))


async def _checking(document: str) -> dict[str, Any]:
    await policy.history(document)
    rules = (await policy.in_force(document, clock.today())).document
    return {"rules": rules, "mark": mark(rules), "most": lists.LONGEST_LIST}


async def _batch(given: dict[str, Any], document: str, caller: Account) -> Batch:
    asked = read(NumbersIn, given)
    numbers = halfwidth(asked.numbers).replace(",", " ").replace(";", " ").upper().split()
    return await lists.check_list(numbers, document, by=caller, on=clock.today(), grade=asked.grade)


def _lines(batch: Batch) -> bytes:
    facts = batch.edition.document.facts
    return spreadsheets.write(
        [gettext(words) for words in LINE_HEAD],
        [
            [
                line.number,
                (line.person.name or "") if line.person else "",
                gettext(SAID[line.verdict] if line.verdict else N_("登记中没有")),
                line.proven if line.verdict else "",
                line.possible if line.verdict else "",
                "; ".join(getattr(facts[name].text, locale.get()) for name in line.missing),
            ]
            for line in batch.lines
        ],
    )


def _download(name: str, content: bytes) -> Response[bytes]:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(content, media_type=CSV, headers=headers)


class ImpactPages(Controller):
    """A change of policy against the whole register."""

    path = "/impact"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.POLICY_TRY)
    async def choose(self, request: Visit) -> Response[Any]:
        """Choose a document that has more than one edition."""
        found = [await policy.history(each.document.id) for each in await _current()]
        changed = [[edition.document for edition in every] for every in found if len(every) > 1]
        return page(request, "credentials/eligibility/impacts.html", documents=changed)

    @get("/{document:str}", permission=Permission.POLICY_TRY)
    async def ask(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Ask which two editions; the last two are filled in."""
        context = await _trying(document)
        newest, *older = context["editions"]
        before = older[0] if older else newest
        form = Form({"before": str(before.effective_from), "after": str(newest.effective_from)})
        return page(request, IMPACT, form=form, change=None, **context)

    @post("/{document:str}", permission=Permission.POLICY_TRY, status_code=200)
    async def compare(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Say what the change does, below the form."""
        context = await _trying(document)

        async def act(given: dict[str, Any]) -> Response[Any]:
            change = await _change(given, document)
            return page(request, IMPACT, form=Form(given), change=change, **context)

        return await submitted(request, IMPACT, act, change=None, **context)

    @post("/{document:str}/download", permission=Permission.POLICY_TRY, status_code=200)
    async def file(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Those who change sides, as a file."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            change = await _change(given, document)
            days = f"{change.before.document.effective_from}-{change.after.document.effective_from}"
            return _download(f"{document}-{days}.csv", _people(change))

        return await submitted(request, IMPACT, act, change=None, **await _trying(document))


async def _current() -> list[policy.Edition]:
    return await policy.current(clock.today())


async def _trying(document: str) -> dict[str, Any]:
    every: list[Document] = [edition.document for edition in await policy.history(document)]
    return {"rules": every[0], "editions": every}


async def _change(given: dict[str, Any], document: str) -> Change:
    asked = read(DaysIn, given)
    return await comparison.compare(
        document, asked.before, asked.after, on=clock.today(), grade=asked.grade
    )


def _people(change: Change) -> bytes:
    return spreadsheets.write(
        [gettext(words) for words in PERSON_HEAD],
        [
            [person.number, person.name or "", gettext(SAID[was]), gettext(SAID[becomes])]
            for person, was, becomes in change.people
        ],
    )
