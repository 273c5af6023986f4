"""Sessions kept in the database: an id nobody has seen before at every sign-in, and ends that hold.

Litestar's own server-side sessions (2.25) go on using whatever id the browser sends, also one that
somebody planted there before the sign-in, and store one for every anonymous visitor. Here a
session is a row that begins at sign-in; visitors have none.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.settings import Settings
from registry.platform.tables import Session

SEEN_TO = timedelta(minutes=1)
"""A session's last use is written at most this often."""


@dataclass(frozen=True)
class Sessions:
    """Begins, finds and ends sessions under one installation's settings."""

    settings: Settings

    @property
    def cookie_name(self) -> str:
        """`__Host-` where cookies are secure: no sub-domain can plant one (RFC 6265bis)."""
        return "__Host-session" if self.settings.secure_cookies else "session"

    def cookie(self, token: str | None) -> Cookie:
        """The cookie that carries a token, or takes it away."""
        return Cookie(
            key=self.cookie_name,
            value=token or "",
            max_age=self.settings.session_hours * 3600 if token else 0,
            path="/",
            httponly=True,
            secure=self.settings.secure_cookies,
            samesite="lax",
        )

    async def begin(self, account: Any, *, address: str, agent: str) -> str:
        """Start a session for an account; return the token its cookie carries."""
        token, now = secrets.token_urlsafe(32), clock.now()
        await Session(
            id=_hashed(token),
            account=account.id,
            begun_at=now,
            seen_at=now,
            address=address,
            agent=agent[:200],
        ).save()
        return token

    async def account_of(self, token: str) -> Any:
        """The account behind a token, or None when there is no such session, or it has ended."""
        now = clock.now()
        session = await Session.objects(Session.account).get(Session.id == _hashed(token))
        if session is None or not session.account.active or self._over(session, now):
            return None
        if now - session.seen_at >= SEEN_TO:
            await Session.update({Session.seen_at: now}).where(Session.id == session.id)
        return session.account

    async def end(self, token: str) -> None:
        """End a session; ending one that is over changes nothing."""
        async with transaction():
            row = Session.id == _hashed(token)
            ended = await Session.delete().where(row).returning(Session.account)
            if ended:
                await audit.record("session.end", f"account:{ended[0]['account']}")

    def _over(self, session: Session, now: datetime) -> bool:
        idle = timedelta(minutes=self.settings.session_idle_minutes)
        longest = timedelta(hours=self.settings.session_hours)
        return now - session.seen_at > idle or now - session.begun_at > longest


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SessionMiddleware(ASGIMiddleware):
    """Puts the account behind the session cookie into the request, and names the actor for audit.

    Handlers that say `anonymous=True` are left alone: on them not even the cookie is read.
    """

    exclude_opt_key = "anonymous"

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Look the session up, if the request carries one."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        token = connection.cookies.get(self.sessions.cookie_name)
        account = await self.sessions.account_of(token) if token else None
        scope["user"], scope["auth"] = account, token if account else None
        audit.acting.set(
            audit.Actor(
                account.id if account else None,
                account.role if account else "public",
                address_of(connection),
            )
        )
        await next_app(scope, receive, send)


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address a request comes from, as the server saw it; forwarding headers prove nothing."""
    return connection.client.host if connection.client else "-"
