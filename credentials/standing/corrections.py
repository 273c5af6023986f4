"""Correction of a name: asked for with a document, and followed by every certificate in force."""

import json
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from credentials.tables import Credential, HolderRequest
from credentials.words import NOW_IN_FORCE, Standing
from registry import people, profile
from registry.people import NAME_LENGTH
from registry.platform import outbox
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.fields import halfwidth
from registry.platform.i18n import N_
from registry.tables import Account

Name = Annotated[str, BeforeValidator(halfwidth), Field(min_length=1, max_length=NAME_LENGTH)]
NO_NAME = N_("请先登记身份信息。")
SAME_NAME = N_("与登记的姓名相同。")


async def checked(name: str, evidence: UUID, *, by: Account) -> str:
    """Check what is asked; return the name on record, as JSON to keep.

    Raises:
        NotFound: no such document of the caller's.
        FieldsInvalid: there is no name on record yet, or it is this one.
    """
    person = await people.find(by.person, by=by)
    if person.name is None:
        raise FieldsInvalid([FieldError("name", "no-name", NO_NAME)])
    if person.name == name:
        raise FieldsInvalid([FieldError("name", "same", SAME_NAME)])
    await profile.document(evidence, by=by)
    return json.dumps(person.name, ensure_ascii=False)


async def carry_out(row: HolderRequest, by: Account, on: date) -> None:
    """Put the name on record; certificates in force are issued anew soon afterwards."""
    assert row.name is not None, "a correction says the name"
    await people.correct_name(row.person, row.name)
    for held in await Credential.objects().where(
        Credential.person == row.person,
        Credential.status == Standing.IN_FORCE,
        Credential.valid_until >= on,
    ):
        await outbox.put(NOW_IN_FORCE, str(held.id))
