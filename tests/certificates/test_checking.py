"""What a stranger learns: one plain answer by code, by number and name, or by file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from anyio import to_thread

from certificates import checking, crl, drawing, issuing, keys, revocation, signing, uploads
from certificates.answers import Answer, Verdict
from certificates.checking import NumberAndName
from certificates.tables import Certificate
from certificates.validation import TWIN
from credentials.tables import Credential
from registry.platform import clock, i18n
from registry.platform.errors import FieldsInvalid
from registry.platform.problems import problem_of
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.examples import HOLDER as NAME
from tests.certificates.examples import signed, signer
from tests.factories import DAY, stand

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), clock.OFFICE)


NOW = at(DAY)
NOW_SIGNED = at(date(2026, 12, 1))
"""The seal is set at the present moment, whatever day a certificate is issued on."""
SEEN = (
    "pdf-readable",
    "one-signature",
    "whole-file",
    "no-changes-allowed",
    "signature-form",
    "unchanged",
    "issued-by-us",
)


@pytest.fixture
def english() -> Iterator[None]:
    token = i18n.locale.set("en")
    yield
    i18n.locale.reset(token)


def outcomes(answer: Answer) -> dict[str, str]:
    return {check.code: str(check.outcome) for check in answer.checks}


def plain(answer: Answer) -> Any:
    return msgspec.json.decode(msgspec.json.encode(answer))


async def test_a_code_is_answered_however_it_was_typed(certificate: Certificate) -> None:
    code = certificate.code
    answer = await checking.by_code(code, NOW)
    assert (answer.verdict, answer.number) == (Verdict.VALID, certificate.number)
    assert outcomes(answer) == {"genuine": "passed", "status-in-force": "passed"}
    assert answer.certificate is not None
    assert answer.certificate.name_masked == "买******拉"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} ", wide):
        assert await checking.by_code(typed, NOW) == answer


async def test_whatever_is_not_on_record_has_one_answer(certificate: Certificate) -> None:
    code, number = certificate.code, certificate.number
    wrong_check = code[:-1] + ("0" if code[-1] != "0" else "1")
    miss = await checking.by_code(wrong_check, NOW)
    assert (miss.verdict, miss.number, miss.certificate) == (Verdict.INVALID, None, None)
    assert outcomes(miss) == {"genuine": "failed"}
    for typed in ("", "7K3M", "0000-0000-0000-0", "x" * 5000, "'; --", number):
        assert await checking.by_code(typed, NOW) == miss
    for asked, name in (
        (number, "买买提"),
        (number, "张三"),
        (number, "·"),
        (number[:-1] + ("0" if number[-1] != "0" else "1"), NAME),
        ("SHTM-2026-J-000002-7", NAME),
        (code, NAME),
        ("不是编号", NAME),
    ):
        given = NumberAndName(number=asked, name=name)
        assert await checking.by_number(given, NOW) == miss
    hit = await checking.by_code(code, NOW)
    assert plain(hit).keys() == plain(miss).keys()


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "买买提 · 阿不都拉",
        "买买提•阿不都拉",
        "买买提・阿不都拉",
        "买买提．阿不都拉",
        "买买提阿不都拉",
    ],
)
async def test_number_and_name_are_read_as_they_are_meant(
    name: str, certificate: Certificate
) -> None:
    hit = await checking.by_code(certificate.code, NOW)
    number = certificate.number
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (number, number.lower(), number.replace("-", ""), number.replace("-", " "), wide):
        assert await checking.by_number(NumberAndName(number=typed, name=name), NOW) == hit


async def test_the_original_file_is_valid(file: bytes, settings: Settings) -> None:
    answer = await checking.by_file(file, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.VALID
    assert outcomes(answer) == {
        "file-on-record": "passed",
        "genuine": "passed",
        "status-in-force": "passed",
        **dict.fromkeys((*SEEN, "seal-not-revoked", *TWIN, "twin-on-record"), "passed"),
    }


@pytest.mark.parametrize("place", [9, 5000, 40_000, -300, -2])
async def test_one_byte_changed_is_no_original(
    place: int, file: bytes, certificate: Certificate, settings: Settings
) -> None:
    forged = bytearray(file)
    forged[place] ^= 1
    answer = await checking.by_file(bytes(forged), NOW_SIGNED, settings)
    assert answer.verdict is Verdict.INVALID
    assert answer.certificate is None
    assert outcomes(answer)["file-on-record"] == "failed"
    assert "failed" in {outcomes(answer)[code] for code in SEEN}
    assert answer.number in {certificate.number, None}


async def test_a_paper_of_another_authority_is_not_ours(
    certificate: Certificate, settings: Settings
) -> None:
    paper = drawing.draw(issuing.face_of(certificate))
    copy = await to_thread.run_sync(signing.sign, paper, signer(1), clock.now())
    answer = await checking.by_file(copy, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.INVALID
    failed = [code for code, outcome in outcomes(answer).items() if outcome == "failed"]
    assert failed == ["file-on-record", "issued-by-us"]
    assert answer.number == certificate.number


async def test_a_revoked_one_says_since_when_and_why(
    held: Credential, officer: Account, certificate: Certificate, file: bytes, settings: Settings
) -> None:
    await stand(held.id, "revoke", reason="fraud", on=date(2026, 7, 3))
    for answer in (
        await checking.by_code(certificate.code, NOW),
        await checking.by_file(file, NOW_SIGNED, settings),
    ):
        assert answer.verdict is Verdict.INVALID
        assert outcomes(answer)["genuine"] == "passed"
        assert outcomes(answer)["status-revoked"] == "failed"
        assert answer.certificate is not None
        assert answer.certificate.status_since == "2026-07-03"
        assert answer.certificate.reason == "fraud"
        said = {check.code: check.detail for check in answer.checks}
        assert said["status-revoked"] == "证书已于 2026年7月3日 撤销。"


async def test_a_suspended_one_comes_back_by_itself(
    held: Credential, officer: Account, certificate: Certificate
) -> None:
    await stand(held.id, "suspend", on=date(2026, 7, 3), until=date(2026, 8, 31))
    on_the_last_day = await checking.by_code(certificate.code, at(date(2026, 8, 31)))
    assert outcomes(on_the_last_day)["status-suspended"] == "failed"
    assert on_the_last_day.certificate is not None
    assert on_the_last_day.certificate.status_since == "2026-07-03"
    assert on_the_last_day.certificate.reason == "request"
    after = await checking.by_code(certificate.code, at(date(2026, 9, 1)))
    assert after.verdict is Verdict.VALID
    assert after.certificate is not None
    assert (after.certificate.status_since, after.certificate.reason) == ("2026-09-01", None)


async def test_one_that_ran_out_says_when(held: Credential, certificate: Certificate) -> None:
    last = held.valid_until
    assert (await checking.by_code(certificate.code, at(last))).verdict is Verdict.VALID
    # The day is the office's: half past four in the afternoon of Greenwich is past midnight there.
    late = datetime.combine(last, time(16, 30), UTC)
    answer = await checking.by_code(certificate.code, late)
    assert outcomes(answer) == {"genuine": "passed", "status-expired": "failed"}
    assert answer.certificate is not None
    assert answer.certificate.status_since == str(last + date.resolution)
    assert i18n.day(last) in answer.checks[1].detail


async def test_a_replaced_one_names_the_new_one(
    officer: Account, certificate: Certificate, file: bytes, settings: Settings
) -> None:
    new = await issuing.replace(
        certificate.id, by=officer, on=date(2026, 9, 1), settings=settings, signer=signer()
    )
    answer = await checking.by_file(file, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.INVALID
    assert outcomes(answer)["status-replaced"] == "failed"
    assert answer.certificate is not None
    assert answer.certificate.replaced_by == new.number
    assert answer.certificate.issued_on == str(certificate.issued_on)
    assert answer.certificate.status_since == "2026-09-01"
    assert answer.certificate.reason is None
    said = {check.code: check.detail for check in answer.checks}["status-replaced"]
    assert i18n.day(certificate.issued_on) in said
    assert "2026年9月1日" in said
    assert new.number in said
    assert (await checking.by_code(new.code, NOW_SIGNED)).verdict is Verdict.VALID


@pytest.mark.usefixtures("english")
async def test_every_sentence_is_said_in_the_language_of_the_request(
    file: bytes, settings: Settings
) -> None:
    for content in (file, file + b"\n", b"%PDF-1.7"):
        answer = await checking.by_file(content, NOW_SIGNED, settings)
        assert all(check.detail.isascii() for check in answer.checks), answer.checks


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "not-a-pdf"),
        (b"PK\x03\x04", "not-a-pdf"),
        (b"", "not-a-pdf"),
        (b"%PDF-1.7\n" + bytes(6 * 1024 * 1024), "too-large"),
    ],
)
async def test_what_is_no_pdf_is_refused_in_both_languages(
    content: bytes, code: str, settings: Settings
) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        await checking.by_file(content, NOW, settings)
    (error,) = problem_of(refused.value).errors
    assert (error["field"], error["code"]) == ("file", code)
    assert error["messages"]["zh"] == error["message"]
    assert error["messages"]["en"].isascii()
    assert error["messages"]["en"] != error["messages"]["zh"]


class Upload:
    """A file as a form brings it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def read(self) -> bytes:
        return self.content


