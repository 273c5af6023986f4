"""A font that was cut for a name draws it as the whole font would."""

import io
from typing import Any

import pytest
from fontTools.pens.recordingPen import RecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import outlines, typesetting
from certificates.typesetting import REGULAR

WHOLE = TTFont(io.BytesIO(typesetting.font(REGULAR).face._ttf_data))
POINTS = st.sampled_from(sorted(typesetting.font(REGULAR).face.charToGlyph))


def strokes(font: TTFont, glyph: str) -> Any:
    pen = RecordingPen()
    font.getGlyphSet()[glyph].draw(pen)
    return pen.value, font["hmtx"][glyph]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60, deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=40))
def test_every_character_is_drawn_as_in_the_whole_font(points: list[int]) -> None:
    cut = TTFont(io.BytesIO(outlines.cut(points)), checkChecksums=2)
    (codes,) = cut["cmap"].tables
    assert (codes.platformID, codes.platEncID) == (1, 0)
    known = WHOLE.getBestCmap()
    for code, point in enumerate(points):
        assert strokes(cut, codes.cmap[code]) == strokes(WHOLE, known[point])
    assert cut["maxp"].numGlyphs == len(set(points)) + 1
    assert cut["head"].unitsPerEm == WHOLE["head"].unitsPerEm
