"""What a certificate's file says: the lines set on its page, read back, and the twin inside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import unquote

from certificates.objects import NotOurForm, Objects

_KIDS = re.compile(rb"/Kids \[ (\d+) 0 R \]")
_CONTENTS = re.compile(rb"/Contents \[ (\d+) 0 R (\d+) 0 R \]")
_FONT = re.compile(rb"/(\S+) (\d+) 0 R")
_LINK = re.compile(rb"/A <<\n/S /URI /URI \(([^()\\]*)\)\n>>")
_ANNOTATIONS = re.compile(rb"/Annots \[ ((?:\d+ 0 R )*)\]")
_ENCLOSED = re.compile(rb"/EmbeddedFiles <<\n/Names \[ \([^()\\]*\) (\d+) 0 R \]\n>>")
_POINT = re.compile(r"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,8})>")
_TEXT = re.compile(rb"\bBT\b(.*?)\bET\b", re.S)
_STRING = rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>"
_SET = re.compile(
    rb"/(\S+) [-\d.]+ Tf|(" + _STRING + rb") Tj|(\bTJ\b|(?:\)|>) ?['\"]|\bDo\b)", re.S
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
Letters = dict[int, str]
"""What the codes of a font stand for."""


@dataclass(frozen=True)
class Transcript:
    """A certificate's file, read back."""

    common: tuple[str, ...]
    """Lines that certificates of its kind share, in the order in which they are drawn."""
    own: tuple[str, ...]
    """Lines of its own, in the order of `layout.lay_own`."""
    address: str
    """Where a click upon the QR code leads."""
    twin: str | None
    """The token enclosed."""

    @classmethod
    def of(cls, objects: Objects) -> Self:
        """Read a certificate back.

        Raises:
            NotOurForm: it is not drawn as ours are.
        """
        (page,) = _one(_KIDS, objects.head(objects.named(objects.root, "Pages")))
        described = objects.head(page)
        fonts = objects.named(page, "Font")
        letters = tuple(
            (name.decode("ascii"), objects.stream(objects.named(int(number), "ToUnicode")))
            for name, number in _FONT.findall(objects.head(fonts))
        )
        common, own = (objects.stream(number) for number in _one(_CONTENTS, described))
        if re.search(rb"\bDo\b|\bBI\b", own):
            raise NotOurForm("a picture among what is its own")
        return cls(
            _kept(common, tuple(each for each in letters if each[0] != "Own")),
            tuple(_lines(own, {name: _letters(written) for name, written in letters})),
            _address(objects, described),
            enclosed(objects),
        )


def enclosed(objects: Objects) -> str | None:
    """The token that a file encloses; None where it encloses nothing.

    Raises:
        NotOurForm: it encloses something else, or more.
    """
    if b"/Names " not in objects.head(objects.root):
        return None
    (file,) = _one(_ENCLOSED, objects.head(objects.named(objects.root, "Names")))
    content = objects.stream(objects.named(file, "F"))
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise NotOurForm("no token is enclosed") from error


def _one(pattern: re.Pattern[bytes], head: bytes) -> tuple[int, ...]:
    found = pattern.findall(head)
    if len(found) != 1:
        raise NotOurForm(pattern.pattern.decode())
    return tuple(map(int, found[0] if isinstance(found[0], tuple) else found))


def _address(objects: Objects, page: bytes) -> str:
    listed = _ANNOTATIONS.findall(page)
    numbers = [int(each) for each in re.findall(rb"(\d+) 0 R", b"".join(listed))]
    found = [link for number in numbers for link in _LINK.findall(objects.head(number))]
    if len(found) != 1:
        raise NotOurForm("one link")
    return unquote(found[0].decode("ascii", "replace"))


@lru_cache(maxsize=64)
def _kept(content: bytes, letters: tuple[tuple[str, bytes], ...]) -> tuple[str, ...]:
    """The lines that many certificates share, read once."""
    return tuple(_lines(content, {name: _letters(written) for name, written in letters}))


@lru_cache(maxsize=128)
def _letters(written: bytes) -> Letters:
    """A font's table of what its codes stand for (ToUnicode)."""
    points = _POINT.findall(written.decode("ascii", "replace"))
    try:
        return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in points}
    except ValueError as error:
        raise NotOurForm("no letters") from error


def _lines(content: bytes, fonts: Mapping[str, Letters]) -> Iterator[str]:
    """What is set between each beginning and end of text, whichever font it is in."""
    for text in _TEXT.findall(content):
        letters, line = Letters(), ""
        for font, string, other in _SET.findall(text):
            if other:
                raise NotOurForm("text set in another way")
            if font:
                letters = fonts.get(font.decode("ascii", "replace"), Letters())
                continue
            codes = _plain(string)
            if not set(codes) <= set(letters):
                raise NotOurForm("a letter that no table names")
            line += "".join(letters[code] for code in codes)
        yield line


def _plain(string: bytes) -> bytes:
    if string[:1] == b"<":
        digits = string[1:-1]
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))

    def meant(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        if escaped.isdigit():
            return bytes((int(escaped, 8) & 0xFF,))
        return _MEANT.get(escaped, escaped)

    return _ESCAPED.sub(meant, string[1:-1])
