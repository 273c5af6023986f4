"""What the command line does with training: the same import as the page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.i18n import N_, gettext, locale
from registry.platform.permissions import Role
from registry.platform.problems import say
from registry.platform.settings import Settings
from registry.platform.vault import vault_of
from registry.tables import Account, Organisation
from registry.words import OrganisationKind
from training import imports
from training.checking import FILE, Checked, Wrong
from training.imports import Here, NothingToImport
from training.sheets import COLUMNS
from training.words import ImportStatus


class NoSuchBase(NotFound):
    """No training base has that name, or it has no such clerk."""


async def import_file(
    name: str, content: bytes, base: str, clerk: str | None, settings: Settings, *, dry_run: bool
) -> dict[str, Any]:
    """Import the good rows of a sheet for a base, by its name, on behalf of one of its clerks.

    A file that is in the ledger already is not imported again; its rows are then told as refused.

    Raises:
        NoSuchBase: there is no such base or clerk.
        FileRefused: the file cannot be read.
    """
    by = await _clerk(base, clerk)
    here = Here(by=by, on=clock.today(), now=clock.now(), vault=vault_of(settings.key_folder))
    if dry_run:
        checked = await imports.check(content, UUID(str(by.organisation)), here)
        return told(checked, len(checked.references))
    run, sheet, checked = await imports.upload(name, content, here)
    accepted = 0
    if run.status != ImportStatus.IMPORTED:
        try:
            run, checked = await imports.take_in(run.id, here, only_good=True, sheet=sheet)
            accepted = run.accepted
        except NothingToImport:
            accepted = 0
    return told(checked, accepted)


async def _clerk(base: str, login: str | None) -> Account:
    row = await Organisation.objects().get(
        (Organisation.name == base) & (Organisation.kind == OrganisationKind.BASE)
    )
    clerks: list[Account] = []
    if row is not None:
        query = Account.objects().where(
            Account.organisation == row.id, Account.role == Role.BASE_CLERK, Account.active.eq(True)
        )
        clerks = await (query.where(Account.login == login) if login else query).order_by(
            Account.created_at
        )
    if not clerks:
        raise NoSuchBase(N_("没有这个培训基地，或它没有这个经办人。"))
    return clerks[0]


def told(checked: Checked, accepted: int) -> dict[str, Any]:
    """What became of a file, as the command line tells it."""
    return told_of(checked.total, accepted, checked.refused)


def told_of(total: int, accepted: int, refused: Sequence[Wrong]) -> dict[str, Any]:
    """What became of a file, as the command line and the API tell it."""
    return {
        "rows": total,
        "accepted": accepted,
        "refused": [
            {
                "row": wrong.row,
                "column": gettext(COLUMNS.get(wrong.column, FILE)),
                "value": wrong.value,
                "code": wrong.error.code,
                "message": say(wrong.error.message, wrong.error.facts, locale.get()),
            }
            for wrong in refused
        ],
    }
