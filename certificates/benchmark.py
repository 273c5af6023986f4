"""How fast certificates are made and checked, and how the log grows: in memory, on one core."""

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec

from certificates import authority, checking, drawing, form, numbering, plain, signing, twin
from certificates.authority import AuthorityNames, Periods
from certificates.face import Face
from certificates.keys import FileSigner
from certificates.log import journal, tiles, tree
from certificates.tables import CertificateFile
from registry.platform.settings import Settings

_DAY = date(2026, 1, 5)
_AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "一二三四五六七八九十百千万安平和春夏秋冬"
_NAMES = AuthorityNames("Benchmark", "Root", "Issuing", "Seal", "CN")
_PERIODS = Periods(30, 20, 12, "benchmark")
_FILES = 200
_TRIES = 500
_SETTINGS = Settings(public_url="https://registry.example.org")


class Measured(msgspec.Struct, frozen=True):
    """What was measured."""

    count: int
    seconds: float
    cpu_seconds: float
    per_cpu_second: float
    bytes_each: int


class Grown(msgspec.Struct, frozen=True):
    """What a log of some size costs, in millionths of a second of processor time."""

    entries: int
    to_add: float
    to_prove: float
    hashes: int
    """In a proof that an entry is there."""


class Report(msgspec.Struct, frozen=True):
    """Everything that was measured in one run."""

    certificates: Measured
    plain: Measured
    """By ReportLab and pyHanko alone."""
    times_as_fast: float
    strict_per_cpu_second: float
    on_record_per_cpu_second: float | None
    """None without an installation that has issued files."""
    tenfold: float | None
    """What 40,000 certificates cost, in terms of 4,000; None when that was not asked for."""
    log: list[Grown]


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


def measure_plain(count: int) -> Measured:
    """The same by ReportLab and pyHanko alone."""
    seal, faces, size = _seal(), _faces(), 0
    _make_plainly(next(faces), seal, 0)
    began, worked = time.perf_counter(), time.process_time()
    for place, face in enumerate(itertools.islice(faces, count), 1):
        size += len(_make_plainly(face, seal, place))
    worked, passed = time.process_time() - worked, time.perf_counter() - began
    return Measured(count, passed, worked, count / worked, size // count)


def measure_strict(count: int) -> float:
    """How many files of our own form are checked strictly in a second of processor time."""
    made = authority.create(_NAMES, _PERIODS, _DAY, None)
    seal = FileSigner(made["seal"].certificate, (made["issuing"].certificate,), made["seal"].key)
    files = [_make(face, seal, 1) for face in itertools.islice(_faces(), 1, 101)]
    trusted = form.seals_of(
        (seal.certificate,), made["issuing"].certificate, (made["root"].certificate,)
    )
    assert trusted is not None, "an authority made here holds together"
    began = time.process_time()
    good = sum(form.holds(file, trusted, _AT) for file in itertools.islice(_over(files), count))
    worked = time.process_time() - began
    assert good == count, "what was sealed here is ours"
    return count / worked


async def measure_on_record(count: int, at: datetime) -> float | None:
    """How many files of this installation are recognised by their hash in such a second.

    None where it has issued none.
    """
    kept = await CertificateFile.select(CertificateFile.content).limit(_FILES)
    files = [bytes(row["content"]) for row in kept]
    if not files:
        return None
    began = time.process_time()
    for content in itertools.islice(_over(files), count):
        assert await checking.on_record(content, at) is not None, "it is on record"
    return count / (time.process_time() - began)


def measure_log(sizes: Sequence[int]) -> list[Grown]:
    """What adding an entry and proving one costs in logs of these sizes, smallest first."""
    stored, size, found = dict[tiles.Tile, bytes](), 0, list[Grown]()
    for goal in sizes:
        while size < goal:
            count = min(journal.BATCH, goal - size)
            stored |= _add(stored, size, count)
            size += count
        began = time.process_time()
        for more in range(_TRIES):
            stored |= _add(stored, size + more, 1)
        added, size = time.process_time() - began, size + _TRIES
        began = time.process_time()
        for index in range(0, size, -(-size // _TRIES)):
            spans = tree.inclusion(index, size)
            wanted = {part for span in spans for part in tree.pieces(span)}
            path = tree.proof(spans, tiles.subtrees(wanted, stored))
        proven = time.process_time() - began
        found.append(Grown(goal, 1e6 * added / _TRIES, 1e6 * proven / _TRIES, len(path)))
    return found


def _add(stored: dict[tiles.Tile, bytes], size: int, count: int) -> dict[tiles.Tile, bytes]:
    begun = {tile: stored[tile] for tile in tiles.edge(size)}
    fresh = [tree.leaf_hash(number.to_bytes(32)) for number in range(size, size + count)]
    return tiles.extend(size, begun, fresh)


def _over(files: Sequence[bytes]) -> Iterator[bytes]:
    return itertools.cycle(files)


def _make_plainly(face: Face, seal: FileSigner, place: int) -> bytes:
    token = twin.seal(twin.compose(face, (1, place), _SETTINGS), _SETTINGS, seal)
    return plain.sign(plain.draw(face, (twin.FILE, token.encode())), seal, _AT)


def _make(face: Face, seal: FileSigner, place: int) -> bytes:
    said = twin.compose(face, (1, place), _SETTINGS)
    token = twin.seal(said, _SETTINGS, seal)
    return signing.sign(drawing.draw(face, (twin.FILE, token.encode())), seal, _AT)


def _seal() -> FileSigner:
    made = authority.create(_NAMES, _PERIODS, _DAY, None)
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
