"""What a request that changes something must pass: our own page, or no page, sent it, as told."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class SameOriginMiddleware(ASGIMiddleware):
    """Refuses requests that change something and were sent by another site's page.

    Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`); programs say
    nothing and carry no cookies of ours by accident. Form pages have a token as well.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let it through, or raise.

        Raises:
            PermissionDeniedException: another site's page sent it.
            HTTPException: 415, the body is not of the type the handler reads.
        """
        if str(scope.get("method")) not in {"GET", "HEAD", "OPTIONS"}:
            headers = ASGIConnection[Any, Any, Any, Any](scope).headers
            site, origin = headers.get("sec-fetch-site"), headers.get("origin")
            if site is not None:
                allowed = site in {"same-origin", "none"}
            else:
                allowed = origin is None or urlsplit(origin).netloc == headers.get("host")
            if not allowed:
                raise PermissionDeniedException
            _mind_the_type(scope, headers.get("content-type", ""))
        await next_app(scope, receive, send)


def _mind_the_type(scope: Scope, sent: str) -> None:
    """Refuse a body of another type than the handler reads; Litestar (2.25) would try to read it.

    A form of another site can send JSON as `text/plain`, without the browser asking us first.
    """
    handler: Any = scope["route_handler"]
    body = getattr(handler, "parsed_data_field", None)
    wanted = getattr(body.kwarg_definition, "media_type", None) if body else None
    if wanted is not None and sent.partition(";")[0].strip().lower() != wanted.value:
        raise HTTPException(status_code=415)
