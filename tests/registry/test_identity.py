"""Identity numbers: every good one is taken, every slip of one character is not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import identity
from registry.words import IdentityKind

RESIDENT, PASSPORT, FOREIGN = IdentityKind
ON = date(2026, 6, 30)
BORN = st.dates(date(1900, 1, 1), ON - timedelta(days=1))
GOOD = "11010519491231002X"
"""The example of the standard, GB 11643-1999."""


def codes(kind: IdentityKind, number: str, born: date | None = None, on: date = ON) -> list[str]:
    found = identity.faults(kind, identity.normalise(number), born, on)
    return [f"{fault.field}:{fault.code}" for fault in found]


@st.composite
def residents(draw: st.DrawFn, first: str = "12345678") -> tuple[str, date]:
    """A resident number of any region, assigned or not, and the birth date it carries."""
    region = draw(st.sampled_from(first)) + draw(st.from_regex(r"[0-9]{5}", fullmatch=True))
    born, serial = draw(BORN), draw(st.integers(0, 999))
    seventeen = f"{region}{born:%Y%m%d}{serial:03d}"
    # The check character makes the weighted sum of all eighteen 1 modulo 11.
    weighted = sum(int(d) * 2 ** (17 - i) for i, d in enumerate(seventeen))
    check = (1 - weighted) % 11
    return seventeen + ("X" if check == 10 else str(check)), born


@given(residents())
def test_every_good_number_is_taken_and_says_when_its_holder_was_born(
    made: tuple[str, date],
) -> None:
    number, born = made
    assert codes(RESIDENT, number) == []
    assert identity.birth_date(number) == born
    assert codes(RESIDENT, number, born) == []


@given(residents(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_change_of_one_character_is_always_noticed(
    made: tuple[str, date], place: int, character: str
) -> None:
    number, _ = made
    changed = number[:place] + character + number[place + 1 :]
    assert (codes(RESIDENT, changed) == []) is (changed == number)


@given(residents(), st.integers(0, 16))
def test_two_neighbours_changed_round_are_always_noticed(
    made: tuple[str, date], place: int
) -> None:
    number, _ = made
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (codes(RESIDENT, swapped) == []) is (swapped == number)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 11010519491231002X\t",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert identity.normalise(typed) == GOOD
    assert codes(RESIDENT, typed) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002", "form"),
        ("110105194912310023X", "form"),
        ("1101051949123100XX", "form"),
        ("", "form"),
        ("110105491231002", "form"),
        ("110105194902300025", "birth-date"),
        ("110105194913010026", "birth-date"),
        ("110105000001010020", "birth-date"),
        ("110105189912310020", "birth-date"),
        ("110105194912310021", "check-digit"),
    ],
)
def test_what_cannot_be_a_resident_number_is_told_apart(number: str, code: str) -> None:
    assert codes(RESIDENT, number)[0] == f"number:{code}"


def with_check(seventeen: str) -> str:
    return seventeen + identity.check_character(seventeen)


def test_nobody_is_born_today_or_later() -> None:
    assert codes(RESIDENT, with_check(f"110105{ON:%Y%m%d}001")) == ["number:birth-date"]
    yesterday = ON - timedelta(days=1)
    assert codes(RESIDENT, with_check(f"110105{yesterday:%Y%m%d}001")) == []
    assert codes(PASSPORT, "E12345678", ON) == ["born_on:in-future"]


def test_the_birth_date_beside_the_number_must_be_the_number_s() -> None:
    assert codes(RESIDENT, GOOD, date(1949, 12, 31)) == []
    assert codes(RESIDENT, GOOD, date(1949, 12, 30)) == ["born_on:differs"]


def test_a_29th_of_february_exists_only_in_leap_years() -> None:
    assert codes(RESIDENT, with_check("11010520000229001")) == []
    assert codes(RESIDENT, with_check("11010519000229001")) == ["number:birth-date"]


BIRTHDAY = date(1985, 4, 1)


@pytest.mark.parametrize("number", ["E12345678", "12345", "A1B2C3D4E5F6G7H"])
def test_passports_are_five_to_fifteen_letters_and_digits(number: str) -> None:
    assert codes(PASSPORT, number, BIRTHDAY) == []
    assert codes(PASSPORT, number) == ["born_on:required"]


@pytest.mark.parametrize("number", ["1234", "A" * 16, "", "护照12345", "É12345"])
def test_other_passport_numbers_are_refused(number: str) -> None:
    assert codes(PASSPORT, number, BIRTHDAY) == ["number:form"]


@given(residents(first="9"))
def test_the_new_foreign_resident_card_has_a_number_like_a_resident_s(
    made: tuple[str, date],
) -> None:
    number, born = made
    assert codes(FOREIGN, number) == []
    assert codes(FOREIGN, number, born) == []
    assert codes(FOREIGN, number[:17] + ("0" if number[17] != "0" else "1")) == [
        "number:check-digit"
    ]


@given(residents(first="9"), residents())
def test_a_card_is_one_kind_only(foreign: tuple[str, date], resident: tuple[str, date]) -> None:
    """Or its holder could be on record twice."""
    assert codes(RESIDENT, foreign[0]) == ["number:form"]
    assert codes(FOREIGN, resident[0]) == ["number:form"]


def test_the_old_foreign_resident_card_carries_no_date() -> None:
    assert codes(FOREIGN, "USA110085040112", BIRTHDAY) == []
    assert codes(FOREIGN, "USA110085040112") == ["born_on:required"]
    assert codes(FOREIGN, "US1110085040112", BIRTHDAY) == ["number:form"]


@given(residents())
def test_a_masked_number_shows_neither_birth_date_nor_serial(made: tuple[str, date]) -> None:
    number, born = made
    masked = identity.masked(number)
    assert masked == number[:3] + "*" * 11 + number[-4:]
    assert f"{born:%Y%m%d}" not in masked


@given(st.from_regex(r"[A-Z0-9]{5,15}", fullmatch=True))
def test_at_least_a_third_of_any_number_stays_hidden(number: str) -> None:
    masked = identity.masked(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= len(number) // 3
    assert masked.replace("*", "") == number[: masked.index("*")] + number[masked.rindex("*") + 1 :]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张伟", "张*"),
        ("欧阳若兰", "欧**兰"),
        ("李", "李"),
        ("Eleanor Whitfield", "E" + "*" * 15 + "d"),
    ],
)
def test_strangers_see_the_ends_of_a_name(name: str, shown: str) -> None:
    assert identity.masked_name(name) == shown
