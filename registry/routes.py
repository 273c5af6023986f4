"""HTTP of the registry package: accounts, sessions, identity and profile, operations."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, JSONBody

from registry import accounts, people, profile
from registry.accounts import Registration
from registry.people import IdentityIn
from registry.platform import audit, clock, documents, migrations
from registry.platform.db import UNREACHABLE, rows, transaction
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.sessions import address_of
from registry.platform.web import Caller, Visit
from registry.profile import ContractIn, EducationIn, EmploymentIn, TitleIn
from registry.schemas import (
    AccountOut,
    CreatedOut,
    PersonOut,
    ProfileOut,
    RevealIn,
    RevealOut,
    SignIn,
)
from registry.tables import Account

Here = NamedDependency[Installation]


class SessionController(Controller):
    """The caller's own session, and opening an account."""

    path = "/api"
    tags = ("session",)

    @post("/accounts", public=True, responses=problems(400, 409), security=[])
    async def register(self, data: JSONBody[Registration], here: Here) -> AccountOut:
        """Open an account for yourself."""
        return AccountOut.of(await accounts.register(data, here.passwords))

    @post("/session", public=True, responses=problems(400, 403, 429), security=[])
    async def sign_in(
        self, data: JSONBody[SignIn], request: Visit, here: Here
    ) -> Response[AccountOut]:
        """Sign in; the answer sets the session cookie."""
        account, token = await begin_session(data, request, here)
        return Response(AccountOut.of(account), cookies=[here.sessions.cookie(token)])

    @get("/session", permission=Permission.SESSION_OWN, responses=problems(401))
    async def show(self, caller: Caller) -> AccountOut:
        """Say who is signed in."""
        return AccountOut.of(caller)

    @delete("/session", public=True, security=[], status_code=204)
    async def sign_out(self, request: Visit, here: Here) -> Response[None]:
        """Sign out; signing out twice is no error."""
        await end_session(request, here)
        return Response(
            None,
            cookies=[here.sessions.cookie(None)],
            headers={"clear-site-data": '"cache", "cookies", "storage"'},
        )


async def begin_session(asked: SignIn, request: Visit, here: Installation) -> tuple[Account, str]:
    """Sign in and begin a session; return the account and the session's token."""
    address = address_of(request)
    account = await accounts.sign_in(
        asked.login,
        asked.password.get_secret_value(),
        asked.code,
        address=address,
        settings=here.settings,
        passwords=here.passwords,
        vault=here.vault,
    )
    await end_session(request, here)
    agent = request.headers.get("user-agent", "")
    return account, await here.sessions.begin(account, address=address, agent=agent)


async def end_session(request: Visit, here: Installation) -> None:
    """End the session a request carries, if it carries one."""
    token = request.cookies.get(here.sessions.cookie_name)
    if token:
        await here.sessions.end(token)


class ProfileController(Controller):
    """The caller's own identity and profile."""

    path = "/api/profile"
    tags = ("profile",)

    @get(permission=Permission.PROFILE_WRITE, responses=problems(401, 403))
    async def show(self, caller: Caller, here: Here) -> ProfileOut:
        """Everything you have entered about yourself."""
        return await whole_profile(caller.person, caller, here)

    @put("/identity", permission=Permission.PROFILE_WRITE, responses=problems(400, 409, 422))
    async def identity(self, data: JSONBody[IdentityIn], caller: Caller, here: Here) -> PersonOut:
        """Put your identity on record, once."""
        person = await people.record_identity(data, by=caller, on=clock.today(), vault=here.vault)
        return PersonOut.of(person, people.masked_identity(person, here.vault))

    @post("/education", permission=Permission.PROFILE_WRITE, responses=problems(400, 422))
    async def education(self, data: JSONBody[EducationIn], caller: Caller) -> CreatedOut:
        """Add a degree."""
        return CreatedOut(id=await profile.add("education", data, by=caller, on=clock.today()))

    @post("/employment", permission=Permission.PROFILE_WRITE, responses=problems(400, 422))
    async def employment(self, data: JSONBody[EmploymentIn], caller: Caller) -> CreatedOut:
        """Add a post."""
        return CreatedOut(id=await profile.add("employment", data, by=caller, on=clock.today()))

    @post("/titles", permission=Permission.PROFILE_WRITE, responses=problems(400, 422))
    async def titles(self, data: JSONBody[TitleIn], caller: Caller) -> CreatedOut:
        """Add a professional title."""
        return CreatedOut(id=await profile.add("titles", data, by=caller, on=clock.today()))

    @post("/contracts", permission=Permission.PROFILE_WRITE, responses=problems(400, 409, 422))
    async def contracts(self, data: JSONBody[ContractIn], caller: Caller) -> CreatedOut:
        """Add a technology contract."""
        return CreatedOut(id=await profile.add("contracts", data, by=caller, on=clock.today()))

    @delete(
        "/{kind:str}/{entry:uuid}",
        permission=Permission.PROFILE_WRITE,
        responses=problems(404),
        status_code=204,
    )
    async def withdraw(self, kind: FromPath[str], entry: FromPath[UUID], caller: Caller) -> None:
        """Take an entry out of your profile."""
        await profile.withdraw(kind, entry, by=caller)


