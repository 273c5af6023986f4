"""The web side of the common tools: how a handler answers with a page, a form, or an error.

The API answers errors with problem documents, pages with a page; which of the two is declared on
the handler (`page=True`), or asked for by a browser that got lost.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.response import Redirect, Template
from litestar.utils.scope.state import ScopeState

from registry.platform import i18n
from registry.platform.errors import NotFound, Refusal
from registry.platform.fields import chosen
from registry.platform.headers import LANGUAGE_COOKIE
from registry.platform.problems import problem_of, say, status_of
from registry.platform.settings import Settings
from registry.platform.templates import Form

ONE_YEAR = 365 * 24 * 3600

Visit = Request[Any, Any, Any]
"""A request, whoever makes it."""

log = logging.getLogger("registry")


def answer_error(request: Visit, error: Exception) -> Response[Any]:
    """Answer any exception, as a page or as a problem document."""
    problem = problem_of(error)
    if problem.status >= 500:
        log.exception("unexpected error at %s", request.scope["path"], exc_info=error)
    headers = {"cache-control": "no-store"}
    if "retry_after" in problem.facts:
        headers["retry-after"] = str(problem.facts["retry_after"])
    if not _wants_page(request):
        return Response(
            problem,
            status_code=problem.status,
            media_type="application/problem+json",
            headers=headers,
        )
    if isinstance(error, NotAuthorizedException):
        return Redirect(f"/sign-in?next={request.scope['path']}")
    return page(
        request,
        "registry/error.html",
        code=problem.status,
        headers=headers,
        status=problem.status,
        detail=problem.detail if isinstance(error, Refusal) else None,
        problems=[field["message"] for field in problem.errors],
    )


def _wants_page(request: Visit) -> bool:
    handler = request.scope.get("route_handler")
    if handler is not None and "page" in handler.opt:
        return bool(handler.opt["page"])
    path = request.scope["path"]
    return not path.startswith("/api") and "text/html" in request.headers.get("accept", "")


def page(
    request: Visit,
    template: str,
    *,
    code: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[Any]:
    """Answer with a page, in the language and with the chrome every page has."""
    settings: Settings = request.app.state.here.settings
    account = request.scope.get("user")
    cookies = []
    if request.query_params.get("lang") in i18n.LOCALES:
        cookies.append(
            Cookie(
                key=LANGUAGE_COOKIE,
                value=i18n.locale.get(),
                max_age=ONE_YEAR,
                path="/",
                httponly=True,
                secure=settings.secure_cookies,
                samesite="lax",
            )
        )
    return Template(
        template,
        status_code=code,
        headers={"cache-control": "no-store", **(headers or {})},
        cookies=cookies,
        context={
            "locale": i18n.locale.get(),
            "path": request.scope["path"],
            "account": account,
            "anonymous": "user" not in request.scope,
            "csrf_token": _csrf_token(request),
            "demo": settings.demo,
            "nav": request.app.state.navigation(account, request.scope["path"]),
            **context,
        },
    )


def _csrf_token(request: Visit) -> str:
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else ""


def form_again(typed: Mapping[str, Any], refusal: Refusal) -> Form:
    """The form as it was typed, with the words of a refusal beside its fields."""
    locale = i18n.locale.get()
    errors = {error.field: say(error.message, error.facts, locale) for error in refusal.errors}
    if not errors:
        errors = {"": say(refusal.message, refusal.facts, locale)}
    return Form({name: value for name, value in typed.items() if isinstance(value, str)}, errors)


async def submitted(
    request: Visit,
    template: str,
    act: Callable[[dict[str, Any]], Awaitable[Response[Any]]],
    **context: Any,
) -> Response[Any]:
    """Act on a submitted form; when that is refused, show the form again as it was typed.

    Nothing has changed then, and nothing typed is lost. What is not there stays not found.
    """
    given = await typed(request)
    try:
        return await act(given)
    except NotFound:
        raise
    except Refusal as refusal:
        form = form_again(given, refusal)
        return page(request, template, code=status_of(refusal), form=form, **context)


Acts = Mapping[str, Callable[[dict[str, Any]], Awaitable[Any]]]
"""What the forms of a page can ask for, by the value of their field `act`."""


async def acted(
    request: Visit, template: str, acts: Acts, to: str, **context: Any
) -> Response[Any]:
    """Do what a form's field `act` names, then show `to`; refused, the page again with `asked`."""
    asked = str((await typed(request)).get("act", ""))

    async def act(given: dict[str, Any]) -> Response[Any]:
        given.pop("_csrf_token", None)
        await acts[chosen(given, "act", acts)](given)
        return Redirect(to, status_code=303)

    return await submitted(request, template, act, asked=asked, **context)


async def provide_caller(request: Visit) -> Any:
    """Whoever is signed in; handlers that are not public always have one."""
    return request.scope["user"]


Caller = NamedDependency[Any]
"""Type of the argument `caller`, with which a handler asks who is signed in."""


async def typed(request: Visit) -> dict[str, Any]:
    """What a form sent: one value a name, uploads as Litestar's UploadFile."""
    return dict((await request.form()).items())
