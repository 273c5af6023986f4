"""Certificates of one kind, drawn once with ReportLab and filled in as bytes after that.

A template is a whole certificate without what is somebody's own: art, fonts, standing words,
level, title and issuer. To fill it in, its few objects that differ are written again and put
behind the others; the file is then one revision, like any other.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from reportlab.pdfgen.canvas import Canvas

from certificates import archival, field, layout, ornament, reading, structure, typesetting
from certificates.face import Face
from certificates.overlay import OWN, Overlay, glyphs_of, packed, plain
from certificates.sheet import PAGE, Sheet
from certificates.structure import Structure
from certificates.typesetting import BOLD, REGULAR
from certificates.wording import wording

KEPT = 32
"""Templates that a process keeps; the one not used for longest is forgotten first."""
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "年月日·"
"""Characters that the fonts of every template have, whether its words use them or not."""
_NUMBER = "number-to-come"
_ADDRESS = "address-to-come"
_DAY = date(1904, 2, 29)
"""Stand in the template for what is to be filled in."""
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.S)
_FREE = b"0000000000 65535 f \n"
_ROW = b"%010d 00000 n \n"
"""Where an object begins, in the table of them."""
Attached = tuple[str, bytes]
"""A file that goes along inside, by name and content."""


def canvas_for(buffer: io.BytesIO, size: tuple[float, float] = PAGE) -> Canvas:
    """A canvas that draws the same bytes wherever it draws, in our own fonts."""
    return Canvas(
        buffer,
        pagesize=size,
        pageCompression=1,
        invariant=1,
        pdfVersion=(1, 7),
        initialFontName=typesetting.font(REGULAR).fontName,
        lang="zh-CN",
    )


def description(face: Face) -> archival.Description:
    """What a certificate's file says about itself."""
    return archival.Description(
        title=f"{face.title_zh} {face.title_en}",
        subject=f"{face.level_zh} {face.level_en}",
        author=f"{face.issuer_zh} {face.issuer_en}",
        number=face.number,
        on=face.granted_on,
    )


