"""Pages of imports: template, upload or paste, every row checked, take in, undo."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from anyio import to_thread
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from registry.platform import clock, i18n
from registry.platform.fields import chosen
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import say
from registry.platform.settings import Settings
from registry.platform.templates import Form
from registry.platform.web import Caller, Visit, page, submitted
from training import backlog, imports, policy, sheets
from training.checking import FILE, Wrong
from training.imports import Here
from training.refusals import FileRefused
from training.sheets import COLUMNS, MEDIA_TYPE
from training.tables import ImportRun

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


def refused_words(refused: Sequence[Wrong]) -> list[dict[str, Any]]:
    """What is wrong with each refused row, in the language of the page."""
    locale = i18n.locale.get()
    return [
        {
            "row": wrong.row,
            "column": i18n.gettext(COLUMNS.get(wrong.column, FILE)),
            "value": wrong.value[:80],
            "code": wrong.error.code,
            "message": say(wrong.error.message, wrong.error.facts, locale),
        }
        for wrong in refused
    ]


async def received(name: str, content: bytes, here: Here, settings: Settings) -> ImportRun:
    """Check a file at once, or have a large one checked by the worker."""
    if len(content) > settings.import_at_once_kilobytes * 1024:
        return await backlog.keep(name, content, here)
    run, *_ = await imports.upload(name, content, here)
    return run


async def posted(run: UUID, here: Here, *, only_good: bool) -> None:
    """Post the rows of a file at once, or have those of a large one posted by the worker."""
    if (await backlog.glance(run, by=here.by))["report"] is not None:
        await backlog.ask(run, here, only_good=only_good)
    else:
        await imports.take_in(run, here, only_good=only_good)


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
        made = await imports.template(by=caller, on=clock.today())
        return download(made, f"hours-v{sheets.VERSION}.xlsx")

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
            run = await received(name, content, here_of(caller, here), here.settings)
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
        row, good, wrong = await backlog.result(run, here_of(caller, here))
        hours = (await policy.figures(policy.RECORDS, clock.today()))["undo_window_hours"]
        return {
            "run": row,
            "working": row["status"] in backlog.WORKING,
            "good": good,
            "refused": refused_words(wrong[:SHOWN]),
            "refused_count": len(wrong),
            "undo_hours": hours,
            "back": "/imports",
        }

    @get("/{run:uuid}/errors.xlsx", permission=Permission.HOURS_RECORD)
    async def errors(self, run: FromPath[UUID], caller: Caller, here: House) -> Response[bytes]:
        """The same sheet with what is wrong with each row."""
        asked = here_of(caller, here)
        _, _, wrong = await backlog.result(run, asked)
        told = {one["row"]: f"{one['column']}：{one['message']}" for one in refused_words(wrong)}
        sheet = await imports.read((await imports.find(run, by=caller)).content, asked.on)
        name = hashlib.sha256(str(run).encode()).hexdigest()[:8]
        made = await to_thread.run_sync(sheets.with_errors, sheet.rows, told)
        return download(made, f"errors-{name}.xlsx")

    @post("/{run:uuid}/taking-in", permission=Permission.HOURS_RECORD)
    async def take_in(
        self, request: Visit, run: FromPath[UUID], caller: Caller, here: House
    ) -> Response[Any]:
        """Post all rows, or the good ones."""

        async def act(given: dict[str, Any]) -> Response[Any]:
            which = chosen(given, "which", ("all", "good"))
            await posted(run, here_of(caller, here), only_good=which == "good")
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
