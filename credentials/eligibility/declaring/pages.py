"""Pages on which people declare what the policies ask for and the register does not hold."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from credentials import contributions, declarations, policy
from credentials.contributions import HistoryIn
from credentials.declarations import DeclarationIn
from credentials.eligibility.declared import worded
from credentials.rules.facts import Amount, Fact
from credentials.tables import Declaration
from credentials.words import HELD
from registry.pages import LARGEST_FORM
from registry.platform import clock, documents
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import halfwidth, read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted

Here = NamedDependency[Installation]
HISTORY = "credentials/eligibility/history.html"
DECLARE = "credentials/eligibility/declare.html"


class DeclarationPages(Controller):
    """What the caller declares about themselves."""

    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/declarations", permission=Permission.DECLARATION_WRITE)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """What the caller has declared, and what stands behind each."""
        today = clock.today()
        lines = (await declarations.newest_of([caller.person], today)).get(caller.person, [])
        return page(
            request,
            "credentials/eligibility/declarations.html",
            lines=worded(lines, await declarations.asked(today), today),
        )

    @post("/declarations/withdrawal", permission=Permission.DECLARATION_WRITE)
    async def withdraw(self, request: Visit, caller: Caller) -> Response[Any]:
        """Take a fact back, by declaring nothing about it."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(DeclarationIn, {"fact": given.get("fact", "")})
            await declarations.declare(asked, by=caller, on=clock.today())
            return Redirect("/declarations", status_code=303)

        return await submitted(request, "registry/error.html", act, status=422, detail=None)

    @get("/eligibility/{document:str}/facts/{fact:str}", permission=Permission.DECLARATION_WRITE)
    async def ask(
        self, request: Visit, document: FromPath[str], fact: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Ask for one fact; what was declared before is filled in."""
        context = await _about(document, fact, caller.person)
        return page(request, DECLARE, form=Form(_written(context)), **context)

    @post(
        "/eligibility/{document:str}/facts/{fact:str}",
        permission=Permission.DECLARATION_WRITE,
        request_max_body_size=LARGEST_FORM,
    )
    async def declare(
        self,
        request: Visit,
        document: FromPath[str],
        fact: FromPath[str],
        caller: Caller,
        here: Here,
    ) -> Response[Any]:
        """Put one fact on record as the caller's word."""
        context = await _about(document, fact, caller.person)

        async def act(given: dict[str, Any]) -> Response[Any]:
            file = await uploaded(given.pop("evidence", None), here)
            asked = read(DeclarationIn, {**_in_own_unit(given, context["fact"]), "fact": fact})
            if asked.value is None and asked.since is None:
                raise FieldsInvalid([FieldError("value", "required", N_("请填写此项。"))])
            await declarations.declare(asked, by=caller, on=clock.today(), file=file)
            return Redirect(f"/eligibility/{document}", status_code=303)

        return await submitted(request, DECLARE, act, **context)


class HistoryPages(Controller):
    """A monthly history, declared once for every policy that counts from it."""

    path = "/declarations/histories"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/{history:str}", permission=Permission.DECLARATION_WRITE)
    async def ask(self, request: Visit, history: FromPath[str], caller: Caller) -> Response[Any]:
        """Ask for the months; what was declared before is filled in."""
        context = await _counting(history, caller.person)
        line: Declaration | None = context["line"]
        written = {} if line is None else {"months": contributions.typed(declarations.stored(line))}
        return page(request, HISTORY, form=Form(written), **context)

    @post(
        "/{history:str}",
        permission=Permission.DECLARATION_WRITE,
        request_max_body_size=LARGEST_FORM,
    )
    async def declare(
        self, request: Visit, history: FromPath[str], caller: Caller, here: Here
    ) -> Response[Any]:
        """Put the months on record as the caller's word."""
        context = await _counting(history, caller.person)

        async def act(given: dict[str, Any]) -> Response[Any]:
            file = await uploaded(given.pop("evidence", None), here)
            asked = read(HistoryIn, given)
            await contributions.declare(history, asked, by=caller, on=clock.today(), file=file)
            return Redirect("/declarations", status_code=303)

        return await submitted(request, HISTORY, act, **context)


async def _counting(history: str, person: UUID) -> dict[str, Any]:
    today = clock.today()
    counted = await contributions.asked(history, today)
    lines = (await declarations.newest_of([person], today)).get(person, [])
    return {
        "name": history,
        "title": contributions.TITLES[history],
        "counted": [*counted.values()],
        "line": next((line for line in lines if line.fact == history), None),
    }


async def _about(document: str, name: str, person: UUID) -> dict[str, Any]:
    await policy.history(document)
    today = clock.today()
    rules = (await policy.in_force(document, today)).document
    if name not in rules.facts or name in HELD:
        raise NotFound(N_("没有这一页。"))
    lines = (await declarations.newest_of([person], today)).get(person, [])
    return {
        "rules": rules,
        "name": name,
        "fact": rules.facts[name],
        "line": next((line for line in lines if line.fact == name), None),
        "clauses": [clause for clause in rules.clauses if name in clause.facts_named],
    }


def _written(context: dict[str, Any]) -> dict[str, str]:
    """What was declared before, as it would be typed."""
    line: Declaration | None = context["line"]
    if line is None:
        return {}
    if line.since is not None:
        day = line.since
        return {
            "since-year": str(day.year),
            "since-month": str(day.month),
            "since-day": str(day.day),
        }
    return {"value": _typed(context["fact"], declarations.stored(line))}


def _typed(fact: Fact, value: int | str | bool) -> str:
    if isinstance(fact, Amount) and fact.shown_as is not None and isinstance(value, int):
        return f"{value / fact.shown_as.divide:.10g}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def _in_own_unit(given: dict[str, Any], fact: Fact) -> dict[str, Any]:
    value = given.get("value")
    if not isinstance(value, str):
        return given
    return {**given, "value": declarations.in_own_unit(fact, halfwidth(value))}


async def uploaded(sent: Any, here: Installation) -> Upload | None:
    """The evidence a form brought along, if any.

    Raises:
        FieldsInvalid: it is empty, too large, or of a type not taken.
    """
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    most = here.settings.upload_megabytes
    return documents.admit(sent.filename, await sent.read(), field="evidence", megabytes=most)
