"""The certificates somebody holds, for themselves and for officers."""

from typing import Any
from uuid import UUID, uuid4

from certificates.answers import status_on
from certificates.tables import Certificate, CertificateFile
from credentials.papers import Paper, Papers
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import Account


def visible(to: Account) -> Any:
    """Second gate: the condition on certificates an account may see."""
    if to.role in OFFICERS:
        return Certificate.id.is_not_null()
    return Certificate.person == to.person


async def mine(*, by: Account) -> list[dict[str, Any]]:
    """The caller's own certificates, newest first, with the standing of what they certify.

    `status` is where each stands today, `signed` whether the PDF is there yet.
    """
    return await _listed(Certificate.person == by.person)


async def of_credential(credential: UUID) -> list[Paper]:
    """The certificates of a level, newest first, and where each stands today."""
    return [
        Paper(number=row["number"], status=row["status"], signed=row["signed"])
        for row in await _listed(Certificate.credential == credential)
    ]


async def papers() -> Papers:
    """Where the package below, which shows cases, finds what paper there is."""
    return Papers(of=of_credential)


async def _listed(whose: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await (
        Certificate.select(
            Certificate.id,
            Certificate.number,
            Certificate.code,
            Certificate.holder_name,
            Certificate.issued_on,
            Certificate.replaced_on,
            Certificate.credential.level.as_alias("level"),
            Certificate.credential.granted_on.as_alias("granted_on"),
            Certificate.credential.valid_until.as_alias("valid_until"),
            Certificate.credential.status.as_alias("standing"),
            Certificate.credential.suspended_until.as_alias("suspended_until"),
        )
        .where(whose)
        .order_by(Certificate.issued_on, ascending=False)
        .order_by(Certificate.number, ascending=False)
    )
    files = await CertificateFile.select(CertificateFile.certificate).where(
        CertificateFile.certificate.is_in([row["id"] for row in found] or [uuid4()])
    )
    signed = {file["certificate"] for file in files}
    return [{**row, "signed": row["id"] in signed, "status": _status(row)} for row in found]


def _status(row: dict[str, Any]) -> str:
    return status_on(
        clock.today(),
        standing=row["standing"],
        valid_until=row["valid_until"],
        suspended_until=row["suspended_until"],
        replaced=row["replaced_on"] is not None,
    )


async def find(number: str, *, by: Account) -> Certificate:
    """A certificate the caller may see.

    Raises:
        NotFound: there is none of that number, or it is somebody else's.
    """
    found: Certificate | None = await (
        Certificate.objects().where(visible(by), Certificate.number == number).first()
    )
    if found is None:
        raise NotFound(N_("没有这张证书，或尚未签章完成。"))
    return found


async def file(number: str, *, by: Account) -> bytes:
    """The signed PDF of a certificate the caller may see; an officer's look is on record.

    Raises:
        NotFound: there is none, it is somebody else's, or it is not signed yet.
    """
    async with transaction():
        certificate = await find(number, by=by)
        signed = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
        if signed is None:
            raise NotFound(N_("没有这张证书，或尚未签章完成。"))
        if by.role in OFFICERS:
            await audit.record("certificate.read", f"certificate:{certificate.id}")
        content: bytes = signed.content
        return content
