"""Cuts the fonts certificates are set in out of Noto Serif SC; run by a maintainer, once per font.

`python certificates/fonts/subset.py FOLDER` takes the unpacked npm package
`@expo-google-fonts/noto-serif-sc` 0.4.3 (the tarball's SHA-256 is `TARBALL`; licence OFL-1.1, kept
beside the result as `OFL.txt`) and writes the two files beside this script. The same package gives
the same bytes. The regular weight carries every Han character of the Unified Repertoire (all of
GB 2312, GBK and the traditional forms), of Extension A and of the planes beyond, because people's
names need them: the 8,105 characters of 《通用规范汉字表》 are among them. The bold weight sets
headings only and carries GB 2312.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

TARBALL = "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e"

# Latin with the letters of European and Vietnamese names and of pinyin, Greek, Cyrillic,
# general and Chinese punctuation, currency and number signs, full-width forms.
SCRIPTS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20AC, 0x20AC),
    (0x2116, 0x2122),
    (0x2160, 0x217F),
    (0x2460, 0x2473),
    (0x25A0, 0x25CF),
    (0x3001, 0x301F),
    (0x3021, 0x3029),
    (0xFF01, 0xFF5E),
)
HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))


def _within(blocks: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for first, last in blocks:
        yield from range(first, last + 1)


def _encoded_in(codec: str) -> Iterator[int]:
    for point in range(0x80, 0x10000):
        if len(chr(point).encode(codec, "ignore")) == 2:
            yield point


def for_names() -> set[int]:
    """The characters of the regular weight: whatever may stand in a person's name."""
    return {*_within(SCRIPTS), *_within(HAN), *_encoded_in("gbk")}


def for_headings() -> set[int]:
    """The characters of the bold weight."""
    return {*_within(SCRIPTS), *_encoded_in("gb2312")}


def cut(source: Path, points: set[int], target: Path) -> None:
    """Write the part of a font that the given code points need, without its layout tables."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=["*"], recalc_timestamp=False
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.save(target)


CUTS: dict[str, tuple[str, str, Callable[[], set[int]]]] = {
    "NotoSerifSC-Regular.ttf": (
        "400Regular/NotoSerifSC_400Regular.ttf",
        "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
        for_names,
    ),
    "NotoSerifSC-Bold.ttf": (
        "700Bold/NotoSerifSC_700Bold.ttf",
        "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
        for_headings,
    ),
}


def main(package: Path) -> None:
    """Cut both weights; refuses sources other than the ones the project was made with."""
    for name, (path, digest, characters) in CUTS.items():
        source = package / path
        if hashlib.sha256(source.read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{path} is not the file of version 0.4.3")
        cut(source, characters(), Path(__file__).parent / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
