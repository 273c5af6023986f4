"""QR codes (ISO/IEC 18004), worked out once for all addresses that differ in their code alone.

In a symbol of a given size and mask every module is a sum (exclusive or) of bits of the content,
error correction included. So of one address and of the addresses that differ from it in a single
bit, all others of that length follow by adding up, without searching or dividing again.
"""

import re
from functools import lru_cache

import segno

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

LARGEST_VERSION = 8
"""Version 8 keeps a module at half a millimetre, which a telephone still reads off paper."""
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Two of these go into eleven bits."""
_BASE = len(ALPHANUMERIC)
_PAIR_BITS, _SINGLE_BITS = 11, 6
_EIGHT = 8
_DARK = re.compile("1+")
_VALUES = {character: value for value, character in enumerate(ALPHANUMERIC)}


class AddressTooLong(FieldsInvalid):
    """The verification address would make a QR code too fine to read at its size."""


def rows(address: str) -> list[str]:
    """The modules of an address, line by line from the top, `1` where dark.

    Raises:
        AddressTooLong: they would be too fine to read.
    """
    # Trying all eight masks costs more than the rest of a drawing; readers accept any.
    symbol = segno.make(address, error="m", boost_error=False, micro=False, mask=2)
    if int(symbol.version) > LARGEST_VERSION:
        message = N_("核验地址过长，二维码过密。")
        raise AddressTooLong([FieldError("verification_url", "too-long", message)])
    return ["".join(map(str, line)) for line in symbol.matrix]


class _Rectangles:
    """The operators that draw dark modules in symbols of one size, for eight in a row at a time."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.stride = -(-side // _EIGHT) * _EIGHT
        """Modules of a line, filled up with light ones."""
        self._tables = [
            [_rectangles(bits, column, side - 1 - row) for bits in range(1 << _EIGHT)]
            for row in range(side)
            for column in range(0, self.stride, _EIGHT)
        ]

    def number(self, modules: list[str]) -> int:
        """All modules as one number."""
        return int("".join(line.ljust(self.stride, "0") for line in modules), 2)

    def path(self, number: int) -> str:
        """Draw them. What touches is one area all the same, for one path is filled at once."""
        raw = number.to_bytes(self.side * self.stride // _EIGHT)
        return "".join([table[bits] for table, bits in zip(self._tables, raw, strict=True)])


def _rectangles(bits: int, column: int, row: int) -> str:
    return "".join(
        f"{column + run.start()} {row} {run.end() - run.start()} 1 re\n"
        for run in _DARK.finditer(f"{bits:08b}")
    )


class Family:
    """The symbols of all addresses of one length that begin alike, in letters QR codes know."""

    def __init__(self, beginning: str, length: int) -> None:
        """`beginning` holds an even number of characters, so that pairs fall behind it."""
        self.beginning, self.length = beginning, length
        blank = rows(beginning + "0" * length)
        self.side = len(blank)
        self._rectangles = _all_of(self.side)
        self._blank = self._rectangles.number(blank)
        self._added: list[dict[str, int]] = [{} for _ in range(0, length, 2)]
        self._bits = [self._of_place(place) for place in range(0, length, 2)]

    def _of_place(self, place: int) -> list[int]:
        """What each bit of the pair at a place changes."""
        single = place + 1 == self.length
        found = []
        for bit in range(_SINGLE_BITS if single else _PAIR_BITS):
            pair = ALPHANUMERIC[1 << bit] if single else _pair(1 << bit)
            other = "0" * place + pair + "0" * (self.length - place - len(pair))
            found.append(self._blank ^ self._rectangles.number(rows(self.beginning + other)))
        return found

    def drawn(self, address: str) -> str:
        """The path of the dark modules, one unit each, from the lower left corner."""
        total, rest = self._blank, address[len(self.beginning) :]
        for place, known in enumerate(self._added):
            pair = rest[2 * place : 2 * place + 2]
            if pair not in known:
                known[pair] = self._sum(self._bits[place], pair)
            total ^= known[pair]
        return self._rectangles.path(total)

    @staticmethod
    def _sum(bits: list[int], pair: str) -> int:
        value = _VALUES[pair[0]] * (_BASE if len(pair) == 2 else 1)
        value += _VALUES[pair[1]] if len(pair) == 2 else 0
        total = 0
        for place, change in enumerate(bits):
            if value >> place & 1:
                total ^= change
        return total


@lru_cache(maxsize=16)
def _all_of(side: int) -> _Rectangles:
    return _Rectangles(side)


def _pair(value: int) -> str:
    return ALPHANUMERIC[value // _BASE] + ALPHANUMERIC[value % _BASE]


@lru_cache(maxsize=16)
def family(beginning: str, length: int) -> Family:
    """The symbols of addresses that begin so; worked out when first asked for."""
    return Family(beginning, length)


def drawn(address: str, changing: int) -> tuple[str, int]:
    """The path of an address's dark modules, one unit each, and how many stand on a side.

    `changing` is how many characters at its end differ from one address to the next.

    Raises:
        AddressTooLong: they would be too fine to read.
    """
    if len(address) <= changing or not set(address) <= _VALUES.keys():
        modules = rows(address)
        found = _all_of(len(modules))
        return found.path(found.number(modules)), len(modules)
    beginning = address[: (len(address) - changing) // 2 * 2]
    known = family(beginning, len(address) - len(beginning))
    return known.drawn(address), known.side
