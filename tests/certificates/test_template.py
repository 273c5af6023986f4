"""Filled in or drawn from beginning to end, a certificate is the same to the eye and to others."""

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from certificates import drawing, overlay, plain, signing
from certificates.face import Face
from certificates.template import common_to, template
from tests.certificates.examples import AT, FACE, NUMBER, of_level, signer
from tests.certificates.forgeries import ROOTS
from tests.certificates.test_drawing import needs, picture_of, text_of

FACES = {
    "plain": FACE,
    "long name": replace(FACE, holder="阿卜杜热合曼·买买提明·阿布都克里木·吐尔逊江·玉素甫艾力"),
    "rare characters": replace(FACE, holder="㛃䶮𬍛𬱟"),
    "Latin name": replace(FACE, holder="Jean-François O'Brien-Nguyễn"),
    "no end": replace(FACE, valid_until=None),
    "senior, illustrative": replace(of_level(FACE, "senior"), illustrative=True),
    "demonstration": replace(of_level(FACE, "mid"), demonstration=True),
}
every_face = pytest.mark.parametrize("face", FACES.values(), ids=FACES)
TWIN = ("credential.jwt", b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln")


@needs("pdftoppm")
@every_face
def test_both_look_the_same(tmp_path: Path, face: Face) -> None:
    filled = picture_of(drawing.draw(face), tmp_path, 100)
    drawn = picture_of(plain.draw(face), tmp_path, 100)
    assert filled.size == drawn.size
    assert filled.getextrema() == (0, 255)  # black on white, not an empty page
    # Positions are written to thousandths of a point by one and to millionths by the other.
    assert sum(ImageChops.difference(filled, drawn).histogram()[9:]) == 0


@needs("pdftotext")
@every_face
def test_both_read_the_same(face: Face) -> None:
    filled, drawn = text_of(drawing.draw(face)), text_of(plain.draw(face))
    assert sorted(filled.split()) == sorted(drawn.split())
    assert face.holder in filled.splitlines()


def judged(file: bytes) -> PdfSignatureStatus:
    (only,) = PdfFileReader(io.BytesIO(file), strict=True).embedded_signatures
    assert only.docmdp_level is MDPPerm.NO_CHANGES
    roots = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in ROOTS]
    trusted = ValidationContext(trust_roots=roots, moment=AT, allow_fetching=False)
    return validate_pdf_signature(only, trusted)


@every_face
def test_pyhanko_finds_both_equally_good(face: Face) -> None:
    ours = judged(signing.sign(drawing.draw(face, TWIN), signer(), AT))
    theirs = judged(plain.sign(plain.draw(face, TWIN), signer(), AT))
    for status in (ours, theirs):
        assert status.bottom_line
        assert status.docmdp_ok
        assert status.signer_reported_dt == AT
    assert ours.signing_cert.dump() == theirs.signing_cert.dump()
    assert ours.coverage == theirs.coverage
    assert ours.md_algorithm == theirs.md_algorithm


def told(file: bytes) -> dict[str, object]:
    """What a file says about itself, and what it encloses."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        (page,) = pdf.pages
        enclosed = pdf.attachments[TWIN[0]]
        with pdf.open_metadata() as metadata:
            about = dict(metadata.items())
        return {
            "about": about,
            "info": {name: str(value) for name, value in pdf.docinfo.items()},
            "page": [float(side) for side in page.mediabox],
            "language": str(pdf.Root.Lang),
            "enclosed": enclosed.get_file().read_bytes(),
            "kind": enclosed.get_file().mime_type,
            "changed": str(enclosed.get_file().mod_date),
            "related": str(pdf.Root.AF[0].AFRelationship),
        }


@every_face
def test_both_say_the_same_of_themselves(face: Face) -> None:
    filled, drawn = told(drawing.draw(face, TWIN)), told(plain.draw(face, TWIN))
    assert filled == drawn
    assert filled["enclosed"] == TWIN[1]
    assert NUMBER in str(filled["about"])


def test_there_is_one_revision_and_every_object_is_named_in_its_table() -> None:
    file = signing.sign(drawing.draw(FACE, TWIN), signer(), AT)
    assert file.count(b"startxref") == file.count(b"%%EOF") == 1
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert pdf.get_warnings() == []
        assert len(pdf.objects) == file.count(b" 0 obj\n")
        reached = len(pdf.objects)
        output = io.BytesIO()
        pdf.save(output)
    with pikepdf.open(io.BytesIO(output.getvalue())) as clean:
        assert len(clean.objects) == reached  # none that nothing refers to


def test_a_template_serves_all_who_share_it_in_any_order() -> None:
    other = replace(FACE, holder="欧阳", number="SHTM-2026-J-000124-S", code="0000-0000-0000-0")
    assert common_to(other) == common_to(FACE)
    first, second = drawing.draw(FACE), drawing.draw(other)
    template.cache_clear()
    assert [drawing.draw(other), drawing.draw(FACE)] == [second, first]


def test_only_what_the_template_lacks_goes_into_a_font_of_its_own() -> None:
    with pikepdf.open(io.BytesIO(drawing.draw(replace(FACE, holder="John Smith")))) as pdf:
        font = pdf.pages[0].Resources.Font[f"/{overlay.OWN}"]
        assert list(font.Widths) == [font.Widths[0]]
    with pikepdf.open(io.BytesIO(drawing.draw(replace(FACE, holder="𬱟" * 3)))) as pdf:
        mapped = pdf.pages[0].Resources.Font[f"/{overlay.OWN}"].ToUnicode.read_bytes()
    assert b"<00> <D873DC5F>" in mapped
