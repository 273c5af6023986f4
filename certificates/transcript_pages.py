"""Downloads of sealed statements of hours."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from certificates import keys, transcript
from certificates.routes import pdf
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.web import Caller
from training import statements

Here = NamedDependency[Installation]


class TranscriptPages(Controller):
    """Statements of hours, to keep."""

    opt = {"page": True}  # noqa: RUF012 (Litestar reads it from the class)
    include_in_schema = False

    @get("/hours/statement.pdf", permission=Permission.CLASS_ATTEND)
    async def own(self, caller: Caller, here: Here) -> Response[bytes]:
        """One's own hours, sealed."""
        return await self._file(caller.person, caller, here)

    @get("/people/{person:uuid}/hours.pdf", permission=Permission.HOURS_READ)
    async def of_person(
        self, person: FromPath[UUID], caller: Caller, here: Here
    ) -> Response[bytes]:
        """A person's hours as bureau or base see them, sealed; a base sees its own lines."""
        return await self._file(person, caller, here)

    async def _file(self, person: UUID, caller: Any, here: Installation) -> Response[bytes]:
        found = await statements.statement(person, by=caller, on=clock.today())
        signer = keys.load_signer(here.settings.key_folder, here.keys_password())
        number, content = await transcript.sealed(found, here.settings, signer, clock.now())
        async with transaction():
            await audit.record("hours.statement", f"person:{person}", number=number)
        return pdf(number, content)
