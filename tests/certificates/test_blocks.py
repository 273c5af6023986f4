"""Blocks fill pages in order, leave nothing out, and never leave a heading behind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.blocks import Block, broken, height, paginate
from certificates.sheet import Sheet
from certificates.typesetting import REGULAR, TextTooLong, width

FIRST, TOP, BOTTOM = 500.0, 700.0, 60.0


def nothing(sheet: Sheet, top: float) -> None:
    """Draw nothing."""


HEAD = Block(30, nothing, with_next=True)
BLOCKS = st.builds(
    Block,
    height=st.floats(1, 150),
    draw=st.just(nothing),
    head=st.sampled_from([None, HEAD]),
    with_next=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(BLOCKS, max_size=60))
def test_every_block_stands_on_one_page_in_order(blocks: list[Block]) -> None:
    # At most three headings in a row, as papers have them: more would fill a page.
    for place in range(2, len(blocks), 3):
        blocks[place] = Block(blocks[place].height, nothing, blocks[place].head)
    pages = paginate(blocks, first=FIRST, top=TOP, bottom=BOTTOM)
    placed = [block for page in pages for _, block in page if block is not HEAD]
    assert [id(block) for block in placed] == [id(block) for block in blocks]
    for number, page in enumerate(pages):
        edge = FIRST if number == 0 else TOP
        for top, block in page:
            assert top == pytest.approx(edge)
            edge = top - block.height
            assert edge >= BOTTOM - 1e-6
        if page and number + 1 < len(pages):
            assert not page[-1][1].with_next
        if number and page[0][1] is not HEAD:
            assert page[0][1].head is None


def test_what_is_higher_than_a_page_is_refused() -> None:
    with pytest.raises(TextTooLong):
        paginate([Block(700, nothing)], first=FIRST, top=TOP, bottom=BOTTOM)


@settings(deadline=None, max_examples=60)
@given(
    st.text(st.sampled_from("abcdef0123456789 技术经理人，。（）"), max_size=200),
    st.floats(12, 200),
)
def test_lines_hold_the_text_within_the_room(text: str, room: float) -> None:
    text = " ".join(text.split())
    lines = broken(text, 8, room)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    assert all(
        width(line.text.rstrip(), REGULAR, 8) <= room for line in lines if len(line.text) > 1
    )
    assert height(lines) == pytest.approx(len(lines) * 8 * 1.36)
