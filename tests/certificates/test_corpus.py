"""A corpus of forgeries: every kind of every table, upon several certificates; none is accepted."""

import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pikepdf
import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import drawing, signing, twin
from certificates.authority import _seal_extensions
from certificates.keys import FileSigner
from tests.certificates import forgeries, test_forgeries
from tests.certificates.examples import AT, FACE, drawn, signed, signer
from tests.certificates.forgeries import failed, name, told
from tests.certificates.test_twin import SETTINGS

pytestmark = pytest.mark.usefixtures("quiet")
Change = Callable[[bytes], bytes]
HOLDERS = ("张晓明", "买买提·阿不都热合曼", "王𬱟")


@cache
def paper(place: int) -> bytes:
    """One of several certificates, each with its twin inside."""
    face = replace(FACE, holder=HOLDERS[place], level=("junior", "mid", "senior")[place])
    token = twin.seal(twin.compose(face, (1, place), SETTINGS), SETTINGS, signer())
    return signing.sign(drawing.draw(face, (twin.FILE, token.encode())), signer(), AT)


def flipped(pattern: bytes, behind: int = 0) -> Change:
    """One bit changed behind the first place that a pattern matches."""

    def change(file: bytes) -> bytes:
        found = re.search(pattern, file, re.DOTALL)
        assert found is not None, pattern
        at = found.end() + behind
        return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]

    return change


def put(old: bytes, new: Callable[[re.Match[bytes]], bytes]) -> Change:
    """What a pattern matches written otherwise, in as many bytes."""

    def change(file: bytes) -> bytes:
        found = re.search(old, file, re.DOTALL)
        assert found is not None, old
        written = new(found).ljust(len(found[0]))
        assert len(written) == len(found[0])
        return file[: found.start()] + written + file[found.end() :]

    return change


def revised(act: Callable[[IncrementalPdfFileWriter], None]) -> Change:
    """A further revision behind the file."""

    def change(file: bytes) -> bytes:
        writer, output = IncrementalPdfFileWriter(io.BytesIO(file)), io.BytesIO()
        act(writer)
        writer.write(output)  # type: ignore[no-untyped-call]
        return output.getvalue()

    return change


def page_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0]
    return page


def on_page(key: str, value: Callable[[IncrementalPdfFileWriter], object]) -> Change:
    def act(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        page[name(key)] = value(writer)
        writer.update_container(page)

    return revised(act)


def on_catalog(key: str, value: Callable[[IncrementalPdfFileWriter], object]) -> Change:
    def act(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name(key)] = value(writer)
        writer.update_root()  # type: ignore[no-untyped-call]

    return revised(act)


def stream(content: bytes) -> Callable[[IncrementalPdfFileWriter], object]:
    return lambda writer: writer.add_object(generic.StreamObject(stream_data=content))


def dictionary(**entries: object) -> generic.DictionaryObject:
    named = {name(f"/{key}"): value for key, value in entries.items()}
    return generic.DictionaryObject(named)  # type: ignore[no-untyped-call]


def without(key: str, of: str = "catalog") -> Change:
    def act(writer: IncrementalPdfFileWriter) -> None:
        if of == "catalog":
            del writer.root[key]
            writer.update_root()  # type: ignore[no-untyped-call]
            return
        resources = page_of(writer)["/Resources"]
        del resources[key]
        writer.update_container(resources)

    return revised(act)


def another_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    added = dictionary(
        Type=name("/Page"),
        Parent=writer.root.raw_get("/Pages"),
        MediaBox=page_of(writer)["/MediaBox"],
    )
    pages["/Kids"].append(writer.add_object(added))
    pages[name("/Count")] = generic.NumberObject(2)  # type: ignore[no-untyped-call]
    writer.update_container(pages)


def overwritten(kind: bytes, content: bytes) -> Change:
    """An object of a kind written again behind the file, with a table that points to it."""

    def change(file: bytes) -> bytes:
        found = list(re.finditer(rb"(?:^|\n)(\d+) 0 obj\b(.*?)endobj", file, re.DOTALL))
        number = next(int(m[1]) for m in found if re.search(kind, m[2], re.DOTALL))
        return file + _object(number, content, len(file), file)

    return change


def _object(number: int, content: bytes, at: int, file: bytes) -> bytes:
    body = b"%d 0 obj\n%s\nendobj\n" % (number, content)
    trailer = file.rindex(b"trailer")
    old = file[trailer : file.index(b"startxref", trailer)]
    before = int(file[file.rindex(b"startxref") + 9 :].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    chained = re.sub(rb"/Prev \d+", b"", old).rstrip()[:-2] + b"/Prev %d >>\n" % before
    return body + table + chained + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def moved_range(file: bytes) -> bytes:
    """The signature wrapped: its second range moved away, objects of another in the gap."""
    first, second = re.search(rb"/ByteRange \[ ?0 (\d+) (\d+) ", file).groups()  # type: ignore[union-attr]
    cut, rest = int(second), file[int(second) :]
    added = b"/ByteRange [0 %s %d %d]>>\nendobj\n9 0 obj\n<</Pages 8 0 R>>\nendobj\n"
    place = cut + len(added % (first, cut + 150, len(rest)))
    return file[:cut] + added % (first, place, len(rest)) + rest


def saved(**how: object) -> Change:
    def change(file: bytes) -> bytes:
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(file)) as pdf:
            pdf.save(output, **how)  # type: ignore[arg-type]
        return output.getvalue()

    return change


def with_digits_of(other: bytes) -> Change:
    """The signature of another genuine certificate."""

    def change(file: bytes) -> bytes:
        begin, end = forgeries.gap(file)
        first, last = forgeries.gap(other)
        return file[:begin] + other[first:last][: end - begin].ljust(end - begin, b"0") + file[end:]

    return change


def signed_by_a_double(_: bytes) -> bytes:
    """By a seal that says of itself what ours says, under nobody."""
    key, like = ec.generate_private_key(ec.SECP256R1()), signer().certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(like.subject)
        .public_key(key.public_key())
        .serial_number(like.serial_number)
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
    )
    for extension, critical in _seal_extensions(None):
        builder = builder.add_extension(extension, critical)
    double = FileSigner(builder.sign(key, hashes.SHA256()), signer().chain, key)
    return signing.sign(drawn(), double, AT)


