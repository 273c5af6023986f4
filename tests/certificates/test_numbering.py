"""Numbers and codes: what is made can be read back however it is typed; a slip is noticed."""

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from certificates import numbering
from certificates.numbering import NotACode, NotANumber, WrongCheckCharacter

numbers = st.builds(
    numbering.number,
    prefix=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=8),
    year=st.integers(2000, 2999),
    letter=st.sampled_from("JMS"),
    serial=st.integers(1, 10**9),
    digits=st.integers(6, 10),
)
codes = st.integers(0, 2**60 - 1).map(numbering.code)
FULL_WIDTH = {
    ord(c): ord(c) + 0xFEE0 for c in numbering.ALPHANUMERIC + "abcdefghijklmnopqrstuvwxyz-"
}


@st.composite
def typed(draw: st.DrawFn, written: str) -> str:
    """The same thing as a person may type it: case, width, dashes and spaces at will."""
    separators = st.sampled_from(["-", "", " ", "－", "—", "–", "−", "\u3000", "- ", "\u200b"])
    text = draw(separators).join(written.split("-"))
    text = text.lower() if draw(st.booleans()) else text
    text = text.translate(FULL_WIDTH) if draw(st.booleans()) else text
    return draw(st.sampled_from(["", " ", "\t", "\n"])) + text + draw(st.sampled_from(["", " "]))


@pytest.mark.parametrize(
    "identifier",
    [
        # Electronic-licence identifiers (GB/T 36904) as public code shows them, check last.
        "11100000000013338W011.11430000006122244L.20230000403.001.U",
        "11100000000013338W009.11330105002500287C.2025052201.002.0",
        "11100000MB03271699022.340100.000000016.001.9",
    ],
)
def test_check_character_of_worked_identifiers(identifier: str) -> None:
    *body, check = identifier.split(".")
    assert numbering.check_character("".join(body)) == check


def test_a_number_is_written_as_printed() -> None:
    written = numbering.number(prefix="SHTM", year=2026, letter="J", serial=123, digits=6)
    assert written.startswith("SHTM-2026-J-000123-")
    assert written[-1] == numbering.check_character("SHTM2026J000123")


@given(st.data(), numbers)
def test_a_number_is_read_however_it_is_typed(data: st.DataObject, written: str) -> None:
    assert numbering.normalise_number(data.draw(typed(written))) == written


@given(st.data(), codes)
def test_a_code_is_read_however_it_is_typed(data: st.DataObject, written: str) -> None:
    confusing = {ord("0"): "O", ord("1"): data.draw(st.sampled_from("IL"))}
    text = written.translate(confusing) if data.draw(st.booleans()) else written
    assert numbering.normalise_code(data.draw(typed(text))) == written


@given(st.data(), numbers, st.sampled_from(numbering.ALPHANUMERIC))
def test_one_wrong_character_in_a_number_is_noticed(
    data: st.DataObject, written: str, other: str
) -> None:
    at = data.draw(st.sampled_from([i for i, c in enumerate(written) if c != "-"]))
    assume(written[at] != other)
    with pytest.raises((WrongCheckCharacter, NotANumber)):
        numbering.normalise_number(written[:at] + other + written[at + 1 :])


@given(st.data(), codes, st.sampled_from(numbering.CROCKFORD))
def test_one_wrong_character_in_a_code_is_told_apart(
    data: st.DataObject, written: str, other: str
) -> None:
    at = data.draw(st.sampled_from([i for i, c in enumerate(written) if c != "-"]))
    assume(written[at] != other)
    with pytest.raises(WrongCheckCharacter):
        numbering.normalise_code(written[:at] + other + written[at + 1 :])


@given(st.text(max_size=100))
def test_anything_else_is_refused_in_words(text: str) -> None:
    """Whatever comes in is either read, or refused by one of our own errors."""
    with contextlib.suppress(NotACode, WrongCheckCharacter):
        assert numbering.normalise_code(text).count("-") == 3
    with contextlib.suppress(NotANumber, WrongCheckCharacter):
        assert numbering.normalise_number(text).count("-") == 4


def test_fresh_codes_differ_and_read_back() -> None:
    drawn = {numbering.new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert {numbering.normalise_code(code) for code in drawn} == drawn


@pytest.mark.parametrize(
    "wrong",
    [
        {"serial": 0},
        {"serial": -1},
        {"prefix": "S"},
        {"prefix": "SH-TM"},
        {"letter": "JJ"},
        {"year": 20260},
        {"serial": 10**12},
    ],
)
def test_what_could_not_be_read_back_is_not_written(wrong: dict[str, object]) -> None:
    fields = {"prefix": "SHTM", "year": 2026, "letter": "J", "serial": 1, "digits": 6}
    with pytest.raises(ValueError, match="would not be"):
        numbering.number(**(fields | wrong))  # type: ignore[arg-type]
