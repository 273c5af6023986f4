"""Everything about one certificate in one archive, good to be checked without anybody's help."""

import io
import zipfile

from anyio import to_thread
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import holdings, keys, twin
from certificates.log import journal, keeping
from certificates.tables import CertificateTwin
from registry.platform.installation import Installation
from registry.tables import Account

_THEN = (1980, 1, 1, 0, 0, 0)
"""The earliest moment an archive can name: the same parts make the same archive."""


async def bundle(number: str, *, by: Account, here: Installation) -> bytes:
    """The archive (ZIP) of a certificate the caller may see; an officer's look is on record.

    It holds the PDF and, as far as they are there yet: its twin as a token, the proof that its
    issue is in the transparency log, the checkpoint that proof leads to, the log's public key, and
    the certificates that the seal rests on.

    Raises:
        NotFound: there is none, it is somebody else's, or it is not signed yet.
    """
    content = await holdings.file(number, by=by)
    certificate = await holdings.find(number, by=by)
    parts = {f"{number}.pdf": content}
    kept = await CertificateTwin.objects().get(CertificateTwin.certificate == certificate.id)
    if kept is not None:
        parts[twin.FILE] = kept.credential.encode()
    proof = await journal.proof_of(f"issue:{certificate.id}")
    if proof is not None:
        parts["log.tlog-proof"] = proof.encode()
        parts["log.checkpoint"] = proof.partition("\n\n")[2].encode()
        parts["log.verifier"] = f"{await keeping.verifier(here)}\n".encode()
    for name in ("root", "issuing"):
        path = here.settings.key_folder / f"{name}.pem"
        found = await to_thread.run_sync(keys.load_certificate, path)
        parts[f"{name}.cer"] = found.public_bytes(Encoding.DER)
    return _archive(parts)


def _archive(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _THEN), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
