"""A font of a few characters (TrueType, ISO/IEC 14496-22), cut out of the large one.

ReportLab cuts fonts too; this keeps each outline at hand and leaves out the tables that a font
inside a PDF has no use for (ISO 32000-1, 9.9), which makes it a third of the size and quick enough
to be done for every name.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from struct import pack, unpack
from typing import NamedTuple

from certificates import typesetting
from certificates.typesetting import REGULAR

_MAGIC = 0xB1B0AFBA
_WHOLE = 0xFFFFFFFF
_LONG_OFFSETS = b"\0\1"
_TABLES = (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")
# Seven tables: the largest power of two is four, times sixteen; its exponent; the rest.
_HEADER = pack(">lHHHH", 0x00010000, len(_TABLES), 64, 2, 48)


class _Outline(NamedTuple):
    drawing: bytes
    """Filled up to a multiple of four bytes."""
    metrics: bytes
    """Advance width and left side bearing."""


@lru_cache(maxsize=4096)
def _outline(point: int | None) -> _Outline:
    """The outline of a character; of none, what stands for a missing one."""
    face = typesetting.font(REGULAR).face
    glyph = 0 if point is None else face.charToGlyph[point]
    begin, end = face.glyphPos[glyph], face.glyphPos[glyph + 1]
    drawing = bytes(face.get_table("glyf")[begin:end])
    assert drawing[:1] != b"\xff", "no outline in this font is put together from others"
    wide, bearing = face.hmetrics[glyph]
    metrics = pack(">HH", int(wide), int(bearing) & 0xFFFF)
    return _Outline(drawing + b"\0" * (-len(drawing) % 4), metrics)


@cache
def _fixed() -> dict[bytes, bytes]:
    face = typesetting.font(REGULAR).face
    head = bytes(face.get_table("head"))
    return {
        b"head": head[:8] + bytes(4) + head[12:50] + _LONG_OFFSETS + head[52:],
        b"hhea": bytes(face.get_table("hhea")),
        b"maxp": bytes(face.get_table("maxp")),
    }


def cut(points: Sequence[int]) -> bytes:
    """A font with these characters, each under the code that is its place in the row."""
    distinct = list(dict.fromkeys(points))
    numbers = {point: number for number, point in enumerate(distinct, start=1)}
    found = [_outline(None), *map(_outline, distinct)]
    count, ends = len(found), [0]
    for outline in found:
        ends.append(ends[-1] + len(outline.drawing))
    fixed = _fixed()
    codes = [numbers[point] for point in points]
    tables = {
        b"cmap": pack(
            f">11H{len(codes)}H",
            *(0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(codes), 0, 0, len(codes)),
            *codes,
        ),
        b"glyf": b"".join(outline.drawing for outline in found),
        b"head": fixed[b"head"],
        b"hhea": fixed[b"hhea"][:34] + pack(">H", count),
        b"hmtx": b"".join(outline.metrics for outline in found),
        b"loca": pack(f">{count + 1}L", *ends),
        b"maxp": fixed[b"maxp"][:4] + pack(">H", count) + fixed[b"maxp"][6:],
    }
    return _bound(tables)


def _bound(tables: dict[bytes, bytes]) -> bytes:
    """Tables with their directory in front, and the sum over everything in its place."""
    at, directory, parts, total = len(_HEADER) + 16 * len(_TABLES), [_HEADER], list[bytes](), 0
    for tag in _TABLES:
        content = tables[tag]
        whole = content + b"\0" * (-len(content) % 4)
        added = _sum(whole)
        directory.append(tag + pack(">LLL", added, at, len(content)))
        if tag == b"head":
            place = at + 8
        parts.append(whole)
        total += added
        at += len(whole)
    front = b"".join(directory)
    font = front + b"".join(parts)
    balance = (_MAGIC - total - _sum(front)) & _WHOLE
    return font[:place] + pack(">L", balance) + font[place + 4 :]


def _sum(content: bytes) -> int:
    words: tuple[int, ...] = unpack(f">{len(content) // 4}L", content)
    return sum(words) & _WHOLE
