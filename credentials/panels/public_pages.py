"""Pages for everybody: results before the public, objections, draws."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from credentials.panels import objections, pools, publicity
from credentials.panels.objections import CodeIn, ObjectionIn
from registry.platform import clock
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import read
from registry.platform.installation import Installation
from registry.platform.sessions import address_of
from registry.platform.templates import Form
from registry.platform.web import Visit, page, submitted

Here = NamedDependency[Installation]
RESULTS, OBJECT = "credentials/panels/results.html", "credentials/panels/object.html"
ASK = "credentials/panels/receipt.html"


class ResultPages(Controller):
    """Results before the public, and objections to them.

    No cookie is read here and no address kept: whoever objects stays unknown to the office.
    """

    path = "/results"
    opt = {"public": True, "page": True, "anonymous": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get()
    async def listed(self, request: Visit) -> Response[Any]:
        """Every result that is before the public."""
        return page(request, RESULTS, results=await publicity.listed())

    @get("/{publication:uuid}/objection")
    async def form(self, request: Visit, publication: FromPath[UUID]) -> Response[Any]:
        """The form to object."""
        return page(request, OBJECT, form=Form(), receipt=None, **await _result(publication))

    @post("/{publication:uuid}/objection")
    async def object_to(
        self, request: Visit, publication: FromPath[UUID], here: Here
    ) -> Response[Any]:
        """Object; the answer shows the receipt code, once."""
        context = await _result(publication)

        async def act(given: dict[str, Any]) -> Response[Any]:
            here.objections.count(address_of(request))
            asked = read(ObjectionIn, {**given, "publication": publication})
            row, code = await objections.object_to(asked, vault=here.vault, on=clock.today())
            receipt = {"reference": row.reference, "code": code}
            return page(request, OBJECT, form=Form(), receipt=receipt, **context)

        return await submitted(request, OBJECT, act, receipt=None, **context)

    @get("/objection")
    async def ask(self, request: Visit) -> Response[Any]:
        """The form to ask how an objection stands."""
        return page(request, ASK, form=Form(), objection=None)

    @post("/objection")
    async def by_code(self, request: Visit, here: Here) -> Response[Any]:
        """How the objection of a receipt code stands."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            here.objections.count(address_of(request))
            try:
                row = await objections.by_code(read(CodeIn, given))
            except NotFound as missing:
                raise FieldsInvalid([FieldError("code", "unknown", missing.message)]) from None
            return page(request, ASK, form=Form(), objection=row)

        return await submitted(request, ASK, act, objection=None)


async def _result(publication: UUID) -> dict[str, Any]:
    found = [row for row in await publicity.listed() if row["id"] == publication]
    row = await publicity.find(publication)
    return {
        "publication": row,
        "result": found[0] if found else None,
        "until": publicity.until(row),
    }


class DrawPages(Controller):
    """Draws of panels, for everybody to draw again."""

    path = "/draws"
    opt = {"public": True, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get()
    async def listed(self, request: Visit) -> Response[Any]:
        """Every draw."""
        found = await pools.all_published()
        return page(request, "credentials/panels/draws.html", panels=found)

    @get("/{reference:str}")
    async def show(self, request: Visit, reference: FromPath[str]) -> Response[Any]:
        """One draw: pool, commitment, word, secret, order."""
        found = await pools.published(reference)
        return page(request, "credentials/panels/draw.html", draw=found)
