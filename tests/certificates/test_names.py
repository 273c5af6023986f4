"""A name is read alike by the register, offline, and by the offline page."""

import asyncio
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Page

from certificates import names
from certificates.tables import Certificate
from tests.certificates.examples import HOLDER
from tests.certificates.test_verifier import judged, opened, twin_of
from tests.conftest import Client

pytestmark = pytest.mark.anyio
SAME = {
    "买买提·阿不都拉": (
        "买买提•阿不都拉",
        "买买提・阿不都拉",
        "买买提．阿不都拉",
        "买买提 · 阿不都拉",
        "买买提‧阿不都拉",
        "买买提∙阿不都拉",
        "买买提ꞏ阿不都拉",
        "买买提ㆍ阿不都拉",
        "买买提阿不都拉",
        "\u3000买买提·阿不都拉\n",
    ),
    "Jean-François O'Brien": ("JEAN FRANC\u0327OIS O’BRIEN", "ｊｅａｎｆｒａｎçｏｉｓｏｂｒｉｅｎ"),
    "Straße": ("STRASSE", "strasse"),
    "བསྟན་འཛིན": ("བསྟན་འཛིན་", " བསྟན་ འཛིན"),
    "مەمەت ئابدۇللا": ("مەمەتئابدۇللا",),
    "葛󠄀城": ("葛城",),
    "王𬱟": ("王 𬱟",),
}
"""Each name with other ways to write it."""
OTHERS = (
    ("张晓明", "张小明"),
    ("བསྟན", "བསྟིན"),
    ("བསྟན", "བསྟུན"),
    ("ཀྲ", "ཀ"),
    ("ئا", "ا"),
    ("عُمَر", "عِمَر"),
    ("Müller", "Muller"),
    ("कि", "की"),
)
"""Names that a sign upon a letter tells apart."""


@pytest.mark.parametrize("name", SAME)
def test_ways_to_write_a_name_are_one(name: str) -> None:
    for other in SAME[name]:
        assert names.same(name, other), other
        assert names.same(name, unicodedata.normalize("NFD", other))
    assert names.plain(name)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_marks_tell_names_apart(one: str, other: str) -> None:
    assert not names.same(one, other)


LETTERS = st.text(
    st.characters(categories=["Lo"], min_codepoint=0x4E00, max_codepoint=0x323AF), min_size=1
)


@given(LETTERS, st.sampled_from("·•・．‧ꞏㆍ \u3000\u00a0\u200b\u200d\ufe00"))
def test_neither_dots_nor_spaces_nor_what_is_not_seen_count(name: str, between: str) -> None:
    assert names.same(name, between.join(name))
    assert names.same(name, between + name + between)


async def test_the_page_reads_names_as_the_register_does(
    page: Page, client: Client, certificate: Certificate, tmp_path: Path
) -> None:
    await opened(page, client, tmp_path)
    table = [*SAME, *(each for others in SAME.values() for each in others)]
    table += [each for pair in OTHERS for each in pair]
    table += await asyncio.to_thread(drawn_names)
    read = await page.evaluate("table => table.map(plainName)", table)
    differing = [
        (name, names.plain(name), found)
        for name, found in zip(table, read, strict=True)
        if names.plain(name) != found
    ]
    assert differing == []


def drawn_names() -> list[str]:
    """Every character that names are written in, by block, and some of them together."""
    blocks = ((0x20, 0x2FF), (0x300, 0x36F), (0x600, 0x6FF), (0xF00, 0xFDA), (0x1800, 0x18AA))
    wide = ((0x2000, 0x206F), (0x3000, 0x31FF), (0x4E00, 0x4EFF), (0xFE00, 0xFFEF))
    singles = [chr(each) for first, last in blocks + wide for each in range(first, last + 1)]
    assigned = [each for each in singles if unicodedata.category(each) != "Cn"]
    return [*assigned, *("".join(assigned[at : at + 5]) for at in range(0, len(assigned), 3))]


async def test_the_page_knows_its_holder_however_the_name_is_typed(
    page: Page, client: Client, certificate: Certificate, file: bytes, tmp_path: Path
) -> None:
    await opened(page, client, tmp_path)
    token = (await twin_of(certificate)).encode()
    for content, typed in ((file, SAME[HOLDER]), (token, SAME[HOLDER][:4])):
        assert (await judged(page, content))[0] == "valid"
        for name, said in ((HOLDER, "一致"), *((each, "一致") for each in typed), ("李四", "不")):
            await page.fill("#name", name)
            await page.evaluate("document.getElementById('named').textContent = ''")
            await page.click("#compare")
            await page.wait_for_function("() => document.getElementById('named').textContent")
            found = await page.inner_text("#named")
            assert ("不一致" in found) == (said == "不"), (name, found)
