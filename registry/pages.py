"""Pages of the registry package: the start page, signing in, and one's own profile."""

import json
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry import accounts, people, profile
from registry.accounts import IDENTITY_CONSENT, Registration
from registry.people import IdentityIn
from registry.platform import clock, documents
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import read
from registry.platform.headers import api_reference_policy
from registry.platform.i18n import N_, gettext
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS, Permission, Role
from registry.platform.templates import INLINE_SCRIPT_HASH, Form
from registry.platform.web import Caller, Visit, page, submitted
from registry.routes import begin_session, end_session
from registry.schemas import SignIn
from registry.tables import Account

Here = NamedDependency[Installation]
LARGEST_FORM = 52_000_000
"""Bytes a form with a file may carry; the setting `upload_megabytes` decides what is taken in."""
START = {
    Role.BASE_CLERK: "/ledger",
    Role.APPLICANT: "/applications",
    Role.EMPLOYER: "/employer",
}
"""Where somebody arrives after signing in; officers at their queue, others at the start page."""


class PublicPages(Controller):
    """Pages for everybody."""

    opt = {"public": True, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/")
    async def home(self, request: Visit) -> Response[Any]:
        """The start page."""
        return page(request, "registry/home.html")

    @get("/sign-in")
    async def door(self, request: Visit, here: Here) -> Response[Any]:
        """Ask for login and password."""
        return page(request, "registry/sign_in.html", form=Form(), **_demonstration(here))

    @post("/sign-in")
    async def sign_in(self, request: Visit, here: Here) -> Response[Any]:
        """Sign in, and go where the visitor was going."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            given = {name: value for name, value in given.items() if name != "next"}
            account, token = await begin_session(read(SignIn, given), request, here)
            onward = request.query_params.get("next", "")
            return Redirect(
                _own_address(onward) or _start(account),
                status_code=303,
                cookies=[here.sessions.cookie(token)],
            )

        return await submitted(request, "registry/sign_in.html", act, **_demonstration(here))

    @post("/sign-out")
    async def sign_out(self, request: Visit, here: Here) -> Response[Any]:
        """Sign out."""
        await end_session(request, here)
        return Redirect("/", status_code=303, cookies=[here.sessions.cookie(None)])

    @get("/register")
    async def register_form(self, request: Visit) -> Response[Any]:
        """Ask for what opens an account."""
        return page(request, "registry/register.html", form=Form(), **_consent())

    @post("/register")
    async def register(self, request: Visit, here: Here) -> Response[Any]:
        """Open an account, and sign in."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(Registration, {"consent": False, **given})
            await accounts.register(asked, here.passwords)
            door = SignIn.model_validate({"login": asked.login, "password": asked.password})
            _, token = await begin_session(door, request, here)
            cookie = here.sessions.cookie(token)
            return Redirect("/profile", status_code=303, cookies=[cookie])

        return await submitted(request, "registry/register.html", act, **_consent())

    @get("/api")
    async def api_reference(self, request: Visit) -> Response[Any]:
        """The API, described; from our own files."""
        policy = api_reference_policy(f"'{INLINE_SCRIPT_HASH}'")
        headers = {"content-security-policy": policy}
        return page(request, "registry/api.html", headers=headers)


def _consent() -> dict[str, Any]:
    return {"consent": gettext(IDENTITY_CONSENT)}


def _own_address(onward: str) -> str:
    """An address to go on to, only if it is one of ours."""
    parts = urlsplit(onward)
    ours = onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if ours and not parts.scheme and not parts.netloc else ""


def _start(account: Account) -> str:
    if account.role in OFFICERS:
        return "/queue"
    return START.get(Role(account.role), "/")


def _demonstration(here: Installation) -> dict[str, Any]:
    """The accounts anybody may try; only a demonstration has such a file, and says so."""
    if not here.settings.demo:
        return {}
    made = json.loads((here.settings.data / "demonstration.json").read_text())
    shown = [
        {
            "role": account["role"],
            "login": account["login"],
            "password": account["password"],
            "code": accounts.code_now(account.get("totp_secret")),
        }
        for account in made.get("accounts", [])
    ]
    return {"demo_accounts": shown}


class ProfilePages(Controller):
    """One's own identity and profile."""

    path = "/profile"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.PROFILE_WRITE)
    async def show(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """The parts of the profile, and which are there."""
        person = await people.find(caller.person, by=caller)
        counts = {kind: len(rows) for kind, rows in (await profile.whole(person.id)).items()}
        return page(
            request,
            "registry/profile.html",
            person=person,
            identity_masked=people.masked_identity(person, here.vault),
            counts=counts,
        )

    @get("/identity", permission=Permission.PROFILE_WRITE)
    async def identity(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Ask who somebody is, or show what is on record."""
        context = await self._identity(caller, here)
        return page(request, "registry/identity.html", form=Form(), **context)

    @post("/identity", permission=Permission.PROFILE_WRITE)
    async def record_identity(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Put an identity on record."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await people.record_identity(
                read(IdentityIn, given), by=caller, on=clock.today(), vault=here.vault
            )
            return Redirect("/profile", status_code=303)

        context = await self._identity(caller, here)
        return await submitted(request, "registry/identity.html", act, **context)

    async def _identity(self, caller: Account, here: Installation) -> dict[str, Any]:
        person = await people.find(caller.person, by=caller)
        return {
            "person": person,
            "identity_masked": people.masked_identity(person, here.vault),
        }

    @get("/{kind:str}", permission=Permission.PROFILE_WRITE)
    async def part(self, request: Visit, kind: FromPath[str], caller: Caller) -> Response[Any]:
        """The entries of one part, and a form for another."""
        template, context = await _part(kind, caller)
        return page(request, template, form=Form(), **context)

    @post("/{kind:str}", permission=Permission.PROFILE_WRITE, request_max_body_size=LARGEST_FORM)
    async def add(
        self, request: Visit, kind: FromPath[str], caller: Caller, here: Here
    ) -> Response[Any]:
        """Add an entry, with its evidence if there is a file."""
        template, context = await _part(kind, caller)
        act = partial(_add, kind=kind, by=caller, on=clock.today(), here=here)
        return await submitted(request, template, act, **context)

    @post("/{kind:str}/{entry:uuid}/withdrawal", permission=Permission.PROFILE_WRITE)
    async def withdraw(
        self, kind: FromPath[str], entry: FromPath[UUID], caller: Caller
    ) -> Response[Any]:
        """Take an entry out."""
        if kind not in profile.KINDS:
            raise NotFound(N_("没有这一页。"))
        await profile.withdraw(kind, entry, by=caller)
        return Redirect(f"/profile/{kind}", status_code=303)


async def _part(kind: str, caller: Account) -> tuple[str, dict[str, Any]]:
    if kind not in profile.KINDS:
        raise NotFound(N_("没有这一页。"))
    entries = await profile.entries(kind, caller.person)
    return f"registry/{kind}.html", {"kind": kind, "entries": entries}


async def _add(
    given: dict[str, Any], *, kind: str, by: Account, on: date, here: Installation
) -> Response[Any]:
    sent = given.pop("evidence", None)
    asked, file = None, None
    faults: list[FieldError] = []
    try:
        asked = read(profile.KINDS[kind][1], given)
    except FieldsInvalid as refusal:
        faults += refusal.errors
    try:
        file = await uploaded(sent, "evidence", here)
    except FieldsInvalid as refusal:
        faults += refusal.errors
    if asked is None or faults:
        raise FieldsInvalid(faults)
    await profile.add(kind, asked, by=by, on=on, file=file)
    return Redirect(f"/profile/{kind}", status_code=303)


async def uploaded(sent: Any, field: str, here: Installation) -> Upload | None:
    """A file somebody chose in a form, let in; None where they chose none.

    Raises:
        FieldsInvalid: it is not taken.
    """
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    most = here.settings.upload_megabytes
    return documents.admit(sent.filename, await sent.read(), field=field, megabytes=most)
