"""What a request that changes something must pass: that our own page, or no page, sent it."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
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
        await next_app(scope, receive, send)
