"""The field of the seal: laid out with the drawing itself, filled in when the seal is set.

A paper is one revision from the start. It has the field, the declaration that no change is
allowed (DocMDP, P 1), the ranges of bytes that the seal covers, and room for the signature; moment
and signature alone are written into it afterwards, so nothing is ever appended.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from certificates import structure
from certificates.structure import Element
from registry.platform.errors import Conflict
from registry.platform.i18n import N_

ROOM = 8192
"""Bytes of room for a signature with its certificates and, where there is one, its time-stamp."""
SUBFILTER = b"/ETSI.CAdES.detached"
_MOMENT = "%Y%m%d%H%M%SZ"
_NO_MOMENT = b"0" * 14 + b"Z"
_HEAD = (
    b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter " + SUBFILTER + b" /Reference [ << /Type"
    b" /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2"
    b" >> >> ] /M (D:"
)
_RANGES = b") /ByteRange [ 0 %010d %010d %010d ] /Contents "
_TAIL = b" >>"
_FIELD = re.compile(
    re.escape(_HEAD)
    + rb"(\d{14}Z)\) /ByteRange \[ 0 (\d{10}) (\d{10}) (\d{10}) \] /Contents <([0-9A-F]{%d})>"
    % (2 * ROOM)
    + _TAIL
)
_EMPTY = b"0" * (2 * ROOM)
_DATED = _HEAD + _NO_MOMENT
_VALUE_END = b"<" + _EMPTY + b">" + _TAIL
_BEFORE = len(_DATED) + len(_RANGES % (0, 0, 0))
VALUE = _DATED + _RANGES % (0, 0, 0) + _VALUE_END
"""The dictionary of the signature as the drawing has it, before its ranges are known."""


class NotToBeSealed(Conflict):
    """The file has no empty field of ours: it is sealed already, or no drawing of this house."""


class SignatureTooLarge(Conflict):
    """The signature with its certificates does not fit into the room that the paper has for it."""


@dataclass(frozen=True)
class Field:
    """Where things stand in a file that has the field."""

    begin: int
    """Where the dictionary of the signature begins."""
    moment: int
    """Where the fifteen characters of the moment begin."""
    gap: tuple[int, int]
    """From the opening bracket of the signature to behind the closing one; all else is covered."""
    content: bytes
    """The signature and what fills up its room, in hexadecimal digits."""


class _Raw(pdfdoc.PDFObject):  # type: ignore[misc]
    """Bytes that ReportLab writes into the file as they are."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, _document: Any) -> bytes:
        return self.content


def reserve(canvas: Canvas, element: Element, said: str) -> None:
    """Put the field, invisible, on the page under the pen; call `close` on the finished file.

    `element` is where it stands in what is read aloud, and `said` is what it is called there.
    """
    document = canvas._doc
    value = document.Reference(_Raw(VALUE), "seal-value")
    widget = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Annot"),
            "Subtype": pdfdoc.PDFName("Widget"),
            "FT": pdfdoc.PDFName("Sig"),
            "T": pdfdoc.PDFString("Seal"),
            "TU": structure.text(said),
            "V": value,
            "F": 132,  # printed and locked
            "Rect": pdfdoc.PDFArray([0, 0, 0, 0]),
        }
    )
    field = document.Reference(widget, "seal-field")
    canvas._annotationrefs.append(field)
    structure.annotate(canvas, element, widget)
    form = pdfdoc.PDFDictionary({"Fields": pdfdoc.PDFArray([field]), "SigFlags": 3})
    catalog = document.Catalog
    # reportlab 5.1.0 writes only the catalog keys it knows.
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AcroForm", "Perms"]
    catalog.AcroForm = form
    catalog.Perms = pdfdoc.PDFDictionary({"DocMDP": value})


def close(drawn: bytes) -> bytes:
    """Write down which bytes the seal will cover, now that the file has its length."""
    at = drawn.rindex(VALUE)
    return drawn[:at] + value(at, len(drawn)) + drawn[at + len(VALUE) :]


def value(at: int, size: int) -> bytes:
    """What stands for `VALUE` where that begins at a place in a file of a size."""
    start = at + _BEFORE
    end = start + 2 * ROOM + 2
    return b"".join((_DATED, _RANGES % (start, end, size - end), _VALUE_END))


def find(file: bytes) -> Field | None:
    """The field of a file, if it has exactly one of ours and that covers all the rest."""
    place = file.rfind(_HEAD)
    found = _FIELD.match(file, place) if place >= 0 else None
    if found is None or file.find(_HEAD, 0, place) >= 0:
        return None
    start, end = found.start(5) - 1, found.end(5) + 1
    if (int(found[2]), int(found[3]), int(found[4])) != (start, end, len(file) - end):
        return None
    return Field(place, found.start(1), (start, end), found[5])


def empty(drawn: bytes) -> Field:
    """The field of a drawing that nobody has sealed yet.

    Raises:
        NotToBeSealed: it has none.
    """
    field = find(drawn)
    if field is None or field.content != _EMPTY or drawn[field.moment :][:15] != _NO_MOMENT:
        raise NotToBeSealed(N_("文件没有空白的签章域：已经签章，或不是本系统绘制的。"))
    return field


def digest(file: bytes | bytearray, field: Field) -> bytes:
    """SHA-256 of what the seal covers: every byte but the signature itself."""
    whole = memoryview(file)
    found = hashlib.sha256(whole[: field.gap[0]])
    found.update(whole[field.gap[1] :])
    return found.digest()


def filled(drawn: bytes, moment: datetime, sign: Callable[[bytes], bytes]) -> bytes:
    """The finished file: a drawing with the moment of its sealing (UTC), and signed.

    `sign` is given the digest of all that is covered, and answers with the signature.

    Raises:
        NotToBeSealed: it has no empty field.
        SignatureTooLarge: the signature needs more room than there is.
    """
    field = empty(drawn)
    file = bytearray(drawn)
    file[field.moment : field.moment + 15] = moment.strftime(_MOMENT).encode("ascii")
    signature = sign(digest(file, field)).hex().upper().encode("ascii")
    if len(signature) > 2 * ROOM:
        raise SignatureTooLarge(N_("签名连同证书超过了文件中预留的空间。"))
    file[field.gap[0] + 1 : field.gap[0] + 1 + len(signature)] = signature
    return bytes(file)
