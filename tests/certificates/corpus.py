"""A corpus of forgeries: every kind of every table, made of any certificate of the tests."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pikepdf
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import drawing, field, signing
from certificates.authority import _seal_extensions
from certificates.keys import FileSigner
from certificates.objects import Objects
from tests.certificates import forgeries, test_forgeries
from tests.certificates.examples import AT, FACE, drawn, of_level, signed, signer, twin_of, unsealed
from tests.certificates.forgeries import name, told

Change = Callable[[bytes], bytes]
LEVELS = ("junior", "mid", "senior")
HOLDERS = ("张晓明", "买买提·阿不都热合曼", "王𬱟")


@cache
def paper(place: int) -> bytes:
    """One of several certificates, each with its twin inside."""
    face = of_level(replace(FACE, holder=HOLDERS[place]), LEVELS[place])
    return signing.sign(drawing.draw(face, twin_of(face)), signer(), AT)


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


def wrapped(file: bytes) -> bytes:
    """The same with a table of its own, which leads to another dictionary of the signature."""
    place, objects = field.find(file), Objects.read(file)
    assert place is not None
    cut, table = place.gap[1], int(file[file.rindex(b"startxref") + 9 :].split()[0])
    number = next(each for each, at in objects.places.items() if at == place.begin)
    between, end = file[cut:table], b"startxref\n%d\n%%%%EOF\n" % table
    listed = file[table : file.rindex(b"startxref")]
    at = table + len(listed) + len(end)
    written = file[place.begin : file.index(b" >>", cut) + 3]
    seal = b"%d 0 obj\n%s\nendobj\n" % (number, written)
    moved = b"[ 0 %010d %010d %010d ]" % (place.gap[0], at + len(seal), len(file) - cut)
    seal = re.sub(rb"\[ 0 \d{10} \d{10} \d{10} \]", moved, seal)
    entry = listed.index(b"\n", listed.index(b"\n") + 1) + 1 + 20 * number
    listed = listed[:entry] + b"%010d" % at + listed[entry + 10 :]
    return file[:cut] + between + listed + end + seal + file[cut:]


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


def noise_behind(file: bytes) -> bytes:
    """Digits in the room behind the signature, which it does not cover."""
    _, end = forgeries.gap(file)
    return file[: end - 8] + b"DEADBEEF" + file[end:]


def other_value(file: bytes) -> bytes:
    """One digit of the signature's value changed."""
    begin, _ = forgeries.gap(file)
    at = begin + 2 * (4 + int(file[begin + 4 : begin + 8], 16)) - 10
    return file[:at] + (b"1" if file[at : at + 1] == b"0" else b"0") + file[at + 1 :]


def other_case(file: bytes) -> bytes:
    """The same signature in small letters."""
    begin, end = forgeries.gap(file)
    return file[:begin] + file[begin:end].lower() + file[end:]


def picture_swapped(writer: IncrementalPdfFileWriter) -> None:
    """Another picture drawn where the seal was (shadow: hide)."""
    pictures = page_of(writer)["/Resources"]["/XObject"]
    pictures[name("/FormXob.seal")] = pictures.raw_get("/FormXob.tile")
    writer.update_container(pictures)


def font_swapped(writer: IncrementalPdfFileWriter) -> None:
    """The letters of the name set in another font (shadow: replace)."""
    fonts = page_of(writer)["/Resources"]["/Font"]
    fonts[name("/Own")] = fonts.raw_get("/F2+0")
    writer.update_container(fonts)


def attachment_swapped(writer: IncrementalPdfFileWriter) -> None:
    """Another file named as the associated one."""
    other = writer.add_object(dictionary(Type=name("/Filespec"), F=name("/x")))
    writer.root[name("/AF")] = generic.ArrayObject([other])
    writer.update_root()  # type: ignore[no-untyped-call]


def stamped_over(writer: IncrementalPdfFileWriter) -> None:
    """Another name set upon the page by a further stream."""
    page = page_of(writer)
    words = b"BT /F1+0 36 Tf 1 0 0 1 300 362 Tm <66> Tj ET"
    added = writer.add_object(generic.StreamObject(stream_data=words))
    page["/Contents"].append(added)
    writer.update_container(page["/Contents"])
    writer.update_container(page)


def redirected(file: bytes) -> bytes:
    """A table alone behind the file, in which the own part of the page is another object."""
    own = re.search(rb"/Contents \[ (\d+) 0 R (\d+) 0 R \]", file)
    assert own is not None
    at = file.index(b"\n%s 0 obj\n" % own[1]) + 1
    added = _object(int(own[2]), b"null", at, file)
    return file + added[added.index(b"xref\n") :]


def second_signature(seal: FileSigner) -> Change:
    """A further signature in a further revision."""
    return lambda file: forgeries.signed_again(file, seal)


def resealed(seal: Callable[[], FileSigner]) -> Change:
    """The drawing of a certificate under another seal."""
    return lambda file: signing.sign(unsealed(file), seal(), AT)


def borrowed_key() -> FileSigner:
    """Our certificate, and a key that is not its own."""
    return FileSigner(signer().certificate, signer().chain, signer(1).key)


