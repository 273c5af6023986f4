"""Whose address counts behind a reverse proxy: what the proxy says, if it is one of ours."""

from typing import Any

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class ProxyMiddleware(ASGIMiddleware):
    """Reads `X-Forwarded-For` and `X-Forwarded-Proto` from trusted proxies, and from nobody else.

    Without it everybody behind the proxy would have its address, in the audit trail and for the
    limits of public look-ups.
    """

    def __init__(self, trusted: tuple[str, ...]) -> None:
        async def leave(scope: Any, receive: Any, send: Any) -> None:
            """End here: the wrapper has corrected the scope, which is all that is wanted of it."""

        self._correct = wrap_asgi_with_proxy_headers(leave, list(trusted))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the visitor's own address into the scope."""
        await self._correct(scope, receive, send)
        await next_app(scope, receive, send)
