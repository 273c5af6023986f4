"""Pages of policies for everybody, and of where one stands for each person themselves."""

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from credentials import declarations, policy
from credentials.eligibility import assessments
from credentials.eligibility.assessments import Assessment
from credentials.eligibility.outline import groups, mark, outline
from credentials.eligibility.outlook import outlook
from credentials.policy import Edition
from credentials.rules import documents
from credentials.rules.editions import NoEditionInForce
from credentials.rules.facts import Fact
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.fields import halfwidth
from registry.platform.i18n import N_
from registry.platform.permissions import Permission
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted

CALCULATOR = "credentials/eligibility/calculator.html"


class PolicyPages(Controller):
    """Policies, for everybody; nothing asked here is stored."""

    path = "/policies"
    opt = {"public": True, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get()
    async def current(self, request: Visit) -> Response[Any]:
        """The documents in force today."""
        found = await policy.current(clock.today())
        return page(request, "credentials/eligibility/policies.html", editions=found)

    @get("/{document:str}")
    async def show(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """One document: its clauses, figures and editions; `?edition=` shows an earlier one."""
        every, today = await policy.history(document), clock.today()
        shown = _edition(every, request.query_params.get("edition", ""))
        if shown is None:
            shown = await policy.in_force(document, today)
        return page(
            request,
            "credentials/eligibility/policy.html",
            rules=shown.document,
            editions=[edition.document for edition in every],
            in_force=await _in_force(document, today),
            digest=documents.digest(shown.document),
            nodes=outline(shown.document) if not shown.document.repealed else (),
        )

    @get("/{document:str}/calculator")
    async def calculator(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Ask for the facts of a document."""
        context = await _calculator(request, document)
        return page(request, CALCULATOR, form=Form(), found=None, **context)

    @post("/{document:str}/calculator", status_code=200)
    async def calculate(self, request: Visit, document: FromPath[str]) -> Response[Any]:
        """Answer for what was typed, below the form that keeps it."""
        context = await _calculator(request, document)
        grade, facts = context["grade"], context["rules"].facts

        async def act(given: dict[str, Any]) -> Response[Any]:
            typed = {name: str(value) for name, value in given.items() if name != "_csrf_token"}
            found = await assessments.calculate(
                document, _in_own_units(facts, typed), on=clock.today(), grade=grade
            )
            told = {**context, **explained(found)}
            return page(request, CALCULATOR, form=Form(typed), **told)

        return await submitted(request, CALCULATOR, act, found=None, **context)


def _edition(every: list[Edition], asked: str) -> Edition | None:
    if not asked:
        return None
    for edition in every:
        if str(edition.document.effective_from) == asked:
            return edition
    raise NotFound(N_("没有这一版本。"))


async def _in_force(document: str, on: date) -> str:
    with contextlib.suppress(NoEditionInForce):
        return (await policy.in_force(document, on)).document.edition
    return ""


async def _calculator(request: Visit, document: str) -> dict[str, Any]:
    await policy.history(document)
    rules = (await policy.in_force(document, clock.today())).document
    grade = assessments.asked(rules, request.query_params.get("grade") or None)
    asked = groups(rules, grade)
    return {
        "rules": rules,
        "grade": grade,
        "groups": asked,
        "labels": {name: fact.text for group in asked for name, fact in group.facts.items()},
        "query": f"?{urlencode({'grade': grade})}" if grade else "",
    }


def _in_own_units(facts: Mapping[str, Fact], typed: dict[str, str]) -> dict[str, str]:
    return {
        name: declarations.in_own_unit(facts[name], halfwidth(text)) if name in facts else text
        for name, text in typed.items()
    }


def explained(found: Assessment) -> dict[str, Any]:
    """What templates show of an assessment."""
    document, answer = found.edition.document, found.answer
    return {
        "found": found,
        "answer": answer,
        "rules": document,
        "grade": answer.grade,
        "nodes": outline(document, answer, answer.grade),
        "mark": mark(document),
        "outlook": outlook(found),
    }


class EligibilityPages(Controller):
    """Where somebody stands, for themselves."""

    path = "/eligibility"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.DECLARATION_WRITE)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """Where the caller stands under every policy in force."""
        found = await assessments.overview(caller.person, by=caller, on=clock.today())
        shown = [explained(each) for each in found]
        return page(request, "credentials/eligibility/overview.html", shown=shown)

    @get("/{document:str}", permission=Permission.DECLARATION_WRITE)
    async def show(self, request: Visit, document: FromPath[str], caller: Caller) -> Response[Any]:
        """Where the caller stands under one policy, and what would change it."""
        await policy.history(document)
        found = await assessments.assess(
            caller.person,
            document,
            by=caller,
            on=clock.today(),
            grade=request.query_params.get("grade") or None,
        )
        return page(request, "credentials/eligibility/standing.html", **explained(found))