def not_bound(_: bytes) -> bytes:
    """By our own key, without the attribute that binds the certificate in."""

    def change(message: cms.ContentInfo) -> None:
        attributes = told(message)["signed_attrs"]
        kept = [each for each in attributes if each["type"].native != "signing_certificate_v2"]
        told(message)["signed_attrs"] = cms.CMSAttributes(kept)
        signed_part = cms.CMSAttributes(kept).dump()
        told(message)["signature"] = signer().sign(signed_part)

    return forgeries.with_message(change)


GAP = rb"/Contents <[0-9A-Fa-f]+>"
RANGE = rb"/ByteRange \[[0-9 ]+\]"
SCRIPT = dictionary(S=name("/JavaScript"), JS=generic.TextStringObject("app.alert(1)"))
CORPUS: dict[str, Change] = {
    "a bit of the page": flipped(rb"\nstream\r?\n", 40),
    "a bit of the twin": flipped(rb"/EmbeddedFile.*?stream\r?\n", 60),
    "a bit of the number in the metadata": flipped(rb"<dc:identifier>SHTM-2026-"),
    "a bit of the number in the information": flipped(rb"/Keywords ?\(SHTM-"),
    "a bit of the trailer": flipped(rb"trailer.*?/Size "),
    "a bit of the signature's form": flipped(rb"/ETSI.CAdES"),
    "a bit of the permissions": flipped(rb"/DocMDP", 2),
    "cut in half": lambda file: file[: len(file) // 2],
    "cut before the table": lambda file: file[: file.rindex(b"xref\n")],
    "cut within the signature": lambda file: file[: forgeries.gap(file)[0] + 100],
    "an archive in front": lambda file: b"PK\x03\x04" + bytes(60) + file,
    "a web page in front": lambda file: b"<!doctype html><script>/*" + file,
    "zeros behind": lambda file: file + bytes(512),
    "itself behind": lambda file: file + file,
    "another certificate behind": lambda file: file + paper(0)[::-1] + file,
    "the page replaced": on_page("/Contents", stream(b"BT ET")),
    "the page turned": on_page("/Rotate", lambda _: next(map(generic.NumberObject, (180,)))),
    "the page cropped": on_page(
        "/CropBox", lambda _: generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9)))
    ),
    "a picture of the page hidden": without("/XObject", "resources"),
    "its fonts taken away": without("/Font", "resources"),
    "a page added": revised(another_page),
    "a script on opening": on_catalog("/OpenAction", lambda _: SCRIPT),
    "a script on closing": on_catalog("/AA", lambda _: dictionary(WC=SCRIPT)),
    "permissions dropped": without("/Perms"),
    "attachments dropped": without("/Names"),
    "the form dropped": without("/AcroForm"),
    "metadata replaced": on_catalog("/Metadata", stream(b"<x:xmpmeta/>")),
    "a store of certificates added": on_catalog("/DSS", lambda _: dictionary()),
    "layers added": on_catalog("/OCProperties", lambda _: dictionary()),
    "a font overwritten": overwritten(rb"/Length1", b"<</Length 0/Length1 0>>stream\n\nendstream"),
    "the twin overwritten": overwritten(
        rb"/EmbeddedFile", b"<</Type/EmbeddedFile/Length 3>>stream\na.b\nendstream"
    ),
    "the signature's dictionary copied": overwritten(rb"/ByteRange", b"<</Type/Sig>>"),
    "the page tree overwritten": overwritten(rb"/Type ?/Pages", b"<</Type/Pages/Kids[]/Count 0>>"),
    "a table without its trailer": lambda file: file + b"xref\n0 1\n0000000000 65535 f \n%%EOF\n",
    "a table that leads elsewhere": lambda file: file + b"startxref\n9\n%%EOF\n",
    "no range": put(RANGE, lambda _: b""),
    "range null": put(RANGE, lambda _: b"/ByteRange null"),
    "range of zeros": put(RANGE, lambda _: b"/ByteRange [0 0 0 0]"),
    "range negative": put(RANGE, lambda _: b"/ByteRange [0 -1 -1 -1]"),
    "range of the first part": put(
        RANGE, lambda m: b"/ByteRange [" + m[0][12:].split()[0] + b" 9]"
    ),
    "range named otherwise": put(RANGE, lambda m: m[0].replace(b"Range", b"Rangx")),
    "signature left out": put(GAP, lambda _: b""),
    "signature named otherwise": put(GAP, lambda m: m[0].replace(b"Contents", b"Contentz")),
    "signature empty": put(GAP, lambda _: b"/Contents <>"),
    "signature of one zero": put(GAP, lambda _: b"/Contents <00>"),
    "signature null": put(GAP, lambda _: b"/Contents null"),
    "signature all zeros": put(GAP, lambda m: b"/Contents <" + b"0" * (len(m[0]) - 12) + b">"),
    "signature of another certificate": with_digits_of(signed()),
    "signature wrapped": moved_range,
    "saved with streams of objects": saved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "saved and readable": saved(qdf=True),
    "saved uncompressed": saved(
        compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all
    ),
    "a double of the seal": signed_by_a_double,
    "the seal not bound in": not_bound,
    "somebody else's name, by another seal": lambda _: signing.sign(
        drawn(holder="李四"), signer(1), AT
    ),
}


