"""A certificate says what is on its face, in bytes that depend on nothing else."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certificates import typesetting
from certificates.drawing import draw
from certificates.face import ForbiddenWord
from certificates.symbols import LARGEST_VERSION, AddressTooLong
from certificates.typesetting import MissingGlyph, TextTooLong
from certificates.wording import wording
from tests.certificates.examples import CODE, FACE, NUMBER, drawn

NAMES = [
    "张晓明",
    "买买提·吐尔逊·𬱟",
    "㛃䶮𬍛",
    "𠅤頔邨",
    "Jean-François Ångström-Nguyễn",
    "Ｏ'Brien Ⅲ",
]


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def text_of(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return told.stdout.decode()


def picture_of(pdf: bytes, tmp_path: Path, dpi: int) -> Image.Image:
    (tmp_path / "c.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "c.pdf", "c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with Image.open(tmp_path / "c.png") as picture:
        return picture.convert("L")


def test_the_same_face_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, sys; from tests.certificates.examples import drawn;"
        "sys.stdout.write(hashlib.sha256(drawn()).hexdigest())"
    )
    root = Path(__file__).parent.parent.parent
    other = {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "SOURCE_DATE_EPOCH": "1"}
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | other,
        capture_output=True,
        check=True,
    )
    drawn(holder="另一人", demonstration=True)
    assert told.stdout.decode() == hashlib.sha256(drawn()).hexdigest()


def test_threads_do_not_mix_their_certificates() -> None:
    faces = [replace(FACE, holder=name) for name in NAMES] * 3
    alone = [draw(face) for face in faces]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, faces)) == alone


@needs("pdftotext")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_can_be_copied_from_the_paper(name: str) -> None:
    assert name in text_of(drawn(holder=name)).splitlines()


@needs("pdftotext")
def test_everything_on_the_face_is_on_the_paper() -> None:
    text = text_of(drawn())
    for words in (
        NUMBER,
        CODE,
        FACE.title_zh,
        FACE.title_en,
        FACE.level_zh,
        FACE.level_en,
        FACE.issuer_zh,
        FACE.issuer_en,
        FACE.basis,
        "2026年11月23日",
        "24 November 2026",
        "2029年11月23日",
    ):
        assert words in text
    assert "no end date" in text_of(drawn(valid_until=None))


@needs("pdftotext")
def test_what_is_illustrative_or_a_demonstration_says_so() -> None:
    words = wording()
    plain = text_of(drawn())
    assert words.illustrative.zh not in plain
    assert words.demonstration.en not in plain
    illustrative = text_of(drawn(illustrative=True))
    assert words.illustrative.zh in illustrative
    assert words.illustrative.en in illustrative
    # The watermark runs upwards, so its letters come out one to a line.
    letters = "".join(text_of(drawn(demonstration=True)).split())
    assert set(words.demonstration.zh + words.demonstration.en) <= set(letters)
    assert drawn(demonstration=True) != drawn()


@needs("pdftoppm")
@pytest.mark.parametrize("dpi", [100, 200])
def test_the_qr_code_leads_to_the_verification_page(tmp_path: Path, dpi: int) -> None:
    (found,) = zxingcpp.read_barcodes(picture_of(drawn(demonstration=True), tmp_path, dpi))
    assert found.text == FACE.verification_url.upper()


@needs("pdftoppm")
def test_a_long_address_still_reads_and_a_longer_one_is_refused(tmp_path: Path) -> None:
    longest = "HTTPS://EXAMPLE.ORG/" + "V" * 198
    (found,) = zxingcpp.read_barcodes(picture_of(drawn(verification_url=longest), tmp_path, 150))
    assert found.text == longest
    assert LARGEST_VERSION == 8
    with pytest.raises(AddressTooLong):
        drawn(verification_url=longest + "V" * 5)


def test_the_file_is_fit_for_keeping() -> None:
    """The rules of PDF/A-3b that a drawing program is apt to break."""
    raw = drawn()
    assert raw.startswith(b"%PDF-1.7")
    assert raw.count(b"endstream") == raw.count(b"\nendstream\n")
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        root = pdf.Root
        assert root.Lang == "zh-CN"
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert root.OutputIntents[0].DestOutputProfile.N == 3
        assert not {"/OpenAction", "/AA", "/JavaScript"} & set(root.keys())
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "B"
            assert metadata["dc:title"] == pdf.docinfo["/Title"]
            assert metadata["pdf:Keywords"] == pdf.docinfo["/Keywords"] == NUMBER
        assert len(pdf.pages) == 1
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and is_font(o)]
        assert {str(font.BaseFont).partition("+")[2] for font in fonts} == {
            typesetting.REGULAR,
            typesetting.BOLD,
        }
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
        assert all("/ToUnicode" in font for font in fonts)


def is_font(thing: pikepdf.Dictionary) -> bool:
    return thing.get("/Type") == "/Font"


def test_the_metadata_do_not_name_the_holder() -> None:
    with pikepdf.open(io.BytesIO(drawn())) as pdf:
        told = str(dict(pdf.docinfo.items())) + pdf.Root.Metadata.read_bytes().decode()
    assert FACE.holder not in told


@needs("qpdf")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "c.pdf").write_bytes(drawn(demonstration=True, illustrative=True))
    subprocess.run(["qpdf", "--check", "c.pdf"], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "code_point"),
    [
        ("张\U0001f600", "U+1F600"),
        ("张\u200b晓", "U+200B"),
        ("e\u0301mile", "U+0301"),
        ("\u202e张晓", "U+202E"),
        ("محمد", "U+0645"),
        ("张\u3000晓", "U+3000"),
        ("张\n晓", "U+000A"),
        ("張\ufe00", "U+FE00"),
        ("\ue000", "U+E000"),
        ("\U00031350", "U+31350"),
        ("ก", "U+0E01"),
    ],
)
def test_a_character_that_cannot_be_printed_is_named(name: str, code_point: str) -> None:
    with pytest.raises(MissingGlyph) as refused:
        drawn(holder=name)
    assert ("holder", code_point) in [
        (error.field, error.facts.get("code_point")) for error in refused.value.errors
    ]


@pytest.mark.parametrize("name", ["", " 张晓", "张晓 ", "张  晓"])
def test_stray_spaces_are_refused(name: str) -> None:
    with pytest.raises(MissingGlyph):
        drawn(holder=name)


def test_every_field_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(MissingGlyph) as refused:
        drawn(holder="\u200b", issuer_zh="\u200b", basis="")
    assert {error.field for error in refused.value.errors} == {"holder", "issuer_zh", "basis"}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_name_is_either_drawn_or_refused(name: str) -> None:
    try:
        drawn(holder=name)
    except (MissingGlyph, TextTooLong):
        refused = True
    else:
        refused = False
    unprintable = not name or not all(typesetting._printable(character) for character in name)
    assert refused or not unprintable


@needs("pdftotext")
def test_a_long_name_shrinks_and_an_endless_one_is_refused() -> None:
    long = "阿卜杜热合曼·买买提明·阿布都克里木·吐尔逊江·玉素甫艾力"
    assert long in text_of(drawn(holder=long)).splitlines()
    with pytest.raises(TextTooLong):
        drawn(holder=long * 4)
    with pytest.raises(TextTooLong):
        drawn(basis="依据" * 400)


@pytest.mark.parametrize("word", wording().forbidden.words)
@pytest.mark.parametrize("field", ["title_zh", "level_zh"])
def test_forbidden_words_stay_off_titles_and_levels(word: str, field: str) -> None:
    with pytest.raises(ForbiddenWord) as refused:
        drawn(**{field: f"某{word}证书"})
    assert field in {error.field for error in refused.value.errors}


def test_an_issuer_may_be_called_what_it_is_called() -> None:
    assert "国家" in FACE.issuer_zh
    assert drawn().startswith(b"%PDF")


def test_the_standing_words_carry_no_forbidden_word() -> None:
    spoken = wording().model_dump(exclude={"forbidden"})
    for word in wording().forbidden.words:
        assert word not in str(spoken)


def test_the_fonts_cover_the_character_sets_of_names() -> None:
    """GB 2312 and GBK in full, and the characters beyond U+FFFF that people's names use."""
    for codec in ("gb2312", "gbk"):
        points = (chr(point) for point in range(0x3400, 0xA000))
        repertoire = "".join(c for c in points if len(c.encode(codec, "ignore")) == 2)
        assert typesetting.prints(repertoire, typesetting.REGULAR)
    beyond = [p for p in typesetting.font(typesetting.REGULAR).face.charToGlyph if p > 0xFFFF]
    assert len(beyond) >= 196
