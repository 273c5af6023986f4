"""How far an application is, for anybody with its reference number."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from credentials import progress
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.installation import Installation
from registry.platform.sessions import address_of
from registry.platform.templates import Form
from registry.platform.web import Visit, form_again, page

Here = NamedDependency[Installation]
PROGRESS = "credentials/progress.html"


class ProgressPages(Controller):
    """Asking by reference number, without signing in."""

    opt = {"public": True, "page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/progress")
    async def ask(self, request: Visit, here: Here) -> Response[Any]:
        """Ask for a reference number, and answer with the stage."""
        reference = request.query_params.get("reference", "").strip()[:30]
        form = Form({"reference": reference})
        if not reference:
            return page(request, PROGRESS, form=form, stage=None)
        limit = here.by_number if progress.guessable(reference) else here.by_name
        await limit.count(address_of(request))
        try:
            stage = await progress.stage(reference)
        except NotFound as missing:
            wrong = FieldsInvalid([FieldError("reference", "unknown", missing.message)])
            again = form_again(form.values, wrong)
            return page(request, PROGRESS, code=404, form=again, stage=None)
        return page(request, PROGRESS, form=form, stage=stage)
