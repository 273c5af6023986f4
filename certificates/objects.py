"""The objects of a file of our own form: one revision, whose table names each where it is.

Nothing else is read this way. A file that is written otherwise is not ours, or not any more.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Self

_TRAILER = re.compile(rb"trailer\n<<.*?/Root (\d+) 0 R .*?>>\nstartxref\n(\d+)\n%%EOF\n\Z", re.S)
_ENTRY_BYTES = 20
_TABLE = re.compile(rb"xref\n0 (\d+)\n0000000000 65535 f \n")
_ENTRY = re.compile(rb"(\d{10}) 00000 n \n")
_LENGTH = re.compile(rb"/Length (\d+)(?= |\n|>)(?! \d+ R)")
_LARGEST = 2**20
"""Bytes that a stream of text or an enclosed token may unpack to."""


class NotOurForm(ValueError):
    """The file is not written as the house writes its files."""


@dataclass(frozen=True)
class Objects:
    """Where the objects of a file begin, by number, behind their heads."""

    file: bytes
    places: dict[int, int]
    root: int
    """The number of the catalog."""

    @classmethod
    def of(cls, file: bytes, behind: int = 0) -> Self | None:
        """The objects of a file of our form; None for any other. Its trailer is `behind` a place.

        Nothing stands before or after, and there is one table, which has all of them.
        """
        ended = _TRAILER.search(file, behind)
        if ended is None or not file.startswith(b"%PDF-1.7\n") or file.count(b"startxref") != 1:
            return None
        table = _TABLE.match(file, int(ended[2]))
        if table is None:
            return None
        count = int(table[1]) - 1
        entries = _ENTRY.findall(file, table.end(), ended.start())
        if len(entries) != count or table.end() + count * _ENTRY_BYTES != ended.start():
            return None
        places = {}
        for number, entry in enumerate(entries, start=1):
            head = b"%d 0 obj\n" % number
            if not file.startswith(head, int(entry)):
                return None
            places[number] = int(entry) + len(head)
        return cls(file, places, int(ended[1]))

    @classmethod
    def read(cls, file: bytes) -> Self:
        """The same for a file that is to be of our form.

        Raises:
            NotOurForm: it is not.
        """
        found = cls.of(file)
        if found is None:
            raise NotOurForm("another table of objects")
        return found

    def head(self, number: int) -> bytes:
        """An object as it is written, up to where its stream begins, if it has one.

        Raises:
            NotOurForm: there is none of that number.
        """
        if (begin := self.places.get(number)) is None:
            raise NotOurForm(f"object {number}")
        end = self.file.find(b"\nendobj\n", begin)
        stream = self.file.find(b"stream\n", begin, end)
        return self.file[begin : stream if stream >= 0 else end]

    def named(self, number: int, name: str) -> int:
        """Which object one refers to by a name.

        Raises:
            NotOurForm: none, or more than one.
        """
        found = re.findall(rb"/%s (\d+) 0 R\b" % re.escape(name.encode()), self.head(number))
        if len(found) != 1:
            raise NotOurForm(f"{name} of object {number}")
        return int(found[0])

    def stream(self, number: int) -> bytes:
        """What a stream holds, unpacked.

        Raises:
            NotOurForm: it is no stream, cut short, or unpacks to more than ours do.
        """
        head = self.head(number)
        lengths = _LENGTH.findall(head)
        begin = self.places[number] + len(head) + len(b"stream\n")
        if len(lengths) != 1 or self.file[begin - 7 : begin] != b"stream\n":
            raise NotOurForm(f"object {number} is no stream")
        end = begin + int(lengths[0])
        if not self.file.startswith(b"\nendstream", end):
            raise NotOurForm(f"stream {number}")
        raw = self.file[begin:end]
        if b"/FlateDecode" in head:
            opener = zlib.decompressobj()
            try:
                raw = opener.decompress(raw, _LARGEST)
            except zlib.error as error:
                raise NotOurForm(f"stream {number}") from error
            if not opener.eof:
                raise NotOurForm(f"stream {number}")
        if len(raw) > _LARGEST:
            raise NotOurForm(f"stream {number}")
        return raw
