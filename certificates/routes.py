"""HTTP of the certificates package: issuing, downloading, and checking for anybody."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, FromQuery, JSONBody
from litestar.response.base import ASGIResponse

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
from certificates.answers import Answer, Verdict
from certificates.checking import NumberAndName
from certificates.rosters import Checked, ListIn
from certificates.schemas import CertificateOut
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.sessions import address_of
from registry.platform.web import Caller, Visit

Here = NamedDependency[Installation]
LARGEST_UPLOAD = 52_000_000
"""Bytes a request may carry here; the setting `upload_megabytes` decides what is taken in."""
PUBLIC = {"public": True, "anonymous": True}
ANSWERS = {code: ResponseSpec(Answer, generate_examples=False) for code in (200, 404)}
_encoder = msgspec.json.Encoder()


class VerificationController(Controller):
    """Public checks. Hit and miss have the same shape."""

    path = "/api/verify"
    tags = ("verification",)
    opt = PUBLIC
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @get("/{code:str}", responses={**ANSWERS, **problems(429)})
    async def by_code(self, code: FromPath[str], request: Visit) -> ASGIResponse:
        """Check by the code of the QR code."""
        here: Installation = request.app.state.here
        here.by_code.count(address_of(request))
        answer = await checking.by_code(code, clock.now())
        return ASGIResponse(
            body=_encoder.encode(answer),
            status_code=status_code(answer),
            headers=[("cache-control", "no-store")],
        )

    @get("/{code:str}/on/{day:date}", responses={**ANSWERS, **problems(422, 429)})
    async def by_code_on(
        self,
        code: FromPath[str],
        day: FromPath[date],
        request: Visit,
        here: Here,
        known_by: FromQuery[date | None] = None,
    ) -> Response[Answer]:
        """Check by code how the certificate stood on a day, as known today or on `known_by`."""
        here.by_code.count(address_of(request))
        answer = await history.by_code_on(code, day, clock.now(), known_by)
        return Response(
            answer, status_code=status_code(answer), headers={"cache-control": "no-store"}
        )

    @post("/", responses=problems(400, 429), status_code=200)
    async def by_number(self, data: JSONBody[NumberAndName], request: Visit, here: Here) -> Answer:
        """Check by number and the holder's whole name."""
        await here.by_name.count(address_of(request))
        return await checking.by_number(data, clock.now())

    @post(
        "/list",
        opt={"public": False, "anonymous": False},
        permission=Permission.VERIFY_LIST,
        responses=problems(400, 401, 403, 422, 429),
        status_code=200,
        security=[{"session": []}],
    )
    async def by_list(self, data: JSONBody[ListIn], caller: Caller, here: Here) -> Checked:
        """Check up to 500 rows of number and name, for employers."""
        await here.by_list.count(str(caller.organisation or caller.id), len(data.rows))
        return await rosters.check(data, by=caller, at=clock.now())

    @post(
        "/file",
        responses=problems(400, 413, 422, 429),
        status_code=200,
        request_max_body_size=LARGEST_UPLOAD,
    )
    async def by_file(
        self,
        data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
        request: Visit,
        here: Here,
    ) -> Answer:
        """Check an uploaded PDF (multipart field `file`)."""
        await here.by_name.count(address_of(request))
        content = await uploads.uploaded(data.get("file"))
        return await checking.by_file(content, clock.now(), here.settings)


class CertificateController(Controller):
    """Certificates, for their holders and the office."""

    path = "/api"
    tags = ("certificates",)

    @post(
        "/credentials/{credential:uuid}/certificate",
        permission=Permission.CERTIFICATE_ISSUE,
        responses=problems(404, 409, 422),
    )
    async def issue(self, credential: FromPath[UUID], caller: Caller, here: Here) -> CertificateOut:
        """Issue the certificate of a credential; a second time gives the same one."""
        signer = keys.load_signer(here.settings.key_folder, here.keys_password())
        certificate = await issuing.issue(
            credential, by=caller, on=clock.today(), settings=here.settings, signer=signer
        )
        return CertificateOut.model_validate(certificate)

    @get("/certificates", permission=Permission.CERTIFICATE_READ, responses=problems(401, 403))
    async def mine(self, caller: Caller) -> list[CertificateOut]:
        """Your certificates, newest first."""
        return [CertificateOut.model_validate(row) for row in await holdings.mine(by=caller)]

    @get(
        "/certificates/{number:str}/file",
        permission=Permission.CERTIFICATE_READ,
        responses=problems(401, 403, 404),
    )
    async def file(self, number: FromPath[str], caller: Caller) -> Response[bytes]:
        """Download the signed PDF."""
        return pdf(number, await holdings.file(number, by=caller))


class StatementController(Controller):
    """Statements: checked by anybody, and made for a person or an officer."""

    path = "/api"
    tags = ("statements",)

    @get(
        "/statements/{code:str}",
        opt=PUBLIC,
        security=[],
        responses={**ANSWERS, **problems(429)},
    )
    async def by_code(self, code: FromPath[str], request: Visit) -> ASGIResponse:
        """Check a statement by the code of its QR code."""
        here: Installation = request.app.state.here
        here.by_code.count(address_of(request))
        answer = await recognition.by_code(code, clock.now())
        return ASGIResponse(
            body=_encoder.encode(answer),
            status_code=status_code(answer),
            headers=[("cache-control", "no-store")],
        )

    @get(
        "/determinations/{determination:uuid}/statement",
        permission=Permission.DETERMINATION_READ,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def of_determination(
        self, determination: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[bytes]:
        """Download the signed statement of a confirmed determination."""
        made = await statements.state_determination(
            determination, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))

    @get(
        "/hours/statement",
        permission=Permission.HOURS_READ,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def of_hours(
        self, caller: Caller, here: Here, person: FromQuery[UUID | None] = None
    ) -> Response[bytes]:
        """Download the signed statement of your hours, or as an officer of a person's."""
        made = await statements.state_hours(
            person or caller.person, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))

    @get(
        "/applications/{application:uuid}/receipt",
        permission=Permission.APPLICATION_READ,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def of_application(
        self, application: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[bytes]:
        """Download the signed receipt of an application that was handed in."""
        made = await statements.state_application(
            application, by=caller, on=clock.today(), here=here
        )
        return pdf(made.number, await statements.file(made.id, by=caller))


def pdf(number: str, content: bytes) -> Response[bytes]:
    """A signed PDF, to be saved under its number."""
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="{number}.pdf"',
            "cache-control": "no-store",
        },
    )


def status_code(answer: Answer) -> int:
    """A page about a certificate that is not there is not found; every other answer is one."""
    return 404 if answer.verdict == Verdict.INVALID and answer.number is None else 200
