"""Keeping the log of one installation: its key, its entries about keys, its next head."""

from hashlib import sha256

from anyio import to_thread
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import edwards, keys
from certificates.log import journal
from certificates.log.notes import Verifier
from registry.platform.installation import Installation


async def log(subject: str, here: Installation) -> None:
    """Log one act, and whatever waits with it, and sign the head; a second time changes nothing.

    Raises:
        LogInconsistent: the entries stored do not continue the head signed last.
        KeysNotReady: the installation has no password for its keys.
    """
    key = await key_of(here)
    for used in await to_thread.run_sync(_keys_in_use, here, key):
        await journal.add(used)
    await journal.add(subject)
    await journal.publish(key, here.settings)


async def key_of(here: Installation) -> Ed25519PrivateKey:
    """The log's key; made when there is none yet.

    Raises:
        KeysNotReady: the installation has no password for its keys.
        WrongPassword: it does not open the key.
    """
    folder, password = here.settings.key_folder, here.keys_password()
    return await to_thread.run_sync(edwards.load, folder, edwards.LOG, password)


async def verifier(here: Installation) -> Verifier:
    """Whose signature the log's checkpoints carry."""
    return Verifier.of(journal.origin(here.settings), await key_of(here))


def _keys_in_use(here: Installation, key: Ed25519PrivateKey) -> list[str]:
    """What the log says of the keys in use: its own, and the certificates of the authority."""
    own = sha256(key.public_key().public_bytes_raw()).hexdigest()
    used = [f"key:log:{own}"]
    folder = here.settings.key_folder
    for use in ("root", "issuing", "seal"):
        if (folder / f"{use}.pem").exists():
            raw = keys.load_certificate(folder / f"{use}.pem").public_bytes(Encoding.DER)
            used.append(f"key:{use}:{sha256(raw).hexdigest()}")
    return used
