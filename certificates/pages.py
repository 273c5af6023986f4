"""Pages of the certificates package: checking for anybody, one's own, and issuing."""

from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from certificates import (
    checking,
    history,
    holdings,
    issuing,
    keys,
    recognition,
    rosters,
    statements,
    uploads,
)
from certificates.answers import Answer
from certificates.checking import CodeIn, NumberAndName
from certificates.routes import LARGEST_UPLOAD, PUBLIC, pdf, status_code
from credentials.tables import Credential
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.fields import read
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.sessions import address_of
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted, typed

Here = NamedDependency[Installation]
VERIFY = "certificates/verify.html"
LIST = "certificates/list.html"


class VerificationPages(Controller):
    """Public checks. They read no cookie and set none."""

    opt = {**PUBLIC, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/verify")
    async def ask(self, request: Visit) -> Response[Any]:
        """Ask for number and name, or a file."""
        return page(request, VERIFY, form=Form())

    @post("/verify")
    async def by_number(self, request: Visit, here: Here) -> Response[Any]:
        """Answer for number and name."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await here.by_name.count(address_of(request))
            asked = read(NumberAndName, given)
            answer = await checking.by_number(asked, clock.now())
            return _result(request, answer, "number", asked.model_dump())

        return await submitted(request, VERIFY, act)

    @post("/verify/code")
    async def typed_code(self, request: Visit, here: Here) -> Response[Any]:
        """Lead from a code as it is typed to the address that its QR code holds."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            here.by_code.count(address_of(request))
            asked = read(CodeIn, given)
            history.refuse_what_is_to_come(clock.today(), day=asked.day)
            # What is on no record has the answer of a certificate that is on none.
            statement = await recognition.is_code(asked.code, clock.now())
            address = f"/{'s' if statement else 'v'}/{quote(asked.code, safe='')}"
            if asked.day and not statement:  # a statement has no standing that changes
                address += f"/on/{asked.day}"
            return Redirect(address, status_code=303)

        return await submitted(request, VERIFY, act)

    @get("/verify/file")
    async def back_to_the_question(self) -> Redirect:
        """An answer for a file has no address of its own; whoever opens this asks again."""
        return Redirect("/verify")

    @post("/verify/file", request_max_body_size=LARGEST_UPLOAD)
    async def by_file(self, request: Visit, here: Here) -> Response[Any]:
        """Answer for an uploaded PDF."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await here.by_name.count(address_of(request))
            content = await uploads.uploaded(given.get("file"))
            answer = await checking.by_file(content, clock.now(), here.settings)
            return _result(request, answer, "file")

        return await submitted(request, VERIFY, act)

    @get(["/v/{code:str}", "/V/{code:str}"])
    async def by_code(self, request: Visit, code: FromPath[str], here: Here) -> Response[Any]:
        """Answer for the code of a QR code, which is written in capitals."""
        here.by_code.count(address_of(request))
        return _result(request, await checking.by_code(code, clock.now()), "code", {"code": code})

    @get("/v/{code:str}/on/{day:date}")
    async def by_code_on(
        self, request: Visit, code: FromPath[str], day: FromPath[date], here: Here
    ) -> Response[Any]:
        """Answer for a code how the certificate stood on a day in the past."""
        here.by_code.count(address_of(request))
        answer = await history.by_code_on(code, day, clock.now())
        return page(request, "certificates/past.html", code=status_code(answer), answer=answer)

    @get(["/s/{code:str}", "/S/{code:str}"])
    async def statement(self, request: Visit, code: FromPath[str], here: Here) -> Response[Any]:
        """Answer for the code of a statement's QR code, which is written in capitals."""
        here.by_code.count(address_of(request))
        answer = await recognition.by_code(code, clock.now())
        return _result(request, answer, "code", statement=True)


def _result(
    request: Visit,
    answer: Answer,
    by: str,
    asked: dict[str, str] | None = None,
    *,
    statement: bool = False,
) -> Response[Any]:
    statement = statement or recognition.is_number(answer.number)
    template = "certificates/statement.html" if statement else "certificates/result.html"
    asked = asked if answer.certificate else None
    return page(request, template, code=status_code(answer), answer=answer, by=by, asked=asked)


class StatementPages(Controller):
    """Statements, made for a person or an officer when they ask for them."""

    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/determinations/{determination:uuid}/statement", permission=Permission.DETERMINATION_READ)
    async def of_determination(
        self, determination: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """The signed PDF of a confirmed determination."""
        made = await statements.state_determination(
            determination, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))

    @get("/hours/statement", permission=Permission.HOURS_READ)
    async def of_hours(
        self, caller: Caller, here: Here, person: FromQuery[UUID | None] = None
    ) -> Response[Any]:
        """The signed PDF of one's own hours, or for an officer of a person's."""
        made = await statements.state_hours(
            person or caller.person, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))

    @get("/applications/{application:uuid}/receipt", permission=Permission.APPLICATION_READ)
    async def of_application(
        self, application: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[Any]:
        """The signed PDF of a receipt."""
        made = await statements.state_application(
            application, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))


class ListPages(Controller):
    """Checking lists, for employers."""

    path = "/lists"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.VERIFY_LIST)
    async def ask(self, request: Visit) -> Response[Any]:
        """Ask for the rows."""
        return page(request, LIST, form=Form(), checked=None, most=rosters.MOST_ROWS)

    @post(permission=Permission.VERIFY_LIST)
    async def check(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Answer for the rows, on the page or as CSV."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            asked = read(rosters.ListIn, {"rows": rosters.read(str(given.get("rows", "")))})
            await here.by_list.count(str(caller.organisation or caller.id), len(asked.rows))
            checked = await rosters.check(asked, by=caller, at=clock.now())
            if given.get("as") == "csv":
                named = {"content-disposition": 'attachment; filename="checked.csv"'}
                return Response(rosters.as_csv(checked), media_type="text/csv", headers=named)
            form = Form()
            return page(request, LIST, form=form, checked=checked, most=rosters.MOST_ROWS)

        return await submitted(request, LIST, act, checked=None, most=rosters.MOST_ROWS)


class CertificatePages(Controller):
    """Certificates, for their holders and the office."""

    path = "/certificates"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.PROFILE_WRITE)
    async def mine(self, request: Visit, caller: Caller) -> Response[Any]:
        """The caller's certificates."""
        rows = await holdings.mine(by=caller)
        return page(request, "certificates/mine.html", certificates=rows)

    @get("/{number:str}/file", permission=Permission.CERTIFICATE_READ)
    async def file(self, number: FromPath[str], caller: Caller) -> Response[Any]:
        """The signed PDF."""
        return pdf(number, await holdings.file(number, by=caller))

    @post("/issue", permission=Permission.CERTIFICATE_ISSUE)
    async def issue(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Issue for a credential, then go back to its case, which shows the certificate."""
        try:
            identifier = UUID(str((await typed(request)).get("credential", "")))
        except ValueError:
            raise NotFound(N_("没有这个等级记录。")) from None
        signer = keys.load_signer(here.settings.key_folder, here.keys_password())
        await issuing.issue(
            identifier, by=caller, on=clock.today(), settings=here.settings, signer=signer
        )
        held = await Credential.objects().get(Credential.id == identifier)
        assert held is not None, "it was just issued for"
        return Redirect(f"/queue/{held.application}#paper", status_code=303)
