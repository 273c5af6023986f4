"""Issuing: number and to-be-signed on record, then sign, then record the file. Safe to repeat.

A crash at any point loses nothing: what is on record and has no file is signed later, and drawing
it again gives the same bytes. A number is given out only with the row that bears it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from certificates import drawing, filing, numbering, status, twin
from certificates.face import Face
from certificates.keys import Signer
from certificates.log import sources
from certificates.tables import Certificate, CertificateFile, CertificateTwin
from certificates.wording import wording
from certificates.words import REPLACED
from credentials import determinations, policy
from credentials.tables import Credential, Determination
from credentials.words import Level, Standing
from registry import organisations
from registry.platform import audit, outbox
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.errors import Conflict, NotFound
from registry.platform.i18n import N_
from registry.platform.settings import Settings
from registry.tables import Account, Person

LETTERS = {Level.JUNIOR: "J", Level.MID: "M", Level.SENIOR: "S"}


class NotInForce(Conflict):
    """A level that is suspended, revoked or expired gets no new paper."""


async def issue(
    credential: UUID, *, by: Account | None, on: date, settings: Settings, signer: Signer
) -> Certificate:
    """Issue the certificate of a credential; one that has it gets the same one back.

    Raises:
        NotFound: no such credential.
        NotInForce: it is suspended, revoked or expired, and its certificate not signed yet.
        FieldsInvalid: the name or a title cannot be printed; nothing is kept.
        DrawingChanged: it is on record from before, and would be drawn otherwise today.
        SealNotInForce: the seal certificate has expired.
        NoTimestamp, KeysNotReady: it cannot be time-stamped now; it is on record, not signed.
    """
    certificate = await _current(credential)
    if certificate is None:
        certificate = await _put_on_record(
            credential, by=by, on=on, settings=settings, signer=signer
        )
    elif await _signed(certificate):
        return certificate
    await sign(certificate, signer, on=on, settings=settings)
    return certificate


async def _current(credential: UUID) -> Certificate | None:
    found: Certificate | None = await (
        Certificate.objects()
        .where(Certificate.credential == credential, Certificate.replaced_on.is_null())
        .first()
    )
    return found


async def _put_on_record(
    credential: UUID, *, by: Account | None, on: date, settings: Settings, signer: Signer
) -> Certificate:
    async with transaction():
        held = await _held(credential, on)
        if (present := await _current(credential)) is not None:
            return present
        number = await filing.new_number("certificate", LETTERS[Level(held.level)], on)
        face = await _face(held, number, settings)
        place = await status.free_place()
        token = twin.seal(twin.compose(face, place, settings), settings, signer)
        draw = partial(drawing.draw, face, (twin.FILE, token.encode()))
        certificate = Certificate(
            id=uuid4(),
            number=face.number,
            code=face.code,
            credential=held.id,
            person=held.person,
            holder_name=face.holder,
            face=json.dumps(asdict(face), default=str, ensure_ascii=False),
            unsigned_sha256=await filing.digest(draw),
            issued_on=on,
            issued_by=by.id if by else None,
        )
        await certificate.save()
        await CertificateTwin(
            id=uuid4(),
            certificate=certificate.id,
            credential=token,
            status_list=place[0],
            status_index=place[1],
        ).save()
        await sources.put("issue", certificate.id)
        await audit.record("certificate.issue", f"certificate:{certificate.id}", number=face.number)
        return certificate


async def _held(credential: UUID, on: date) -> Credential:
    """A credential in force, which stays so, and is nobody else's to issue for, until the commit.

    On SQLite the transaction alone sees to that.
    """
    found = Credential.objects().where(Credential.id == credential).first()
    held = await (found if is_sqlite() else found.lock_rows("NO KEY UPDATE"))
    if held is None:
        raise NotFound(N_("没有这个等级记录。"))
    if held.status != Standing.IN_FORCE or held.valid_until < on:
        raise NotInForce(N_("这个等级已暂停、撤销或到期，不能签发证书。"))
    return held


async def _signed(certificate: Certificate) -> bool:
    return await CertificateFile.exists().where(CertificateFile.certificate == certificate.id)


async def _face(held: Credential, number: str, settings: Settings) -> Face:
    person = await Person.objects().get(Person.id == held.person)
    kept = await Determination.objects().get(Determination.id == held.determination)
    assert person is not None, "foreign keys hold people in place"
    assert kept is not None, "foreign keys hold determinations in place"
    edition = (await policy.edition(kept.edition)).document
    bureau = await organisations.bureau()
    words, level = wording(), Level(held.level)
    code = numbering.new_code()
    return Face(
        number=number,
        code=code,
        verification_url=f"{settings.public_url}/v/{code}",
        holder=person.name or "",
        level=level,
        level_zh=words.levels[level].zh,
        level_en=words.levels[level].en,
        title_zh=words.title.zh,
        title_en=words.title.en,
        granted_on=held.granted_on,
        valid_from=held.granted_on,
        valid_until=held.valid_until,
        issuer_zh=bureau.name,
        issuer_en=bureau.name_en,
        basis=f"{edition.title.zh} ({edition.edition})",
        illustrative=determinations.answer_of(kept).illustrative,
        demonstration=settings.demo,
    )


def face_of(certificate: Certificate) -> Face:
    """What a certificate on record says, as it was put there."""
    values: dict[str, Any] = json.loads(certificate.face)
    for name in ("granted_on", "valid_from", "valid_until"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Face(**values)


async def redrawing(certificate: Certificate) -> Callable[[], bytes]:
    """Draws the paper of a certificate on record again; it gives the bytes put on record.

    What was issued before there were twins has none inside.
    """
    kept = await CertificateTwin.objects().get(CertificateTwin.certificate == certificate.id)
    inside = None if kept is None else (twin.FILE, kept.credential.encode())
    return partial(drawing.draw, face_of(certificate), inside)


async def sign(certificate: Certificate, signer: Signer, *, on: date, settings: Settings) -> None:
    """Sign a certificate that is on record and keep the file; one that has its file is left alone.

    Raises:
        NotInForce: what it certifies was suspended, was revoked or has expired meanwhile.
        DrawingChanged: drawing it again gives other bytes than were put on record.
        SealNotInForce: the seal certificate has expired.
        NoTimestamp, KeysNotReady: it cannot be time-stamped now.
    """
    draw = await redrawing(certificate)
    sealed = await filing.seal(
        certificate.number, draw, certificate.unsigned_sha256, signer, settings
    )
    async with transaction():
        await _held(certificate.credential, on)
        file = CertificateFile(id=uuid4(), certificate=certificate.id, **asdict(sealed))
        if await filing.keep(file):
            subject = f"certificate:{certificate.id}"
            await audit.record("certificate.sign", subject, sha256=sealed.sha256)


async def pending(*, on: date) -> list[UUID]:
    """Credentials in force that have no certificate, or one that has not been signed yet."""
    found = await rows(
        "SELECT h.id FROM credential h"
        " LEFT JOIN certificate c ON c.credential = h.id AND c.replaced_on IS NULL"
        " LEFT JOIN certificate_file f ON f.certificate = c.id"
        " WHERE f.id IS NULL AND h.status = {} AND h.valid_until >= {}"
        " ORDER BY h.granted_on, h.id",
        Standing.IN_FORCE,
        on,
    )
    return [row["id"] for row in found]


async def replace(
    certificate: UUID, *, by: Account | None, on: date, settings: Settings, signer: Signer
) -> Certificate:
    """Replace a certificate by a new one of the same credential, after a name was corrected.

    Raises:
        NotFound: no such certificate, or it has been replaced before.
        NotInForce: the level is suspended, revoked or expired.
        FieldsInvalid: the name or a title cannot be printed; the old certificate stays.
    """
    async with transaction():
        # Its place is freed first: a credential has one current certificate.
        freed = await (
            Certificate.update({Certificate.replaced_on: on})
            .where(Certificate.id == certificate, Certificate.replaced_on.is_null())
            .returning(Certificate.credential)
        )
        if not freed:
            raise NotFound(N_("没有这张证书，或已被替换。"))
        new = await _put_on_record(
            freed[0]["credential"], by=by, on=on, settings=settings, signer=signer
        )
        await Certificate.update({Certificate.replaced_by: new.id}).where(
            Certificate.id == certificate
        )
        await sources.put("replace", certificate)
        await outbox.put(REPLACED, str(certificate))
        await audit.record("certificate.replace", f"certificate:{certificate}", by=new.id)
    await sign(new, signer, on=on, settings=settings)
    return new