@pytest.mark.parametrize("kind", CORPUS)
def test_none_is_accepted_and_each_has_its_reason(kind: str) -> None:
    for place in range(len(HOLDERS)):
        forged = CORPUS[kind](paper(place))
        assert forged != paper(place)
        assert failed(forged), HOLDERS[place]


def test_the_untouched_ones_are() -> None:
    for place in range(len(HOLDERS)):
        assert failed(paper(place)) == set()
        assert failed(paper(place), AT + timedelta(days=300)) == set()


def test_there_are_sixty_kinds_and_more() -> None:
    """Beside those there are the bytes changed, added and left off at random elsewhere."""
    others = len(test_forgeries.FORGED) + len(test_forgeries.MESSAGES)
    assert len(CORPUS) + others >= 80


def mutations(file: bytes, chance: random.Random) -> Iterator[bytes]:
    """One stretch of a file changed, taken out, doubled, or exchanged with another."""
    while True:
        at, length = chance.randrange(len(file)), chance.randrange(1, 64)
        piece = file[at : at + length]
        yield chance.choice(
            [
                file[:at] + chance.randbytes(length) + file[at + length :],
                file[:at] + file[at + length :],
                file[:at] + piece + file[at:],
                file[:at] + piece[::-1] + file[at + length :],
            ]
        )


def test_nothing_made_by_chance_is_accepted() -> None:
    chance = random.Random(60)
    for place in range(len(HOLDERS)):
        made = mutations(paper(place), chance)
        for _ in range(60):
            forged = next(made)
            assert forged == paper(place) or failed(forged)
