"""Sealed statements of hours: what they say, to whom, and that the seal holds."""

import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from certificates import transcript
from certificates.answers import Outcome
from certificates.transcript import MISSING, Transcript
from certificates.validation import validate
from registry.platform import clock
from registry.platform.permissions import Role
from tests.certificates.examples import authority
from tests.conftest import NewClient
from tests.factories import make_account, make_applicant, make_hours, sign_in

pytestmark = pytest.mark.anyio

PLAIN = Transcript(
    number="H-P-000001-20260630",
    holder="陈思远",
    person_number="P-000001",
    on=date(2026, 6, 30),
    issuer_zh="登记中心",
    issuer_en="Registry",
    total_minutes=180,
    counted=(("各等级学时要求", "Hours for each level", "初级 junior", 1800, 180, 1620),),
    illustrative=True,
    only_base="",
    lines=((date(2026, 6, 1), "技术合同登记实务", "培训基地", "面授 on site", 180),),
    demonstration=False,
)


def text_of(content: bytes, folder: Path) -> str:
    file = folder / "statement.pdf"
    file.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True
    ).stdout.decode()


def test_it_says_what_it_is_given_and_always_in_the_same_bytes(tmp_path):
    drawn = transcript.draw(PLAIN)
    assert drawn == transcript.draw(PLAIN)
    text = text_of(drawn, tmp_path)
    for words in ("陈思远", "P-000001", "2026-06-30", "技术合同登记实务", "1620", "illustrative"):
        assert words in text
    assert "DEMONSTRATION" not in text
    assert "DEMONSTRATION" in text_of(transcript.draw(replace(PLAIN, demonstration=True)), tmp_path)


def test_many_lines_fill_many_pages_and_none_is_lost(tmp_path):
    lines = tuple(
        (date(2020, 1, 1) + timedelta(days=n), f"课程 {n:04d} " + "长" * 40, "基地", "面授", 60)
        for n in range(200)
    )
    text = text_of(transcript.draw(replace(PLAIN, lines=lines)), tmp_path)
    assert text.count("\f") > 5
    assert all(f"{n:04d}" in text for n in range(200))


def test_what_the_fonts_lack_is_marked_and_not_refused(tmp_path):
    odd = replace(PLAIN, holder="A\u202eB\U0001f600")
    assert transcript.printable(odd.holder) == f"A{MISSING}B{MISSING}"
    assert MISSING in text_of(transcript.draw(odd), tmp_path)


async def test_people_base_and_bureau_take_a_sealed_statement(
    new_client: NewClient, officer, settings, tmp_path
):
    clerk = await make_account(Role.BASE_CLERK)
    other = await make_account(Role.BASE_CLERK)
    person = await make_applicant()
    await make_hours(person, 180, by=clerk)
    await make_hours(person, 90, by=other)
    address = f"/people/{person.person}/hours.pdf"
    for account, path, minutes in (
        (person, "/hours/statement.pdf", 270),
        (officer, address, 270),
        (clerk, address, 180),
    ):
        client = new_client()
        await sign_in(client, account)
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        roots = transcript.signing.keys.load_roots(authority())
        found = {one.code: one.outcome for one in validate(answer.content, roots, clock.now())}
        assert set(found.values()) == {Outcome.PASSED}, found
        text = text_of(answer.content, tmp_path)
        assert f"({minutes} 分钟" in text
        assert ("Only hours recorded by" in text) is (account is clerk)
    stranger = new_client()
    await sign_in(stranger, await make_account(Role.BASE_CLERK))
    assert (await stranger.get(address)).status_code == 404
