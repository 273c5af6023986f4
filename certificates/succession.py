"""Which certificate follows which: after a renewal, a corrected name, a higher level."""

from datetime import date
from uuid import UUID

from certificates import issuing
from certificates.keys import Signer
from certificates.log import sources
from certificates.tables import Certificate
from credentials.tables import Credential
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.settings import Settings
from registry.tables import Account, Person


async def follow(
    credential: UUID, *, by: Account | None, on: date, settings: Settings, signer: Signer
) -> Certificate:
    """Give a level the certificate that says what the register says now. Safe to repeat.

    One that says otherwise is replaced; those of levels that this one supersedes point to it.

    Raises:
        NotFound, NotInForce, FieldsInvalid, DrawingChanged, SealNotInForce: as `issuing.issue`.
    """
    certificate = await issuing.issue(credential, by=by, on=on, settings=settings, signer=signer)
    held = await Credential.objects().get(Credential.id == credential)
    person = await Person.objects().get(Person.id == certificate.person)
    assert held is not None, "it was just issued for"
    assert person is not None, "foreign keys hold people in place"
    said = issuing.face_of(certificate)
    if (said.holder, said.valid_until) != (person.name, held.valid_until):
        certificate = await issuing.replace(
            certificate.id, by=by, on=on, settings=settings, signer=signer
        )
    await _succeed(held, certificate, on)
    return certificate


async def _succeed(held: Credential, certificate: Certificate, on: date) -> None:
    async with transaction():
        for earlier in await Certificate.objects().where(
            Certificate.credential.superseded_by == held.id, Certificate.replaced_on.is_null()
        ):
            # One paper is replaced by one: a second points to the first of the chain.
            first = certificate.id
            while (before := await _replaced_by(first)) is not None:
                first = before
            await Certificate.update(
                {Certificate.replaced_on: on, Certificate.replaced_by: first}
            ).where(Certificate.id == earlier.id)
            await sources.put("replace", earlier.id)
            await audit.record("certificate.replace", f"certificate:{earlier.id}", by=first)


async def _replaced_by(certificate: UUID) -> UUID | None:
    row = await Certificate.objects().get(Certificate.replaced_by == certificate)
    return row.id if row is not None else None
