"""A certificate can be read aloud: what comes after what, in which language; pictures too."""

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from certificates import drawing, form, plain, signing
from certificates.face import Face
from certificates.wording import wording
from tests.certificates.examples import AT, CODE, FACE, NUMBER, signer, twin_of
from tests.certificates.forgeries import failed
from tests.certificates.tagged import Tagged, aloud, check, in_order
from tests.certificates.test_drawing import needs
from tests.certificates.test_form import seals
from tests.certificates.test_template import FACES, TWIN

every_face = pytest.mark.parametrize("face", FACES.values(), ids=FACES)


@every_face
def test_everything_on_a_certificate_is_told_or_ornament(face: Face) -> None:
    paper = check(drawing.draw(face, TWIN))
    assert paper.artifacts == ""


@needs("pdfinfo")
@pytest.mark.parametrize(
    "face", [FACE, replace(FACE, valid_until=None, illustrative=True, demonstration=True)]
)
def test_another_program_reads_a_certificate_in_order(face: Face) -> None:
    words = wording()
    until = words.dates.written(face.valid_until) if face.valid_until else words.no_end
    said = aloud(drawing.draw(face))
    in_order(
        said,
        [
            face.title_zh, face.title_en,
            *([words.demonstration.zh, words.demonstration.en] if face.demonstration else ()),
            words.certify.zh, words.certify.en,
            face.holder,
            words.evaluated.zh, face.level_zh, words.awarded.zh,
            words.evaluated.en, face.level_en, words.awarded.en,
            words.number.zh, words.number.en,
            words.granted.zh, words.granted.en,
            words.valid_from.zh, words.valid_from.en,
            words.valid_until.zh, words.valid_until.en,
            NUMBER,
            "2026年11月23日", "23 November 2026",
            "2026年11月24日", "24 November 2026",
            until.zh, until.en,
            CODE,
            "核验", "To verify",
            words.basis.zh, words.basis.en, face.basis,
            words.standing.zh, words.standing.en,
            *([words.illustrative.zh, words.illustrative.en] if face.illustrative else ()),
            face.issuer_zh, face.issuer_en,
        ],
    )  # fmt: skip


def test_pictures_are_described_in_both_languages() -> None:
    paper = check(drawing.draw(FACE))
    code, seal = (part.alt for part in paper.parts("Figure"))
    for words in ("二维码", "QR code", FACE.verification_url):
        assert words in code
    for words in ("印章", "seal", FACE.issuer_zh, FACE.issuer_en):
        assert words in seal


def test_the_link_leads_where_the_code_does() -> None:
    for url in (FACE.verification_url, "https://example.org/v/(1)\\é", "https://登记.example/v/1"):
        paper = Tagged(drawing.draw(replace(FACE, verification_url=url)))
        (link,) = paper.parts("Link")
        (annotation,) = link.annotations
        told = bytes(annotation.A.URI)
        assert told.isascii()
        assert url in link.kids[0].alt
        if url == FACE.verification_url:
            assert told.decode() == url
        left, bottom, right, top = map(float, link.kids[0].element.A.BBox)
        area = [float(side) for side in annotation.Rect]
        assert area[0] <= left
        assert area[1] <= bottom
        assert (area[2], area[3]) == (right, top)


@every_face
def test_filled_in_or_drawn_at_once_a_certificate_is_read_alike(face: Face) -> None:
    filled, drawn = Tagged(drawing.draw(face)), Tagged(plain.draw(face))
    told = [
        [(part.role, part.english, part.alt, paper.text(part)) for part in paper.document.all()]
        for paper in (filled, drawn)
    ]
    assert told[0].pop() == ("Form", False, "", "")  # for the seal, which others add later
    assert told[0] == told[1]


def test_a_paper_without_tags_as_they_once_were_is_still_one_of_ours() -> None:
    tagged = drawing.draw(FACE, twin_of(FACE))
    blank, found = re.subn(
        rb"/(StructTreeRoot|MarkInfo) \d+ 0 R", lambda entry: b" " * len(entry[0]), tagged
    )
    assert found == 2
    untagged = signing.sign(blank, signer(), AT)
    with pikepdf.open(io.BytesIO(untagged)) as pdf:
        assert not {"/StructTreeRoot", "/MarkInfo"} & set(pdf.Root.keys())
    assert form.holds(untagged, seals(), AT)
    assert failed(untagged) == set()


@needs("verapdf")
@pytest.mark.parametrize("flavour", ["3b", "ua1"])
def test_verapdf_finds_no_fault(flavour: str, tmp_path: Path) -> None:
    paper = tmp_path / "c.pdf"
    paper.write_bytes(signing.sign(drawing.draw(FACE, TWIN), signer(), AT))
    command = ["verapdf", "--flavour", flavour, "--format", "text", str(paper)]
    told = subprocess.run(command, capture_output=True, check=True)
    assert told.stdout.startswith(b"PASS")
