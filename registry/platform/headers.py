"""What holds for every request: its language, the security headers, and a HEAD for every GET.

The wrapping is plain ASGI around the whole application, so that 404s, 500s and static files are
no exception. Litestar's own hooks would miss errors, and cost a thread when they are not async.
"""

from collections.abc import Callable
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.types import Message, Send

from registry.platform import i18n

LANGUAGE_COOKIE = "lang"
TWO_YEARS = 2 * 365 * 24 * 3600


def content_policy(script_hashes: str = "") -> str:
    """The content-security policy of our own pages."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {script_hashes}".strip(),
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def api_reference_policy(script_hashes: str = "") -> str:
    """For the API reference only: Swagger UI writes inline styles and images of its own."""
    return (
        f"default-src 'none'; script-src 'self' {script_hashes}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    )


def security_headers(policy: str, *, secure: bool) -> list[tuple[bytes, bytes]]:
    """The headers of the design, in the form ASGI sends them."""
    named = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if secure:
        named["strict-transport-security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in named.items()]


class Site(Litestar):
    """The application with its headers on."""

    headers: list[tuple[bytes, bytes]]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request: in its language, HEAD as GET without a body, with the headers."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        i18n.locale.set(_language_of(scope))
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"
        await super().__call__(scope, receive, self._with_headers(send, head))

    def _with_headers(self, send: Send, head: bool) -> Callable[[Message], Any]:
        def wrapped(message: Message) -> Any:  # no coroutine of its own: it hands on the server's
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                added = [pair for pair in self.headers if pair[0] not in given]
                message["headers"] = [*message["headers"], *added]
            elif head and message["type"] == "http.response.body":
                message["body"] = b""
            return send(message)

        return wrapped


def _language_of(scope: Any) -> i18n.Locale:
    """The language of a request. Programs say nothing of it, and for them nothing is parsed."""
    said = dict(scope["headers"])
    if not scope["query_string"] and b"cookie" not in said and b"accept-language" not in said:
        return i18n.DEFAULT
    asked: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    return i18n.choose_locale(
        asked.query_params.get("lang"),
        asked.cookies.get(LANGUAGE_COOKIE),
        asked.headers.get("accept-language"),
    )