async def whole_profile(person: UUID, caller: Account, here: Installation) -> ProfileOut:
    """A person's whole profile, as the caller may see it."""
    row = await people.find(person, by=caller)
    masked = people.masked_identity(row, here.vault)
    parts = await profile.whole(row.id)
    return ProfileOut.model_validate(
        {"person": PersonOut.of(row, masked), **parts}, from_attributes=True
    )


class PersonController(Controller):
    """People, as officers see them; every look is on record."""

    path = "/api/people/{person:uuid}"
    tags = ("people",)

    @get(permission=Permission.IDENTITY_REVEAL, responses=problems(401, 403, 404))
    async def show(self, person: FromPath[UUID], caller: Caller, here: Here) -> ProfileOut:
        """Show a person's profile."""
        async with transaction():
            found = await whole_profile(person, caller, here)
            await audit.record("person.read", f"person:{person}")
        return found

    @post(
        "/identity-number",
        permission=Permission.IDENTITY_REVEAL,
        responses=problems(400, 404),
        status_code=200,
    )
    async def reveal(
        self, person: FromPath[UUID], data: JSONBody[RevealIn], caller: Caller, here: Here
    ) -> RevealOut:
        """Show the whole identity number, for a reason that stays on record."""
        number = await people.reveal_identity(
            person, reason=data.reason, by=caller, vault=here.vault
        )
        return RevealOut(number=number)


class DocumentController(Controller):
    """Evidence files."""

    path = "/api/documents"
    tags = ("documents",)

    @post(
        permission=Permission.PROFILE_WRITE,
        responses=problems(400, 413, 422),
        request_max_body_size=60_000_000,
    )
    async def upload(
        self,
        data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)],
        caller: Caller,
        here: Here,
    ) -> CreatedOut:
        """Upload a file as evidence: PDF, PNG or JPEG."""
        admitted = documents.admit(
            data.filename,
            await data.read(),
            field="file",
            megabytes=here.settings.upload_megabytes,
        )
        return CreatedOut(id=await profile.keep(admitted, by=caller))

    @get("/{document:uuid}", permission=Permission.PROFILE_READ, responses=problems(404))
    async def show(self, document: FromPath[UUID], caller: Caller) -> Response[bytes]:
        """Download a file."""
        file = await profile.document(document, by=caller)
        return Response(
            file.content,
            media_type=file.media_type,
            headers={
                "content-disposition": f'attachment; filename="{document}"',
                "content-security-policy": "sandbox; default-src 'none'",
                "cache-control": "no-store",
            },
        )


@get("/health", public=True, anonymous=True, security=[], tags=["operations"])
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get(
    "/ready",
    public=True,
    anonymous=True,
    security=[],
    tags=["operations"],
    responses=problems(503),
)
async def ready() -> Response[dict[str, str]]:
    """The process can do its work: the database answers and its schema is this version's."""
    try:
        await rows("SELECT 1 AS one")
        behind = await migrations.pending()
    except UNREACHABLE:
        return Response({"status": "database-unreachable"}, status_code=503)
    if behind:
        return Response({"status": "migrations-pending"}, status_code=503)
    return Response({"status": "ready"})
