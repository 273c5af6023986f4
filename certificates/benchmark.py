"""How fast certificates are made: many different ones drawn and signed, in memory, on one core."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec

from certificates import authority, drawing, numbering, signing, twin
from certificates.authority import AuthorityNames, Periods
from certificates.face import Face
from certificates.keys import FileSigner
from registry.platform.settings import Settings

_DAY = date(2026, 1, 5)
_AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "一二三四五六七八九十百千万安平和春夏秋冬"
_SETTINGS = Settings(public_url="https://registry.example.org")


class Measured(msgspec.Struct, frozen=True):
    """What was measured."""

    count: int
    seconds: float
    cpu_seconds: float
    per_cpu_second: float
    bytes_each: int


def measure(count: int) -> Measured:
    """Draw and sign so many certificates of as many people, each with its twin inside.

    The keys are made for it and forgotten; making them, and the first certificate, which reads the
    fonts, are not counted.
    """
    seal, faces, size = _seal(), _faces(), 0
    _make(next(faces), seal, 0)
    began, worked = time.perf_counter(), time.process_time()
    for place, face in enumerate(itertools.islice(faces, count), 1):
        size += len(_make(face, seal, place))
    worked, passed = time.process_time() - worked, time.perf_counter() - began
    return Measured(count, passed, worked, count / worked, size // count)


def _make(face: Face, seal: FileSigner, place: int) -> bytes:
    said = twin.compose(face, (1, place), _SETTINGS)
    token = twin.seal(said, _SETTINGS, seal)
    return signing.sign(drawing.draw(face, (twin.FILE, token.encode())), seal, _AT)


def _seal() -> FileSigner:
    names = AuthorityNames("Benchmark", "Root", "Issuing", "Seal", "CN")
    made = authority.create(names, Periods(30, 20, 12, "benchmark"), _DAY, None)
    return FileSigner(made["seal"].certificate, (made["issuing"].certificate,), made["seal"].key)


def _faces() -> Iterator[Face]:
    first = Face(
        number="",
        code="",
        verification_url="",
        holder="",
        level="junior",
        level_zh="初级技术经理人",
        level_en="Junior Technology Manager",
        title_zh="技术经理人能力水平评价证书",
        title_en="Certificate of Technology Manager Ability Evaluation",
        granted_on=_DAY,
        valid_from=_DAY,
        valid_until=date(2029, 1, 4),
        issuer_zh="技术经理人登记处",
        issuer_en="Technology Manager Registry",
        basis="技术经理人能力评价办法 (2026)",
        illustrative=False,
        demonstration=False,
    )
    names = itertools.cycle(map("".join, itertools.product(_FAMILY, _GIVEN, _GIVEN)))
    for serial, holder in enumerate(names, 1):
        code = numbering.new_code()
        number = numbering.number(prefix="SHTM", year=2026, letter="J", serial=serial, digits=6)
        url = f"{_SETTINGS.public_url}/v/{code}"
        yield replace(first, number=number, code=code, verification_url=url, holder=holder)
