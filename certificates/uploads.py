"""Files that somebody hands in to be checked."""

from typing import Any

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_


async def uploaded(file: Any) -> bytes:
    """The bytes of an uploaded file.

    Raises:
        FieldsInvalid: no file came.
    """
    if file is None or not hasattr(file, "read"):
        raise FieldsInvalid([FieldError("file", "required", N_("请选择要查验的 PDF 文件。"))])
    content: bytes = await file.read()
    if not content:
        raise FieldsInvalid([FieldError("file", "required", N_("请选择要查验的 PDF 文件。"))])
    return content


def refuse_what_is_no_pdf(content: bytes, megabytes: int) -> None:
    """Let a PDF pass that is no larger than certificates are.

    Raises:
        FieldsInvalid: it is larger, or no PDF at all.
    """
    if len(content) > megabytes * 1024 * 1024:
        message = N_("文件超过 {megabytes} MB，不是本系统签发的证书。")
        raise FieldsInvalid([FieldError("file", "too-large", message, {"megabytes": megabytes})])
    if b"%PDF-" not in content[:1024]:
        message = N_("这不是 PDF 文件。请上传证书的 PDF 原件，不要上传照片或截图。")
        raise FieldsInvalid([FieldError("file", "not-a-pdf", message)])