@pytest.mark.parametrize("nothing", [None, "", "name.pdf", Upload(b"")])
async def test_no_file_is_said_to_be_missing(nothing: Any) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        await uploads.uploaded(nothing)
    assert refused.value.errors[0].code == "required"
    assert await uploads.uploaded(Upload(b"%PDF-")) == b"%PDF-"


async def test_any_file_at_all_has_an_answer(settings: Settings) -> None:
    for content in (b"", b"no pdf", b"%PDF-1.7\n%%EOF\n"):
        answer = await checking.of_file(content, NOW, settings)
        assert answer.verdict is Verdict.INVALID
        assert tuple(outcomes(answer)) == ("file-on-record", *SEEN)


async def test_without_the_register_nothing_is_called_valid(
    file: bytes, certificate: Certificate, settings: Settings
) -> None:
    answer = await checking.without_register(file, NOW_SIGNED, settings)
    assert (answer.verdict, answer.number) == (Verdict.UNDETERMINED, certificate.number)
    assert outcomes(answer) == {
        "genuine": "not-checked",
        **dict.fromkeys((*SEEN, "seal-not-revoked", *TWIN), "passed"),
    }
    forged = await checking.without_register(file + b"\n", NOW_SIGNED, settings)
    assert forged.verdict is Verdict.INVALID


