"""Workbooks for the tests: good ones, and those that somebody might send in their place."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from training.reading import Cell
from training.sheets import COLUMNS, SHEET

HEAD: list[Cell] = [*COLUMNS.values()]
Cells = list[Any]
"""One row: texts, numbers, days, and what somebody wrongly wrote."""


def workbook(
    *rows: Sequence[Any],
    head: Sequence[Cell] = HEAD,
    sheet: str = SHEET,
    merge: str | None = None,
) -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(head)
    for row in rows:
        page.append(list(row))
    if merge:
        page.merge_cells(merge)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def row(
    code: str,
    person: str,
    minutes: Any = 180,
    day: date = date(2026, 6, 1),
    name: str | None = None,
    reason: str | None = None,
) -> Cells:
    return [code, person, name, day, minutes, reason]


def repacked(content: bytes, added: dict[str, bytes]) -> bytes:
    """A workbook with further parts."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in added:
                new.writestr(name, old.read(name))
        for name, part in added.items():
            new.writestr(name, part)
    return made.getvalue()


def zip_bomb() -> bytes:
    """240 KB that would become 240 MB."""
    part = b"<worksheet>" + b" " * (240 * 2**20)
    return repacked(workbook(), {"xl/worksheets/sheet1.xml": part})


def with_macro() -> bytes:
    return repacked(workbook(), {"xl/vbaProject.bin": b"\0" * 100})


def encrypted() -> bytes:
    """What an encrypted workbook begins with: a compound file with an encrypted package."""
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + name + b"\0" * 1024


def encrypted_zip() -> bytes:
    """A zip whose members say that they are encrypted."""
    content = bytearray(workbook())
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def lying_zip() -> bytes:
    """A bomb whose table of contents says that it is small."""
    content = bytearray(zip_bomb())
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)
