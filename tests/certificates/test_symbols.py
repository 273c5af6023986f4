"""QR codes that were worked out for a whole family are those of each address by itself."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certificates import numbering, symbols

CODES = st.integers(0, 2**60 - 1).map(numbering.code)
SITES = st.sampled_from(
    ["HTTPS://EXAMPLE.ORG/V/", "HTTPS://REGISTRY.EXAMPLE.ORG/V/", "HTTP://127.0.0.1:8000/S/"]
)


def one_by_one(address: str) -> set[tuple[int, int]]:
    """Where the dark modules of an address are, from the lower left corner."""
    modules = symbols.rows(address)
    return {
        (column, len(modules) - 1 - row)
        for row, line in enumerate(modules)
        for column, module in enumerate(line)
        if module == "1"
    }


def painted(path: str) -> set[tuple[int, int]]:
    """Which units the rectangles of a path cover, none of them twice."""
    found = []
    for line in path.splitlines():
        column, row, length, height, operator = line.split()
        assert (height, operator) == ("1", "re")
        found += [(int(column) + more, int(row)) for more in range(int(length))]
    assert len(found) == len(set(found))
    return set(found)


@settings(max_examples=60, deadline=None)
@given(SITES, CODES)
@example("HTTPS://EXAMPLE.ORG/V/", numbering.code(0))
@example("HTTPS://EXAMPLE.ORG/V/", numbering.code(2**60 - 1))
def test_a_code_has_the_symbol_it_would_have_alone(site: str, code: str) -> None:
    path, side = symbols.drawn(site + code, len(code))
    assert side == len(symbols.rows(site + code))
    assert painted(path) == one_by_one(site + code)


@settings(max_examples=40, deadline=None)
@given(st.text(symbols.ALPHANUMERIC, min_size=17, max_size=17))
def test_so_has_whatever_else_is_written_at_its_end(ending: str) -> None:
    path, _ = symbols.drawn("HTTPS://EXAMPLE.ORG/V/" + ending, len(ending))
    assert painted(path) == one_by_one("HTTPS://EXAMPLE.ORG/V/" + ending)


@pytest.mark.parametrize("address", ["SHORT", "HTTPS://EXAMPLE.ORG/_/ABCD-EFGH-JKMN-P"])
def test_an_address_of_another_kind_is_worked_out_by_itself(address: str) -> None:
    path, _ = symbols.drawn(address, 16)
    assert painted(path) == one_by_one(address)
