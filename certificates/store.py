"""The document security store: what a later check of the seal needs, kept inside the paper.

Certificates and revocation lists (ISO 32000-2, 12.8.4.3) become part of the one revision before it
is sealed, so that the seal covers them like all the rest. The drawing on record has none: it is
drawn for years, a revocation list is good for days.
"""

import re
from collections.abc import Sequence

from certificates import field

_END = re.compile(rb"trailer\n(<<.*?/Root (\d+) 0 R.*?>>)\nstartxref\n(\d+)\n%%EOF\n\Z", re.S)
_SIZE = re.compile(rb"/Size (\d+)")
_ENTRY = re.compile(rb"(\d{10}) 00000 n \n")
_HEAD = b"xref\n0 %d\n0000000000 65535 f \n"
_NAMED = (
    b" /DSS %d 0 R /Extensions << /ESIC << /Type /DeveloperExtensions"
    b" /BaseVersion /1.7 /ExtensionLevel 1 >> >>"
)
"""What the catalog says of it; a reader of PDF 1.7 learns so that the name is taken (PAdES)."""


def put(drawn: bytes, certificates: Sequence[bytes], lists: Sequence[bytes]) -> bytes:
    """A drawing with a store of certificates and revocation lists (all DER), still to be sealed.

    Raises:
        NotToBeSealed: it has no empty field.
    """
    place, at = field.empty(drawn), drawn.rfind(b"\nxref\n0 ") + 1
    ended = _END.search(drawn, at)
    assert ended is not None, "what has the field is laid out so"
    assert int(ended[3]) == at, "what has the field is laid out so"
    places = [int(entry) for entry in _ENTRY.findall(drawn, at, ended.start())]
    first = len(places) + 1
    named = _NAMED % first
    # The catalog has no stream, so the first end is its own.
    inside = drawn.index(b"\n>>\nendobj\n", places[int(ended[2]) - 1])
    body = bytearray(drawn[:inside] + named + drawn[inside:at])
    places = [each + len(named) if each > inside else each for each in places]
    for number, content in enumerate(_objects(first, certificates, lists), start=first):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % each for each in places)
    trailer = _SIZE.sub(b"/Size %d" % (len(places) + 1), ended[1])
    end = b"%s%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        _HEAD % (len(places) + 1),
        table,
        trailer,
        len(body),
    )
    begin = place.begin + (len(named) if place.begin > inside else 0)
    value = field.value(begin, len(body) + len(end))
    body[begin : begin + len(value)] = value
    return bytes(body + end)


def _objects(first: int, certificates: Sequence[bytes], lists: Sequence[bytes]) -> list[bytes]:
    """The store, which is the first of its objects, and the streams that it names."""
    behind = first + 1 + len(certificates)
    return [
        b"<<\n/CRLs [ %s ] /Certs [ %s ] /Type /DSS\n>>"
        % (_references(behind, len(lists)), _references(first + 1, len(certificates))),
        *(
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(each), each)
            for each in (*certificates, *lists)
        ),
    ]


def _references(first: int, count: int) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in range(first, first + count))