def for_servers() -> FileSigner:
    """A certificate of our authority for web servers."""
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return forgeries.seal_of_ours(x509.ExtendedKeyUsage, add=(purposes,))


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
    "signature wrapped, with a table of its own": wrapped,
    "saved with streams of objects": saved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "saved and readable": saved(qdf=True),
    "saved uncompressed": saved(
        compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all
    ),
    "digits behind the signature": noise_behind,
    "the signature in small letters": other_case,
    "a digit of the signature's value": other_value,
    "a picture swapped": revised(picture_swapped),
    "a font swapped": revised(font_swapped),
    "the associated file swapped": revised(attachment_swapped),
    "a text stamped over": revised(stamped_over),
    "the page redirected by a table alone": redirected,
    "a second signature by another": second_signature(signer(1)),
    "a second signature by us": second_signature(signer()),
    "under another authority's seal": resealed(lambda: signer(1)),
    "under a key that is not the seal's": resealed(borrowed_key),
    "under a certificate for servers": resealed(for_servers),
    "the drawing without a seal": unsealed,
    "a double of the seal": signed_by_a_double,
    "the seal not bound in": not_bound,
    "somebody else's name, by another seal": lambda _: signing.sign(
        drawn(holder="李四"), signer(1), AT
    ),
}
CORPUS |= {
    f"whole: {kind}": (lambda _, make=make: make())
    for kind, (make, _) in test_forgeries.FORGED.items()
} | {
    f"message: {kind}": (lambda file, act=act: forgeries.with_message(act, file))
    for kind, (act, _) in test_forgeries.MESSAGES.items()
}
"""Beside them what `test_forgeries` makes, whole files and messages within one."""
REASONS: dict[str, tuple[str, ...]] = {
    "pdf-readable": (
        "a bit of the permissions",
        "cut in half",
        "cut before the table",
        "cut within the signature",
        "an archive in front",
        "a web page in front",
        "zeros behind",
        "a table without its trailer",
        "a table that leads elsewhere",
        "signature wrapped",
        "the page redirected by a table alone",
        "whole: nothing",
        "whole: a line in front",
        "whole: a line behind",
        "whole: another end behind",
        "whole: objects behind",
        "whole: encrypted",
    ),
    "one-signature": (
        "a bit of the signature's form",
        "the form dropped",
        "the signature's dictionary copied",
        "no range",
        "range named otherwise",
        "a second signature by another",
        "a second signature by us",
        "the drawing without a seal",
        "whole: a second signature",
        "whole: no signature",
        "whole: no field",
    ),
    "whole-file": (
        "itself behind",
        "another certificate behind",
        "metadata replaced",
        "a store of certificates added",
        "the signature in small letters",
        "whole: a field added",
        "whole: another title",
    ),
    "whole-file issued-by-us": (
        "the page replaced",
        "the page turned",
        "the page cropped",
        "a picture of the page hidden",
        "its fonts taken away",
        "a page added",
        "a script on opening",
        "a script on closing",
        "attachments dropped",
        "layers added",
        "a font overwritten",
        "the twin overwritten",
        "the page tree overwritten",
        "signature wrapped, with a table of its own",
        "a picture swapped",
        "a font swapped",
        "the associated file swapped",
        "a text stamped over",
        "whole: an annotation added",
    ),
    "whole-file no-changes-allowed issued-by-us": ("permissions dropped",),
    "whole-file unchanged issued-by-us": (
        "range null",
        "range of zeros",
        "range negative",
        "range of the first part",
        "saved with streams of objects",
        "saved and readable",
        "saved uncompressed",
        "whole: saved by another program",
        "whole: linearised",
    ),
    "whole-file no-changes-allowed": (
        "whole: not certified",
        "whole: filling forms allowed",
        "whole: annotating allowed",
    ),
    "whole-file signature-form": ("whole: not PAdES",),
    "whole-file signature-form issued-by-us": ("whole: weak digest",),
    "signature-form": (
        "digits behind the signature",
        "the seal not bound in",
        "message: value's twin",
        "message: another digest announced",
        "message: something noted beside it",
    ),
    "signature-form unchanged issued-by-us": (
        "message: value empty",
        "message: value no DER",
        "message: value padded",
        "message: a stranger enclosed",
    ),
    "unchanged issued-by-us": (
        "a bit of the page",
        "a bit of the twin",
        "a bit of the number in the metadata",
        "a bit of the number in the information",
        "a bit of the trailer",
        "signature left out",
        "signature named otherwise",
        "signature empty",
        "signature of one zero",
        "signature null",
        "signature all zeros",
        "signature of another certificate",
        "a digit of the signature's value",
        "under a key that is not the seal's",
        "message: value of zeros",
        "message: value of ones",
        "message: value of another file",
    ),
    "issued-by-us": (
        "under another authority's seal",
        "under a certificate for servers",
        "a double of the seal",
        "somebody else's name, by another seal",
        "whole: an authority of the same names",
        "message: issuer left out",
    ),
}
"""Which checks each of them fails, exactly."""
EXPECTED: dict[str, set[str]] = {
    kind: set(codes.split()) for codes, kinds in REASONS.items() for kind in kinds
}
_EITHER = ("not certified", "filling forms allowed", "annotating allowed")
BY_CHANCE = {
    kind: {"signature-form"}
    for kind in (*(f"whole: {each}" for each in _EITHER), "message: value of another file")
}
"""What some fail once in two times: of the two values of ECDSA others take either."""
