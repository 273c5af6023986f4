"""Manifests: what was signed since the last one, number and hash of each file, under the seal.

Each names the hash of the one before, so that together they list every certificate ever signed,
once. A file that a crash kept out of one is in the next.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from anyio import to_thread

from certificates import jose, status
from certificates.keys import Signer
from certificates.tables import CertificateManifest
from registry.platform import audit
from registry.platform.counters import next_number
from registry.platform.db import add_many, as_uuid, rows, transaction
from registry.platform.settings import Settings

KIND = "certificate-manifest+jwt"
_UNLISTED = (
    "SELECT f.id, c.number, f.sha256 FROM certificate_file f"
    " JOIN certificate c ON c.id = f.certificate"
    " LEFT JOIN manifest_line l ON l.file = f.id WHERE l.id IS NULL ORDER BY c.number"
)


class _NothingNew(Exception):
    """Every file is in a manifest already."""


async def make(at: datetime, settings: Settings, signer: Signer) -> CertificateManifest | None:
    """Put a manifest of all files that are in none on record; None where there are no such files.

    Raises:
        SealNotInForce: the seal certificate has expired.
    """
    try:
        async with transaction():
            # The counter's lock makes whoever else makes one wait until this one is on record.
            return await _put_on_record(await next_number("manifest"), at, settings, signer)
    except _NothingNew:
        return None


async def _put_on_record(
    sequence: int, at: datetime, settings: Settings, signer: Signer
) -> CertificateManifest:
    if not (files := await rows(_UNLISTED)):
        raise _NothingNew
    before = await CertificateManifest.objects().get(CertificateManifest.sequence == sequence - 1)
    said = {
        "issuer": status.issuer(settings),
        "sequence": sequence,
        "previous": before.sha256 if before else None,
        "madeAt": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "certificates": [[file["number"], file["sha256"]] for file in files],
    }
    token = jose.sign(said, KIND, signer, status.key_id(settings, signer.certificate))
    manifest = CertificateManifest(
        id=uuid4(),
        sequence=sequence,
        token=token,
        sha256=hashlib.sha256(token.encode()).hexdigest(),
        made_at=at,
    )
    await manifest.save()
    lines = [(uuid4(), as_uuid(file["id"]), manifest.id) for file in files]
    await add_many("manifest_line", ["id", "file", "manifest"], lines)
    await audit.record(
        "certificate.manifest",
        f"certificate_manifest:{manifest.id}",
        certificates=len(files),
        sha256=manifest.sha256,
    )
    return manifest


async def write_out(folder: Path) -> list[Path]:
    """Write every manifest on record that is not in the folder yet as `<sequence>.jwt`.

    A file is there whole or not at all.
    """
    kept = await CertificateManifest.select(CertificateManifest.sequence).order_by(
        CertificateManifest.sequence
    )
    written = []
    for row in kept:
        path = folder / f"{row['sequence']:06d}.jwt"
        if await to_thread.run_sync(path.exists):
            continue
        found = await CertificateManifest.objects().get(
            CertificateManifest.sequence == row["sequence"]
        )
        assert found is not None, "manifests are never taken away"
        await to_thread.run_sync(_write_whole, path, found.token.encode())
        written.append(path)
    return written


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