async def test_a_seal_revoked_since_is_held_against_files_that_are_not_on_record(
    file: bytes, certificate: Certificate, settings: Settings
) -> None:
    revocation.revoke(settings.key_folder, signer().certificate.serial_number, NOW)
    answer = await checking.by_file(file, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.VALID
    assert answer.verdict is (await checking.by_code(certificate.code, NOW_SIGNED)).verdict
    assert outcomes(answer)["seal-revoked-since"] == outcomes(answer)["file-on-record"] == "passed"
    assert "seal-not-revoked" not in outcomes(answer)
    elsewhere = await checking.without_register(file, NOW_SIGNED, settings)
    assert elsewhere.verdict is Verdict.INVALID
    assert outcomes(elsewhere)["seal-not-revoked"] == "failed"
    assert outcomes(elsewhere)["issued-by-us"] == "passed"
    stolen = await checking.by_file(signed(), NOW_SIGNED, settings)
    assert (stolen.verdict, outcomes(stolen)["seal-not-revoked"]) == (Verdict.INVALID, "failed")


async def test_the_list_outlives_the_key_of_its_issuer_for_a_while(
    file: bytes, settings: Settings
) -> None:
    days = timedelta(days=settings.revocation_list_days)
    crl.current(settings, NOW_SIGNED)
    (settings.key_folder / "issuing.key").unlink()
    kept = await checking.by_file(file, NOW_SIGNED + days - timedelta(hours=1), settings)
    assert outcomes(kept)["seal-not-revoked"] == "passed"
    # A seal that names no list is not held against one that is not there.
    assert crl.at_hand(settings, NOW_SIGNED + days) == []
    revocation.revoke(settings.key_folder, signer().certificate.serial_number, NOW)
    assert crl.at_hand(settings, NOW_SIGNED) == []  # the list that was kept does not say so


async def test_without_a_root_of_ours_a_file_is_not_called_valid(
    file: bytes, settings: Settings
) -> None:
    (settings.key_folder / "root.pem").unlink()
    answer = await checking.by_file(file, NOW_SIGNED, settings)
    assert answer.verdict is Verdict.UNDETERMINED
    assert {outcomes(answer)[code] for code in SEEN} == {"not-checked"}
    (settings.key_folder / "root.pem").write_text("no certificate")
    with pytest.raises(keys.NoAuthority):
        keys.load_roots(settings.key_folder)
