"""Pages of imports: template, upload or paste, every row checked, take in, undo."""

import hashlib
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.platform import clock, i18n
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import say
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from training import imports, policy, sheets
from training.checking import Checked, FileRefused
from training.imports import Here
from training.sheets import COLUMNS, MEDIA_TYPE

House = NamedDependency[Installation]
LARGEST_UPLOAD = 22_000_000
"""Bytes a form with a sheet may carry; the policy figure decides what is taken in."""
SHOWN = 200
"""Refused rows that the page lists; the sheet with errors has them all."""
IMPORTS, IMPORT = "training/imports.html", "training/import.html"


def here_of(caller: Any, house: Installation) -> Here:
    """Who imports, now."""
    return Here(by=caller, on=clock.today(), now=clock.now(), vault=house.vault)


def download(content: bytes, name: str, media_type: str = MEDIA_TYPE) -> Response[bytes]:
    """A file to keep, under a name of plain letters."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        },
    )


def refused_words(checked: Checked) -> list[dict[str, Any]]:
    """What is wrong with each refused row, in the language of the page."""
    locale = i18n.locale.get()
    return [
        {
            "row": wrong.row,
            "column": i18n.gettext(COLUMNS[wrong.column]),
            "value": wrong.value[:80],
            "code": wrong.error.code,
            "message": say(wrong.error.message, wrong.error.facts, locale),
        }
        for wrong in checked.refused
    ]


class ImportPages(Controller):
    """Files of hours."""

    path = "/imports"
    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get(permission=Permission.HOURS_RECORD)
    async def listed(self, request: Visit, caller: Caller) -> Response[Any]:
        """Past imports, and a form for another."""
        return page(request, IMPORTS, form=Form(), imports=await imports.listed(by=caller))

    @get("/template.xlsx", permission=Permission.HOURS_RECORD)
    async def template(self, caller: Caller) -> Response[bytes]:
        """The template with the base's own classes."""
        return download(await imports.template(by=caller), f"hours-v{sheets.VERSION}.xlsx")

    @post(permission=Permission.HOURS_RECORD, request_max_body_size=LARGEST_UPLOAD)
    async def upload(self, request: Visit, caller: Caller, here: House) -> Response[Any]:
        """Check a file, or pasted rows."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            sent = given.get("file")
            name, content = "", str(given.get("pasted", "")).strip().encode()
            if isinstance(sent, UploadFile) and sent.filename:
                name, content = sent.filename, await sent.read()
            if not content:
                raise FileRefused("empty")
            run, *_ = await imports.upload(name, content, here_of(caller, here))
            return Redirect(f"/imports/{run.id}", status_code=303)

        found = await imports.listed(by=caller)
        return await submitted(request, IMPORTS, act, imports=found)

    @get("/{run:uuid}", permission=Permission.HOURS_RECORD)
    async def show(
        self, request: Visit, run: FromPath[UUID], caller: Caller, here: House
    ) -> Response[Any]:
        """What each row is worth, and what can be done with the file."""
        context = await self._shown(run, caller, here)
        return page(request, IMPORT, form=Form(), **context)

    async def _shown(self, run: UUID, caller: Any, here: Installation) -> dict[str, Any]:
        row, _, checked = await imports.report(run, here_of(caller, here))
        hours = (await policy.figures(policy.RECORDS, clock.today()))["undo_window_hours"]
        refused = refused_words(checked)
        return {
            "run": row,
            "good": len(checked.references),
            "refused": refused[:SHOWN],
            "refused_count": len(refused),
            "undo_hours": hours,
            "back": "/imports",
        }

    @get("/{run:uuid}/errors.xlsx", permission=Permission.HOURS_RECORD)
    async def errors(self, run: FromPath[UUID], caller: Caller, here: House) -> Response[bytes]:
        """The same sheet with what is wrong with each row."""
        _, sheet, checked = await imports.report(run, here_of(caller, here))
        told = {one["row"]: f"{one['column']}：{one['message']}" for one in refused_words(checked)}
        name = hashlib.sha256(str(run).encode()).hexdigest()[:8]
        return download(sheets.with_errors(sheet.rows, told), f"errors-{name}.xlsx")

    @post("/{run:uuid}/taking-in", permission=Permission.HOURS_RECORD)
    async def take_in(
        self, request: Visit, run: FromPath[UUID], caller: Caller, here: House
    ) -> Response[Any]:
        """Post all rows, or the good ones."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            good = given.get("which") == "good"
            await imports.take_in(run, here_of(caller, here), only_good=good)
            return Redirect(f"/imports/{run}", status_code=303)

        return await submitted(request, IMPORT, act, **await self._shown(run, caller, here))

    @post("/{run:uuid}/undoing", permission=Permission.HOURS_RECORD)
    async def undo(
        self, request: Visit, run: FromPath[UUID], caller: Caller, here: House
    ) -> Response[Any]:
        """Take every line of an import back."""

        async def act(_: dict[str, Any]) -> Response[Any]:
            await imports.undo(run, here_of(caller, here))
            return Redirect(f"/imports/{run}", status_code=303)

        return await submitted(request, IMPORT, act, **await self._shown(run, caller, here))
