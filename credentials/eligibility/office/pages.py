"""Pages for officers about one person: their answers, declarations and determinations."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from credentials import declarations, determinations, policy
from credentials.declarations import ConfirmationIn as SeenIn
from credentials.determinations import ConfirmationIn
from credentials.eligibility import assessments
from credentials.eligibility.declared import worded
from credentials.eligibility.outline import mark, outline
from credentials.eligibility.outlook import standing
from credentials.eligibility.pages import explained
from credentials.rules.evaluator import Verdict
from credentials.tables import Declaration
from credentials.words import Basis
from registry import accounts, people
from registry.platform import clock
from registry.platform.fields import Input, Plain, read
from registry.platform.permissions import GRANTS, Permission, Role
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.tables import Account, Person

PEOPLE = "credentials/eligibility/people.html"
PERSON = "credentials/eligibility/person.html"
STANDING = "credentials/eligibility/standing_of.html"
DETERMINATION = "credentials/eligibility/determination.html"
DECLARATION = "credentials/eligibility/declaration.html"


class NumberIn(Input):
    """Which person an officer looks for."""

    number: Plain


class PersonPages(Controller):
    """One person's answers, for officers."""

    path = "/people"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.DETERMINATION_MAKE)
    async def ask(self, request: Visit) -> Response[Any]:
        """Ask for a registry number."""
        return page(request, PEOPLE, form=Form())

    @post(permission=Permission.DETERMINATION_MAKE)
    async def find(self, request: Visit, caller: Caller) -> Response[Any]:
        """Lead to the person with that number."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            found = await people.by_number(read(NumberIn, given).number, by=caller)
            return Redirect(f"/people/{found.id}/eligibility", status_code=303)

        return await submitted(request, PEOPLE, act)

    @get("/{person:uuid}/eligibility", permission=Permission.DETERMINATION_MAKE)
    async def show(self, request: Visit, person: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Where one person stands under every policy, and what waits to be confirmed."""
        today = clock.today()
        found = await assessments.overview(person, by=caller, on=today)
        lines = await declarations.waiting(person, today)
        made = await determinations.of_person(person, by=caller)
        return page(
            request,
            PERSON,
            person=await people.find(person, by=caller),
            shown=[explained(each) for each in found],
            lines=worded(lines, await declarations.asked(today), today),
            made=[(row, determinations.answer_of(row)) for row in made],
            titles={each.edition.document.id: each.edition.document.title for each in found},
        )

    @get("/{person:uuid}/eligibility/{document:str}", permission=Permission.DETERMINATION_MAKE)
    async def answer(
        self, request: Visit, person: FromPath[UUID], document: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Where one person stands under one policy."""
        context = await _standing(request, person, document, caller)
        return page(request, STANDING, form=Form(), **context)

    @post("/{person:uuid}/eligibility/{document:str}", permission=Permission.DETERMINATION_MAKE)
    async def determine(
        self, request: Visit, person: FromPath[UUID], document: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Make a determination of what the page shows."""
        context = await _standing(request, person, document, caller)

        async def act(_: dict[str, Any]) -> Response[Any]:
            kept, _answer = await determinations.propose(
                person, document, by=caller, on=clock.today(), grade=context["grade"]
            )
            return Redirect(f"/determinations/{kept.id}", status_code=303)

        return await submitted(request, STANDING, act, **context)


async def _standing(request: Visit, person: UUID, document: str, caller: Account) -> dict[str, Any]:
    await policy.history(document)
    grade = request.query_params.get("grade") or None
    found = await assessments.assess(person, document, by=caller, on=clock.today(), grade=grade)
    return {"person": await people.find(person, by=caller), **explained(found)}


class DeterminationPages(Controller):
    """What was determined, and who stands behind it."""

    path = "/determinations"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/{determination:uuid}", permission=Permission.DETERMINATION_READ)
    async def show(
        self, request: Visit, determination: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """What was kept, whether it replays, and who confirmed it."""
        return page(request, DETERMINATION, form=Form(), **await _kept(determination, caller))

    @post("/{determination:uuid}", permission=Permission.DETERMINATION_MAKE)
    async def confirm(
        self, request: Visit, determination: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Confirm it, by name."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await determinations.confirm(determination, read(ConfirmationIn, given), by=caller)
            return Redirect(f"/determinations/{determination}", status_code=303)

        return await submitted(request, DETERMINATION, act, **await _kept(determination, caller))


async def _kept(determination: UUID, caller: Account) -> dict[str, Any]:
    kept = await determinations.find(determination, by=caller)
    edition = await policy.edition(kept.edition)
    document, answer = edition.document, determinations.answer_of(kept)
    confirmed = await determinations.confirmation_of(kept)
    return {
        "kept": kept,
        "person": await people.find(kept.person, by=caller),
        "rules": document,
        "answer": answer,
        "grade": kept.grade,
        "nodes": outline(document, answer, kept.grade),
        "mark": mark(document),
        "standing": standing(document, answer),
        "replays": await determinations.replay(kept),
        "confirmed": confirmed,
        "confirmed_by": await accounts.name_of(confirmed.confirmed_by) if confirmed else "",
        "may_confirm": (
            confirmed is None
            and kept.verdict != Verdict.UNKNOWN
            and Permission.DETERMINATION_MAKE in GRANTS[Role(caller.role)]
        ),
    }


class DeclarationDeskPages(Controller):
    """What people declared, for an officer to look at."""

    path = "/declarations"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/{declaration:uuid}", permission=Permission.DECLARATION_CONFIRM)
    async def show(
        self, request: Visit, declaration: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """One declared fact and the evidence behind it."""
        return page(request, DECLARATION, form=Form(), **await _line(declaration, caller))

    @post("/{declaration:uuid}", permission=Permission.DECLARATION_CONFIRM)
    async def confirm(
        self, request: Visit, declaration: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Note what was seen behind it."""
        context = await _line(declaration, caller)

        async def act(given: dict[str, Any]) -> Response[Any]:
            await declarations.confirm(
                declaration, read(SeenIn, given), by=caller, on=clock.today()
            )
            return Redirect(f"/people/{context['person'].id}/eligibility", status_code=303)

        return await submitted(request, DECLARATION, act, **context)


async def _line(declaration: UUID, caller: Account) -> dict[str, Any]:
    line: Declaration = await declarations.find(declaration, by=caller)
    person: Person = await people.find(line.person, by=caller)
    today = clock.today()
    waiting = {each.id for each in await declarations.waiting(person.id, today)}
    (told,) = worded([line], await declarations.asked(today), today)
    return {
        "told": told,
        "person": person,
        "waits": line.id in waiting,
        "bases": [Basis.RECORD, Basis.DOCUMENT],
    }
