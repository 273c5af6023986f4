"""Keys of the installation that sign Ed25519: of the transparency log, and of readable twins.

They are made when first needed and kept beside the seal, encrypted with the same password.
"""

import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from certificates.keys import UnsuitableKey, WrongPassword
from registry.platform.i18n import N_

LOG = "log"
TWIN = "twin"


@cache
def load(folder: Path, name: str, password: str) -> Ed25519PrivateKey:
    """The key of a name, made now if there is none; of processes that race one wins.

    Raises:
        WrongPassword: the password does not open it.
        UnsuitableKey: it is a key of another kind.
    """
    path = folder / f"{name}.key"
    if not path.exists():
        _make(path, password)
    try:
        key = load_pem_private_key(path.read_bytes(), password.encode())
    except (ValueError, TypeError) as error:
        raise WrongPassword(N_("口令不能打开签章密钥，或密钥文件已损坏。")) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnsuitableKey(N_("日志密钥必须是 Ed25519。"))
    return key


def _make(path: Path, password: str) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(handle)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first, and its key is the one
    finally:
        fresh.unlink()
