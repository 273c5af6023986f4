"""Reading a spreadsheet that somebody sent: its cells, or the code of why it is not read.

Formulas are not calculated: what counts is the value the program that saved the file last showed.
A file from outside is read by `read_apart`, in a process with limits of its own.
"""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

Cell = str | int | float | bool | None
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_MEMBERS = 1000
"""Parts of a workbook; one with hundreds of sheets still has fewer."""
MOST_PACKED = 100
"""Times a part may be larger unpacked than packed: XML seldom reaches 30."""
MOST_COLUMNS = 40
SEPARATORS = "\t,;"


class Limits(msgspec.Struct, frozen=True):
    """How much of a file is looked at."""

    rows: int
    unpacked_megabytes: int
    sheet: str
    """Name of the sheet that is read; a text file has only one."""
    seconds: int = 60
    megabytes: int = 700


class Sheet(msgspec.Struct, frozen=True):
    """The cells of a sheet by row, the first row of the sheet first, or why there are none."""

    rows: list[list[Cell]] = []
    refused: str = ""
    """Code of why the file is not read, or ""."""
    detail: str = ""


def read(content: bytes, limits: Limits) -> Sheet:
    """Read a workbook, or text with separated columns."""
    if not content:
        return Sheet(refused="empty")
    if content.startswith(OLE):
        return Sheet(refused="encrypted" if ENCRYPTED in content else "old-format")
    if content.startswith(ZIP):
        why = directory_fault(content, limits.unpacked_megabytes)
        return Sheet(refused=why) if why else _workbook(content, limits)
    return text(content, limits)


def directory_fault(content: bytes, unpacked_megabytes: int) -> str:
    """What is wrong with a workbook by its table of contents alone, or ""; nothing is unpacked."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return "damaged"
    names = {member.filename.lower() for member in members}
    if any(member.flag_bits & 1 for member in members):
        return "encrypted"
    if any(name.rpartition("/")[2].startswith("vba") for name in names):
        return "macros"
    total = sum(member.file_size for member in members)
    swollen = any(m.file_size > MOST_PACKED * max(m.compress_size, 10_000) for m in members)
    if total > unpacked_megabytes * 2**20 or swollen or len(members) > MOST_MEMBERS:
        return "zip-bomb"
    return "" if "xl/workbook.xml" in names else "not-a-workbook"


def _workbook(content: bytes, limits: Limits) -> Sheet:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if limits.sheet not in book.sheet_names:
            return Sheet(refused="wrong-sheet")
        sheet = book.get_sheet_by_name(limits.sheet)
        if sheet.total_height > limits.rows + 10:
            return Sheet(refused="too-many-rows")
        if sheet.total_width > MOST_COLUMNS:
            return Sheet(refused="too-many-columns")
        if merged := sheet.merged_cell_ranges:
            return Sheet(refused="merged-cells", detail=_range(merged[0]))
        cells = sheet.to_python(skip_empty_area=False)
        return Sheet(
            rows=[[c if c.__class__ is str and c else _plain(c) for c in r] for r in cells]
        )
    except PasswordError:
        return Sheet(refused="encrypted")
    except CalamineError:
        return Sheet(refused="damaged")


def _range(corners: tuple[tuple[int, int], tuple[int, int]]) -> str:
    return ":".join(f"{_letters(column)}{row + 1}" for row, column in corners)


def _letters(column: int) -> str:
    left, last = divmod(column, 26)
    return (_letters(left - 1) if left else "") + chr(ord("A") + last)


def _plain(cell: Any) -> Cell:
    """A cell as JSON has it; whole numbers without their decimal point, days as ISO 8601."""
    if cell.__class__ is str:  # most are, so it is asked first
        return cell or None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return cell  # type: ignore[no-any-return]


def text(content: bytes, limits: Limits) -> Sheet:
    """Read rows of text in UTF-8 or GB 18030, their columns apart by tabs, commas or semicolons."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _separated(said, limits)
    return Sheet(refused="encoding")


def _separated(said: str, limits: Limits) -> Sheet:
    if "\0" in said:
        return Sheet(refused="not-a-table")
    head = said.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(said, newline=""), delimiter=separator, strict=True):
            rows.append([cell or None for cell in row[:MOST_COLUMNS]])
            if len(rows) > limits.rows + 10:
                return Sheet(refused="too-many-rows")
    except csv.Error:
        return Sheet(refused="not-a-table")
    return Sheet(rows=rows)


def read_apart(content: bytes, limits: Limits) -> Sheet:
    """Read a file as `read` does, in a process of its own that may take only so much."""
    try:
        told = subprocess.run(
            [sys.executable, "-m", "training.reading"],
            input=msgspec.json.encode(limits) + b"\n" + content,
            capture_output=True,
            timeout=2 * limits.seconds,
            env={"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Sheet(refused="too-much")
    return msgspec.json.decode(told.stdout, type=Sheet)


def _serve() -> None:
    """The other side of `read_apart`: limits and file on standard input, cells on output."""
    limits = msgspec.convert(json.loads(sys.stdin.buffer.readline()), Limits)
    memory = limits.megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.buffer.write(msgspec.json.encode(read(sys.stdin.buffer.read(), limits)))


if __name__ == "__main__":
    _serve()
