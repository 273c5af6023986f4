"""HTTP of following and sharing."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from certificates.routes import PUBLIC, pdf
from certificates.sharing import links, notices, receipts, watching
from certificates.sharing.links import Revealed, ShareIn
from certificates.sharing.notices import WebhookIn
from certificates.sharing.receipts import ReceiptIn
from certificates.sharing.schemas import (
    FollowedOut,
    MovedOut,
    ReceiptOut,
    ShareOut,
    WatchOut,
    WebhookOut,
)
from certificates.sharing.watching import WatchIn
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.sessions import address_of
from registry.platform.web import Caller, Visit

Here = NamedDependency[Installation]


class WatchController(Controller):
    """Following certificates, for employers."""

    path = "/api"
    tags = ("watches",)

    @get("/watches", permission=Permission.WATCH_ASK, responses=problems(401, 403))
    async def followed(self, caller: Caller) -> list[FollowedOut]:
        """What you follow or have asked to, newest first."""
        return [
            FollowedOut.model_validate(
                {**row, "answer": row["answer"] and msgspec.to_builtins(row["answer"])}
            )
            for row in await watching.of_employer(by=caller)
        ]

    @post(
        "/watches",
        permission=Permission.WATCH_ASK,
        responses=problems(400, 401, 403, 409, 422, 429),
    )
    async def ask(
        self, data: JSONBody[WatchIn], request: Visit, caller: Caller, here: Here
    ) -> MovedOut:
        """Ask the holder of a certificate for consent to follow it."""
        await here.by_name.count(address_of(request))
        return MovedOut.model_validate(await watching.ask(data, by=caller))

    @post(
        "/watches/{watch:uuid}/end",
        permission=Permission.WATCH_ASK,
        responses=problems(401, 403, 404, 409),
        status_code=200,
    )
    async def end(self, watch: FromPath[UUID], caller: Caller) -> MovedOut:
        """Stop following."""
        return MovedOut.model_validate(await watching.end(watch, by=caller))

    @put("/webhook", permission=Permission.WATCH_ASK, responses=problems(400, 401, 403, 422))
    async def listen(self, data: JSONBody[WebhookIn], caller: Caller, here: Here) -> WebhookOut:
        """Name where your programs are told (Standard Webhooks); the secret is shown once."""
        secret = await notices.listen_at(data, by=caller, here=here)
        return WebhookOut(url=data.url, secret=secret)

    @delete("/webhook", permission=Permission.WATCH_ASK, responses=problems(401, 403))
    async def stop(self, caller: Caller) -> None:
        """Tell your programs nothing any more."""
        await notices.stop(by=caller)


class SharingController(Controller):
    """What holders agree to and show."""

    path = "/api"
    tags = ("sharing",)

    @get("/consents", permission=Permission.SHARE_GIVE, responses=problems(401, 403))
    async def asked(self, caller: Caller) -> list[WatchOut]:
        """Who follows your certificates or asks to, newest first."""
        return [WatchOut.model_validate(row) for row in await watching.of_holder(by=caller)]

    @post(
        "/consents/{watch:uuid}/{step:str}",
        permission=Permission.SHARE_GIVE,
        responses=problems(401, 403, 404, 409),
        status_code=200,
    )
    async def decide(self, watch: FromPath[UUID], step: FromPath[str], caller: Caller) -> MovedOut:
        """Answer a request with `give` or `refuse`, or `withdraw` what was given."""
        return MovedOut.model_validate(await watching.decide(watch, step, by=caller))

    @get("/shares", permission=Permission.SHARE_GIVE, responses=problems(401, 403))
    async def shares(self, caller: Caller, here: Here) -> list[ShareOut]:
        """Your links, newest first."""
        found = await links.mine(by=caller, on=clock.today())
        return [_share(row, here) for row in found]

    @post("/shares", permission=Permission.SHARE_GIVE, responses=problems(400, 401, 403, 404, 422))
    async def share(self, data: JSONBody[ShareIn], caller: Caller, here: Here) -> ShareOut:
        """Make a link that shows the fields you choose, for the days you choose."""
        made = await links.share(data, by=caller, on=clock.today(), settings=here.settings)
        found = await links.mine(by=caller, on=clock.today())
        return next(_share(row, here) for row in found if row["id"] == made.id)

    @post(
        "/shares/{link:uuid}/revoke",
        permission=Permission.SHARE_GIVE,
        responses=problems(401, 403, 404),
        status_code=204,
    )
    async def revoke(self, link: FromPath[UUID], caller: Caller) -> None:
        """Close a link; a second time changes nothing."""
        await links.revoke(link, by=caller)

    @get("/shared/{code:str}", opt=PUBLIC, security=[], responses=problems(404, 429))
    async def shared(self, code: FromPath[str], request: Visit, here: Here) -> Response[Revealed]:
        """What a link shows, with how the certificate stands now."""
        here.by_code.count(address_of(request))
        return Response(await links.follow(code), headers={"cache-control": "no-store"})


class ReceiptController(Controller):
    """Receipts of checks, for anybody."""

    path = "/api"
    tags = ("verification",)
    opt = PUBLIC
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @post("/receipts", responses=problems(400, 404, 409, 422, 429))
    async def receipt(self, data: JSONBody[ReceiptIn], request: Visit, here: Here) -> ReceiptOut:
        """Check again, and have the answer on a numbered and sealed receipt."""
        await here.by_name.count(address_of(request))
        made = await receipts.issue(data, here)
        return ReceiptOut(
            number=made.number,
            code=made.code,
            url=f"{here.settings.public_url}/s/{made.code}",
            sha256=made.sha256,
        )

    @get("/receipts/{code:str}/file", responses=problems(404, 429), media_type="application/pdf")
    async def file(self, code: FromPath[str], request: Visit, here: Here) -> Response[bytes]:
        """The signed PDF of a receipt."""
        here.by_code.count(address_of(request))
        found = await receipts.find(code)
        return pdf(found.number, found.content)


def _share(row: dict[str, Any], here: Installation) -> ShareOut:
    return ShareOut.model_validate(
        {**row, "url": f"{here.settings.public_url}/shared/{row['code']}"}
    )
