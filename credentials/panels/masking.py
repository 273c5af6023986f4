"""What is taken out of an application before an assessor reads it, or the public a name."""

from collections.abc import Iterable

HIDDEN = "■■"


def hidden(text: str, names: Iterable[str]) -> str:
    """A text without any of some names, longest first."""
    for name in sorted({each.strip() for each in names if each.strip()}, key=len, reverse=True):
        text = text.replace(name, HIDDEN)
    return text


def masked(name: str) -> str:
    """A name for a public page: 陈*远, 王*, E*** W***."""
    words = name.split()
    if len(words) > 1 or name.isascii():
        return " ".join(f"{word[:1]}***" for word in words)
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
