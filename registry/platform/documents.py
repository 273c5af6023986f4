"""Evidence files: what is taken in, and how it is recognised.

Only a few types, told by their first bytes and not by their name; only so large; stored under the
hash of their content, so that what was judged is what is kept.
"""

import hashlib
from dataclasses import dataclass

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

SIGNATURES: dict[bytes, tuple[str, str]] = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
}
LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """A file that was let in."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Hash of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def admit(name: str, content: bytes, *, field: str, megabytes: int) -> Upload:
    """Let an uploaded file in under a safe name, or say why not.

    Raises:
        FieldsInvalid: empty, too large, or none of the types taken.
    """
    if not content:
        raise FieldsInvalid([FieldError(field, "empty", N_("文件是空的，请重新选择。"))])
    if len(content) > megabytes * 1024 * 1024:
        message = N_("文件超过 {megabytes} MB，请压缩后再上传。")
        raise FieldsInvalid([FieldError(field, "too-large", message, {"megabytes": megabytes})])
    for beginning, (media_type, suffix) in SIGNATURES.items():
        if content.startswith(beginning):
            kept = "".join(c for c in name.rpartition(".")[0] if c.isalnum() or c in " -_")
            return Upload(f"{kept[:LONGEST_NAME] or 'file'}.{suffix}", media_type, content)
    message = N_("只接受 PDF、PNG 或 JPEG 文件。")
    raise FieldsInvalid([FieldError(field, "file-type", message)])
