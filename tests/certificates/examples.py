"""An authority, a face and a signed paper for the tests of this folder; made once per run."""

import atexit
import re
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from certificates import field, keys, numbering, signing, twin
from certificates.authority import AuthorityNames, Periods
from certificates.drawing import draw
from certificates.face import Face
from certificates.keys import FileSigner
from certificates.wording import wording
from registry.platform.settings import Settings

PASSWORD = "correct horse battery staple"
ON = date(2026, 1, 5)
AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
NAMES = AuthorityNames(
    organisation="技术经理人登记处（测试）",
    root="测试根证书",
    issuing="测试签发证书",
    seal="测试证书专用章",
    country="CN",
)
PERIODS = Periods(root_years=30, issuing_years=20, seal_years=12, source="tests")


HOLDER = "买买提·阿不都拉"
"""Whose certificate the fixtures issue: a name with a dot that people write in many ways."""
NUMBER = numbering.number(prefix="SHTM", year=2026, letter="J", serial=123, digits=6)
CODE = numbering.code(0x123456789ABCDEF)
FACE = Face(
    number=NUMBER,
    code=CODE,
    verification_url=f"https://example.org/v/{CODE}",
    holder="张晓明",
    level="junior",
    level_zh="初级技术经理人",
    level_en="Junior Technology Manager",
    title_zh="技术经理人能力水平评价证书",
    title_en="Certificate of Technology Manager Ability Evaluation",
    granted_on=date(2026, 11, 23),
    valid_from=date(2026, 11, 24),
    valid_until=date(2029, 11, 23),
    issuer_zh="国家技术转移人才培养基地（测试）",
    issuer_en="Technology Manager Registry (Test)",
    basis="《技术经理人能力评价办法（测试）》2026年1月1日版，第五条",
    illustrative=False,
    demonstration=False,
)


def of_level(face: Face, level: str) -> Face:
    """A face with the level and its names."""
    said = wording().levels[level]
    return replace(face, level=level, level_zh=said.zh, level_en=said.en)


def drawn(**other: Any) -> bytes:
    """The example certificate with some of its face changed."""
    return draw(replace(FACE, **other))


def unsealed(file: bytes) -> bytes:
    """The drawing that a sealed file was made of: without its moment and its signature."""
    place = field.find(file)
    assert place is not None
    start, end = place.gap
    blank = b"<" + b"0" * (end - start - 2) + b">"
    dated = file[:start] + blank + file[end:]
    return without_store(dated[: place.moment] + b"0" * 14 + b"Z" + dated[place.moment + 15 :])


def without_store(file: bytes) -> bytes:
    """A file as it was before the document security store was put in."""
    named = re.search(rb" /DSS (\d+) 0 R /Extensions << .*? >> >>(?=\n>>\nendobj)", file)
    if named is None:
        return file
    first, size, cut = int(named[1]), len(named[0]), named.start()
    table = file.rindex(b"\nxref\n0 ") + 1
    places = [int(each) for each in re.findall(rb"(\d{10}) 00000 n \n", file[table:])]
    end = file[table:].partition(b"trailer")[2].partition(b"startxref")[0]
    kept = [each - size if each > cut else each for each in places[: first - 1]]
    whole = file[:cut] + file[cut + size : places[first - 1]]
    listed = b"".join(b"%010d 00000 n \n" % each for each in kept)
    whole += b"xref\n0 %d\n0000000000 65535 f \n%strailer%sstartxref\n%d\n%%%%EOF\n" % (
        first,
        listed,
        re.sub(rb"/Size \d+", b"/Size %d" % first, end),
        len(whole),
    )
    begin = whole.rindex(b"<< /Type /Sig /Filter")
    value = field.value(begin, len(whole))
    return whole[:begin] + value + whole[begin + len(value) :]


def twin_of(face: Face, by: FileSigner | None = None) -> tuple[str, bytes]:
    """The twin of a face as it is enclosed, under the example seal or another."""
    settings = Settings(public_url="https://registry.example.org")
    said = twin.compose(face, (1, 94567), settings)
    return twin.FILE, twin.seal(said, settings, by or signer()).encode()


CRL_URL = "http://127.0.0.1:9/issuing.crl"


@cache
def signed() -> bytes:
    """The example certificate under the example seal."""
    return signing.sign(drawn(), signer(), AT)


def authority(seed: int = 0) -> Path:
    """An authority in a temporary folder; another seed gives another one of the same names."""
    return _established(seed)


def signer(seed: int = 0) -> FileSigner:
    """The seal of that authority."""
    return _loaded(seed)


@cache
def _established(seed: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"authority-{seed}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    keys.establish_authority(folder, PASSWORD, NAMES, ON, periods=PERIODS)
    return folder


@cache
def _loaded(seed: int) -> FileSigner:
    return keys.read_seal(_established(seed), PASSWORD)