class Template:
    """All of a certificate but what is its own."""

    def __init__(self, common: Face, attached: str | None) -> None:
        """`attached` is what the file that goes along is called.

        Raises:
            TextTooLong: a text would have to be set too small to read.
        """
        buffer = io.BytesIO()
        canvas = canvas_for(buffer)
        document = canvas._doc
        for name in (REGULAR, BOLD):
            font = typesetting.font(name)
            for subset, _ in font.splitString(_ALWAYS, document):
                font.getSubsetInternalName(subset, document)
        archival.describe(document, description(common))
        if attached is not None:
            archival.attach(document, attached, b"", common.granted_on)
        tree, words, self._address = Structure(), wording(), common.verification_url
        self._parts = reading.parts(tree, common, words)
        field.reserve(canvas, tree.root.add("Form"), words.seal_field.both())
        sheet = Sheet(canvas, ornament.ink_of(common.level), tree)
        with sheet.page():
            layout.lay_common(sheet, common, words, self._parts)
        tree.close(canvas)
        self._glyphs = glyphs_of(document)
        canvas.save()
        self._take_apart(buffer.getvalue())

    def _take_apart(self, drawn: bytes) -> None:
        """Sort the objects of a drawing into those that stay and those to be written again."""
        objects = {int(found[1]): found[2] for found in _OBJECT.finditer(drawn)}
        ends = re.search(rb"/Info (\d+) 0 R\n/Root (\d+) 0 R\n/Size (\d+)", drawn)
        assert ends is not None, "ReportLab writes a trailer"
        self._info, self._root, self._first = (int(part) for part in ends.groups())
        self._of_info = objects.pop(self._info)
        self._metadata, written = _taken(objects, b"/Type /Metadata")
        self._of_metadata = written.partition(b"stream\n")[2].removesuffix(b"\nendstream")
        self._value, _ = _taken(objects, field.VALUE)
        self._enclosed = next(
            (each for each, content in objects.items() if b"/EmbeddedFile\n" in content), None
        )
        if self._enclosed is not None:
            del objects[self._enclosed]
        self._link, self._of_link = _taken(objects, structure.uri(self._address))
        self._figure, self._of_figure = _taken(objects, structure.digits(self._address))
        page, content = _taken(objects, b"/Type /Page\n")
        objects[page] = re.sub(
            rb"/Contents (\d+ 0 R)", rb"/Contents [ \1 %d 0 R ]" % self._first, content, count=1
        )
        fonts, content = _taken(objects, b"<<\n/F1+0 ", start=True)
        objects[fonts] = content.removesuffix(b">>") + b"/%s %d 0 R\n>>" % (
            OWN.encode(),
            self._first + 1,
        )
        self._begun, self._rows = _HEADER, dict[int, bytes]()
        for number, content in sorted(objects.items()):
            self._rows[number] = _ROW % len(self._begun)
            self._begun += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        self._begun_digest = hashlib.sha256(self._begun).digest()

    def filled(self, face: Face, attached: Attached | None) -> bytes:
        """The certificate of a face, ready to be sealed.

        Raises:
            TextTooLong: a text would have to be set too small to read.
            AddressTooLong: the QR code would be too fine.
        """
        pen = Overlay(self._glyphs)
        layout.lay_own(pen, face, wording(), self._parts)
        own = self._own_objects(face, attached)
        first = self._first
        own += enumerate([packed(pen.content()), *pen.font(first + 1)], start=first)
        own.append((self._value, field.VALUE))
        return self._written(own)

    def _own_objects(self, face: Face, attached: Attached | None) -> list[tuple[int, bytes]]:
        number, day = face.number.encode("ascii"), f"{face.granted_on:%Y%m%d}".encode()
        about = self._of_metadata.replace(_NUMBER.encode(), number).replace(
            _DAY.isoformat().encode(), face.granted_on.isoformat().encode()
        )
        address = face.verification_url
        told = self._of_info.replace(_NUMBER.encode(), number)
        own = [
            (self._info, told.replace(f"{_DAY:%Y%m%d}".encode(), day)),
            (
                self._metadata,
                b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream"
                % (len(about), about),
            ),
            (self._link, _readdressed(self._of_link, structure.uri, self._address, address)),
            (self._figure, _readdressed(self._of_figure, structure.digits, self._address, address)),
        ]
        if attached is not None and self._enclosed is not None:
            kind = archival.embedded(len(attached[1]), face.granted_on)
            own.append((self._enclosed, plain(attached[1], kind)))
        return own

    def _written(self, own: list[tuple[int, bytes]]) -> bytes:
        """The file: what stays, what is its own, and where each object of it is."""
        rows, parts, at = self._rows.copy(), list[bytes](), len(self._begun)
        for number, content in own:
            rows[number] = _ROW % at
            head = b"%d 0 obj\n" % number
            parts += (head, content, b"\nendobj\n")
            at += len(head) + len(content) + len(b"\nendobj\n")
        identity = hashlib.sha256(b"".join((self._begun_digest, *parts))).hexdigest()[:32]
        size = len(rows) + 1
        end = b"".join(
            (
                b"xref\n0 %d\n%s" % (size, _FREE),
                *[rows[number] for number in range(1, size)],
                f"trailer\n<< /Size {size} /Root {self._root} 0 R /Info {self._info} 0 R"
                f" /ID [ <{identity}> <{identity}> ] >>\nstartxref\n{at}\n%%EOF\n".encode("ascii"),
            )
        )
        # The value of the seal is the last; only now is it known how much it will cover.
        parts[-2] = field.value(at - len(field.VALUE) - len(parts[-1]), at + len(end))
        return b"".join((self._begun, *parts, end))


def _taken(objects: dict[int, bytes], marked: bytes, *, start: bool = False) -> tuple[int, bytes]:
    """Take out the one object that holds a mark, or begins with it."""
    ((number, content),) = [
        each
        for each in objects.items()
        if (each[1].startswith(marked) if start else marked in each[1])
    ]
    del objects[number]
    return number, content


def _readdressed(content: bytes, written: Callable[[str], bytes], before: str, after: str) -> bytes:
    return content.replace(written(before), written(after))


def common_to(face: Face) -> Face:
    """What a face shares with many: the others have the same template."""
    parts = urlsplit(face.verification_url)
    return replace(
        face,
        number=_NUMBER,
        code="",
        verification_url=f"{parts.scheme}://{parts.netloc}/{_ADDRESS}",
        holder="",
        granted_on=_DAY,
        valid_from=_DAY,
        valid_until=None,
    )


@lru_cache(maxsize=KEPT)
def template(common: Face, attached: str | None) -> Template:
    """The template for all faces that have this in common, drawn when first asked for.

    Raises:
        TextTooLong: a text would have to be set too small to read.
    """
    return Template(common, attached)
