"""When two ways of writing a name mean the same one: in the register, offline, in the offline page.

`published/transcript.js` does the same; a test holds both against one table.
"""

import unicodedata

_MARKS = {"Mn", "Mc"}
"""Vowels and other signs upon letters, which tell Tibetan, Uyghur and other names apart."""
_NO_LETTERS = frozenset("\u034f\u119e\u318d\ua78f") | {
    chr(point)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for point in range(first, last + 1)
}
"""Dots that Unicode has among letters, and what chooses a shape and is not seen by itself."""


def same(one: str, other: str) -> bool:
    """Whether two ways of writing a name are of the same letters."""
    return plain(one) == plain(other)


def plain(name: str) -> str:
    """What counts in a name: its letters with their marks, however wide, spaced, or dotted.

    Capitals count as small letters.
    """
    folded = unicodedata.normalize("NFKC", name).upper().lower()
    return "".join(each for each in unicodedata.normalize("NFKC", folded) if _counts(each))


def _counts(character: str) -> bool:
    kind = unicodedata.category(character)
    return (kind[0] in "LN" or kind in _MARKS) and character not in _NO_LETTERS
