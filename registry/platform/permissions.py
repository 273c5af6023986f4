"""Who may do what. First gate: this table. Second gate: each use case limits rows to the caller.

A route names its permission in the decorator, `@post(..., permission=Permission.HOURS_RECORD)`,
or says `public=True`. A route that says neither lets nobody in.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class Role(StrEnum):
    """What an account is in the system; one account, one role."""

    APPLICANT = "applicant"
    BASE_CLERK = "base_clerk"
    ASSESSOR = "assessor"
    OFFICER = "officer"
    CHIEF_OFFICER = "chief_officer"
    EMPLOYER = "employer"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


OFFICERS = frozenset({Role.OFFICER, Role.CHIEF_OFFICER})
SECOND_FACTOR = frozenset(Role) - {Role.APPLICANT, Role.EMPLOYER}
"""Roles that sign in with a one-time code as well (ASVS 6.3.3)."""


class Permission(StrEnum):
    """`<resource>:<action>`, alphabetical."""

    APPLICATION_CONFIRM = "application:confirm"
    APPLICATION_DECIDE = "application:decide"
    APPLICATION_READ = "application:read"
    APPLICATION_WRITE = "application:write"
    AUDIT_READ = "audit:read"
    BASE_DECIDE = "base:decide"
    BASE_READ = "base:read"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_READ = "certificate:read"
    CLASS_ATTEND = "class:attend"
    CLASS_HOLD = "class:hold"
    COURSE_DECIDE = "course:decide"
    COURSE_PROPOSE = "course:propose"
    COURSE_READ = "course:read"
    CREDENTIAL_DECIDE = "credential:decide"
    DECLARATION_CONFIRM = "declaration:confirm"
    DECLARATION_WRITE = "declaration:write"
    DETERMINATION_MAKE = "determination:make"
    DETERMINATION_READ = "determination:read"
    ELIGIBILITY_READ = "eligibility:read"
    HOURS_CLOSE = "hours:close"
    HOURS_READ = "hours:read"
    HOURS_RECORD = "hours:record"
    HOURS_REVIEW = "hours:review"
    IDENTITY_REVEAL = "identity:reveal"
    INTEGRITY_HANDLE = "integrity:handle"
    INTEGRITY_OWN = "integrity:own"
    INTEGRITY_SEE = "integrity:see"
    INTEGRITY_VOTE = "integrity:vote"
    POLICY_TRY = "policy:try"
    OBJECTION_ANSWER = "objection:answer"
    PANEL_HOLD = "panel:hold"
    PANEL_SEE = "panel:see"
    PANEL_SIT = "panel:sit"
    MENTOR_REGISTER = "mentor:register"
    PRACTICE_REPORT = "practice:report"
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    ROUND_OPEN = "round:open"
    ROUND_READ = "round:read"
    SESSION_OWN = "session:own"
    STANDING_ASK = "standing:ask"
    STANDING_DECIDE = "standing:decide"
    STANDING_READ = "standing:read"
    SHARE_GIVE = "share:give"
    STATISTICS_READ = "statistics:read"
    VERIFY_LIST = "verify:list"
    WATCH_ASK = "watch:ask"


P = Permission
_EVERYBODY = frozenset({P.INTEGRITY_SEE, P.SESSION_OWN})
_OFFICER = _EVERYBODY | {
    P.APPLICATION_DECIDE,
    P.APPLICATION_READ,
    P.BASE_DECIDE,
    P.BASE_READ,
    P.CERTIFICATE_ISSUE,
    P.CERTIFICATE_READ,
    P.DECLARATION_CONFIRM,
    P.DETERMINATION_MAKE,
    P.DETERMINATION_READ,
    P.ELIGIBILITY_READ,
    P.COURSE_DECIDE,
    P.COURSE_READ,
    P.HOURS_CLOSE,
    P.HOURS_READ,
    P.HOURS_REVIEW,
    P.IDENTITY_REVEAL,
    P.INTEGRITY_HANDLE,
    P.INTEGRITY_VOTE,
    P.OBJECTION_ANSWER,
    P.PANEL_HOLD,
    P.PANEL_SEE,
    P.POLICY_TRY,
    P.MENTOR_REGISTER,
    P.PROFILE_READ,
    P.ROUND_OPEN,
    P.ROUND_READ,
    P.STANDING_DECIDE,
    P.STANDING_READ,
    P.STATISTICS_READ,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.APPLICANT: _EVERYBODY
    | {
        P.APPLICATION_READ,
        P.APPLICATION_WRITE,
        P.CERTIFICATE_READ,
        P.DECLARATION_WRITE,
        P.DETERMINATION_READ,
        P.ELIGIBILITY_READ,
        P.CLASS_ATTEND,
        P.HOURS_READ,
        P.INTEGRITY_OWN,
        P.PRACTICE_REPORT,
        P.PROFILE_READ,
        P.PROFILE_WRITE,
        P.ROUND_READ,
        P.SHARE_GIVE,
        P.STANDING_ASK,
        P.STANDING_READ,
    },
    Role.BASE_CLERK: _EVERYBODY
    | {
        P.BASE_READ,
        P.CLASS_HOLD,
        P.COURSE_PROPOSE,
        P.COURSE_READ,
        P.HOURS_READ,
        P.HOURS_RECORD,
        P.MENTOR_REGISTER,
        P.STATISTICS_READ,
    },
    Role.ASSESSOR: _EVERYBODY | {P.INTEGRITY_VOTE, P.PANEL_SEE, P.PANEL_SIT},
    Role.OFFICER: _OFFICER,
    Role.CHIEF_OFFICER: _OFFICER | {P.CREDENTIAL_DECIDE},
    Role.EMPLOYER: _EVERYBODY | {P.APPLICATION_CONFIRM, P.VERIFY_LIST, P.WATCH_ASK},
    Role.SYSTEM_ADMIN: _EVERYBODY,
    Role.SECURITY_ADMIN: _EVERYBODY,
    Role.AUDIT_ADMIN: _EVERYBODY | {P.AUDIT_READ},
}


class PermissionMiddleware(ASGIMiddleware):
    """The first gate of the whole application, behind which a request knows who sent it.

    A middleware and no guard of Litestar's: that (2.25) copies the handler for every request.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request through to its handler, or raise as `check_permission` does."""
        check_permission(scope.get("user"), scope["route_handler"].opt)
        await next_app(scope, receive, send)


def check_permission(account: Any, route: Mapping[str, Any]) -> None:
    """Let an account, or nobody (None), through to a route with these options.

    Raises:
        NotAuthorizedException: nobody is signed in.
        PermissionDeniedException: the route declares nothing, or the account's role lacks it.
    """
    if route.get("public"):
        return
    if account is None:
        raise NotAuthorizedException
    needed = route.get("permission")
    if needed is None or needed not in GRANTS[Role(account.role)]:
        raise PermissionDeniedException
