"""Organisations: training bases, employers, and the bureau that signs."""

import unicodedata
from uuid import uuid4

from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.tables import Organisation
from registry.words import OrganisationKind


class NoBureau(NotFound):
    """The installation has not said yet who issues its certificates."""


async def bureau() -> Organisation:
    """The organisation that issues certificates.

    Raises:
        NoBureau: none is on record.
    """
    found = await Organisation.objects().get(Organisation.kind == OrganisationKind.BUREAU)
    if found is None:
        raise NoBureau(N_("尚未登记发证机构。"))
    return found


async def establish(kind: OrganisationKind, name: str, name_en: str) -> Organisation:
    """Put an organisation on record."""
    row = Organisation(id=uuid4(), kind=kind, name=name, name_en=name_en)
    await row.save()
    return row


def plain(name: str) -> str:
    """A name as compared with another: without spaces, width and case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


async def of_kind(kind: OrganisationKind) -> list[Organisation]:
    """Every active organisation of a kind, by name."""
    found: list[Organisation] = await (
        Organisation.objects()
        .where(Organisation.kind == kind, Organisation.active.eq(True))
        .order_by(Organisation.name)
    )
    return found
