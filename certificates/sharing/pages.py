"""Pages of following and sharing."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from certificates import holdings
from certificates.routes import PUBLIC, pdf
from certificates.sharing import links, notices, receipts, watching
from certificates.sharing.links import ShareIn
from certificates.sharing.notices import WebhookIn
from certificates.sharing.receipts import ReceiptIn
from certificates.sharing.watching import WatchIn
from certificates.words import Field
from registry.platform import clock
from registry.platform.fields import read
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.sessions import address_of
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted, typed

Here = NamedDependency[Installation]
WATCHES = "certificates/watches.html"
SHARING = "certificates/sharing.html"


class WatchPages(Controller):
    """Following certificates, for employers."""

    path = "/watches"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.WATCH_ASK)
    async def show(self, request: Visit, caller: Caller) -> Response[Any]:
        """What the caller follows, and where their programs are told."""
        return page(request, WATCHES, form=Form(), **await self._followed(caller))

    @post(permission=Permission.WATCH_ASK)
    async def ask(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Ask a holder for consent."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            await here.by_name.count(address_of(request))
            await watching.ask(read(WatchIn, given), by=caller)
            return Redirect("/watches", status_code=303)

        return await submitted(request, WATCHES, act, **await self._followed(caller))

    @post("/{watch:uuid}/end", permission=Permission.WATCH_ASK)
    async def end(self, watch: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Stop following."""
        await watching.end(watch, by=caller)
        return Redirect("/watches", status_code=303)

    @post("/webhook", permission=Permission.WATCH_ASK)
    async def listen(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Name where programs are told; the secret is on the page that answers, once."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            secret = await notices.listen_at(read(WebhookIn, given), by=caller, here=here)
            shown = {**await self._followed(caller), "secret": secret}
            return page(request, WATCHES, form=Form(), **shown)

        return await submitted(request, WATCHES, act, **await self._followed(caller))

    @post("/webhook/end", permission=Permission.WATCH_ASK)
    async def stop(self, caller: Caller) -> Response[Any]:
        """Tell programs nothing any more."""
        await notices.stop(by=caller)
        return Redirect("/watches", status_code=303)

    async def _followed(self, caller: Any) -> dict[str, Any]:
        return {
            "watches": await watching.of_employer(by=caller),
            "webhook": await notices.address(by=caller),
            "secret": None,
        }


class SharingPages(Controller):
    """What holders agree to and show."""

    path = "/sharing"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.SHARE_GIVE)
    async def show(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Requests and links."""
        return page(request, SHARING, form=Form(), **await self._own(caller, here))

    @post("/links", permission=Permission.SHARE_GIVE)
    async def share(self, request: Visit, caller: Caller, here: Here) -> Response[Any]:
        """Make a link."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            chosen = [name for name in Field if given.pop(f"show-{name}", None)]
            asked = read(ShareIn, {**given, "fields": chosen})
            await links.share(asked, by=caller, on=clock.today(), settings=here.settings)
            return Redirect("/sharing#links", status_code=303)

        return await submitted(request, SHARING, act, **await self._own(caller, here))

    @post("/links/{link:uuid}/revoke", permission=Permission.SHARE_GIVE)
    async def revoke(self, link: FromPath[UUID], caller: Caller) -> Response[Any]:
        """Close a link."""
        await links.revoke(link, by=caller)
        return Redirect("/sharing#links", status_code=303)

    @post("/consents/{watch:uuid}/{step:str}", permission=Permission.SHARE_GIVE)
    async def decide(
        self, watch: FromPath[UUID], step: FromPath[str], caller: Caller
    ) -> Response[Any]:
        """Answer a request, or withdraw consent."""
        await watching.decide(watch, step, by=caller)
        return Redirect("/sharing", status_code=303)

    async def _own(self, caller: Any, here: Installation) -> dict[str, Any]:
        held = await holdings.mine(by=caller)
        return {
            "watches": await watching.of_holder(by=caller),
            "shares": await links.mine(by=caller, on=clock.today()),
            "numbers": [row["number"] for row in held if row["replaced_on"] is None],
            "site": here.settings.public_url,
            "least": here.settings.share_days_least,
            "most": here.settings.share_days_most,
        }


class SharedPages(Controller):
    """What a link shows, and receipts of checks, for anybody. Reads no cookie and sets none."""

    opt = {**PUBLIC, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/shared/{code:str}")
    async def shared(self, request: Visit, code: FromPath[str], here: Here) -> Response[Any]:
        """The chosen fields, and how the certificate stands now."""
        here.by_code.count(address_of(request))
        return page(request, "certificates/shared.html", revealed=await links.follow(code))

    @post("/receipts")
    async def receipt(self, request: Visit, here: Here) -> Response[Any]:
        """Make a receipt of a check that found a certificate, and show it."""
        await here.by_name.count(address_of(request))
        made = await receipts.issue(read(ReceiptIn, await typed(request)), here)
        return Redirect(f"/s/{made.code}", status_code=303)

    @get(["/s/{code:str}/file", "/S/{code:str}/file"])
    async def receipt_file(self, request: Visit, code: FromPath[str], here: Here) -> Response[Any]:
        """The signed PDF of a receipt of a check."""
        here.by_code.count(address_of(request))
        found = await receipts.find(code)
        return pdf(found.number, found.content)
