"""A statement says what the register says, once for each state of it, and stays as issued."""

import asyncio
import hashlib
import io
import subprocess
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
import zxingcpp
from anyio import to_thread

from certificates import composition, filing, furniture, numbering, statements, typesetting
from certificates.phrases import say
from certificates.statements import NobodyNamed, NotConfirmed, NotHandedIn
from certificates.tables import Statement, StatementFile
from certificates.words import StatementKind
from credentials import applications, decisions, determinations
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn
from credentials.intake import employers
from credentials.words import Level
from registry.platform import audit, clock
from registry.platform.db import rows, transaction
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.installation import Installation
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry
from registry.tables import Account, Person
from registry.words import OrganisationKind
from tests.certificates.examples import unsealed
from tests.certificates.stated import declare_everything, make_confirmed, make_proposed
from tests.certificates.test_drawing import needs, picture_of, text_of
from tests.credentials.intake import stage
from tests.factories import (
    DAY,
    Clock,
    hours,
    make_account,
    make_applicant,
    make_hours,
    make_organisation,
    make_submitted,
)
from training import ledger
from training.words import Mode, Module

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]

NAME = "买买提·吐尔逊·𬱟"
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def here(settings: Settings) -> Installation:
    return Installation.of(settings)


@pytest.fixture
async def holder(settings: Settings, officer: Account) -> Account:
    return await make_applicant(name=NAME)


def own(account: Account) -> UUID:
    return UUID(str(account.person))


async def hours_of(holder: Account, here: Installation, on: date = DAY) -> Statement:
    return await statements.state_hours(own(holder), by=holder, on=on, here=here)


async def paper(statement: Statement, by: Account) -> bytes:
    return await statements.file(statement.id, by=by)


def words_of(pdf: bytes) -> str:
    """What can be copied from a paper, without the places where lines and pages break."""
    return "".join(text_of(pdf).split())


def serials(found: list[Statement]) -> list[int]:
    return sorted(int(each.number.split("-")[3]) for each in found)


@needs("pdftotext")
async def test_a_determination_is_stated_clause_by_clause(
    holder: Account, officer: Account, here: Installation
) -> None:
    await declare_everything(holder, "residence-points", insured_months="60")
    kept = await make_confirmed(holder, "residence-points", officer)
    stated = await statements.state_determination(kept.id, by=holder, on=DAY, here=here)
    text = words_of(await paper(stated, holder))
    answer = determinations.answer_of(kept)
    assert len(answer.findings) >= 60
    for finding in answer.findings:
        for said in (finding.text.zh, finding.text.en, finding.cite):
            assert "".join(said.split()) in text, finding.clause
    marked = f"{answer.proven}/120"
    verdict = say("verdict", answer.verdict)
    for said in (
        NAME,
        "390***********",
        verdict.zh,
        "".join(verdict.en.split()),
        marked,
        answer.digest,
        kept.facts_digest,
        officer.display_name.replace(" ", ""),
        "2026年6月30日",
        stated.number,
        stated.code,
    ):
        assert said in text
    assert "".join(say("note", "illustrative", number=len(answer.relies_on)).zh.split()) in text
    assert stated.number.startswith("SHTM-2026-E-000001-")
    assert numbering.normalise_number(stated.number) == stated.number
    person = await Person.objects().get(Person.id == holder.person)
    assert person is not None
    assert person.number in text


@needs("pdftotext")
async def test_a_long_statement_runs_over_pages_that_are_counted_and_headed(
    holder: Account, officer: Account, here: Installation
) -> None:
    await declare_everything(holder, "residence-points")
    kept = await make_confirmed(holder, "residence-points", officer)
    stated = await statements.state_determination(kept.id, by=holder, on=DAY, here=here)
    pages = text_of(await paper(stated, holder)).split("\f")[:-1]
    assert len(pages) >= 4
    places = [
        int(line) for page in pages for line in page.splitlines() if line.isdigit() and line != "0"
    ]
    count = len(determinations.answer_of(kept).findings)
    assert {*range(1, count + 1)} <= {*places}
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
        assert stated.number in page
        assert stated.code in page
    for page in pages[:-1]:
        assert say("column", "clause").en in page


@needs("pdftotext")
async def test_without_a_grade_asked_it_says_which_are_met_and_on_whose_word(
    holder: Account, officer: Account, here: Installation
) -> None:
    await make_hours(holder, 1800)
    kept = await make_confirmed(holder, "evaluation", officer)
    stated = await statements.state_determination(kept.id, by=officer, on=DAY, here=here)
    text = text_of(await paper(stated, holder))
    assert say("label", "met").zh in text
    met, unmet = text.count("初级水平评价条件"), text.count("中级水平评价条件")
    assert (met, unmet) == (2, 1), "beside its label and in the table, or in the table alone"
    for basis in ("record", "declared"):
        said = say("basis", basis)
        assert f"{said.zh} {said.en}" in text


async def test_what_nobody_confirmed_is_not_stated(
    holder: Account, officer: Account, here: Installation
) -> None:
    kept = await make_proposed(holder, "evaluation", officer, "junior")
    with pytest.raises(NotConfirmed):
        await statements.state_determination(kept.id, by=holder, on=DAY, here=here)
    with pytest.raises(NotFound):
        await statements.state_determination(uuid4(), by=officer, on=DAY, here=here)
    assert await Statement.count() == 0


@needs("pdftotext")
async def test_hours_are_stated_line_by_line_and_added_up(
    holder: Account, here: Installation
) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    await make_hours(holder, 960, by=clerk)
    wrong = await make_hours(holder, 100, on=date(2026, 4, 1), by=clerk)
    await ledger.reverse(wrong.id, reason="登记有误", by=clerk)
    await make_hours(holder, 100, on=date(2026, 4, 2), by=clerk)
    stated = await hours_of(holder, here)
    text = text_of(await paper(stated, holder))
    for said in (
        NAME,
        "23 学时",
        "23.55",
        "1,060",
        "技术合同实务（已冲正）",
        "技术合同实务（冲正）",
        "-100",
    ):
        assert said in text
    assert text.count("2026-04-01") == 2
    assert stated.number.startswith("SHTM-2026-H-")


@needs("pdftotext")
async def test_nobody_s_hours_are_none_and_said_to_be(holder: Account, here: Installation) -> None:
    text = text_of(await paper(await hours_of(holder, here), holder))
    assert say("line", "nothing").zh in text
    assert "0 学时" in text


@needs("pdftotext")
async def test_a_receipt_says_what_was_handed_in_and_when(
    holder: Account, officer: Account, here: Installation
) -> None:
    case = await make_submitted(holder)
    receipt = await statements.state_application(case.id, by=holder, on=DAY, here=here)
    text = words_of(await paper(receipt, holder))
    digest = hashlib.sha256("工作说明".encode()).hexdigest()
    for said in (NAME, case.reference, "初级技术经理人", "2026年6月30日", "4字", digest, "40学时"):
        assert said in text
    assert receipt.number.startswith("SHTM-2026-R-")


async def test_a_draft_has_no_receipt(holder: Account, here: Installation) -> None:
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=holder, on=DAY)
    with pytest.raises(NotHandedIn):
        await statements.state_application(case.id, by=holder, on=DAY, here=here)


@needs("pdftotext")
async def test_what_is_mended_after_it_was_handed_in_is_on_no_receipt_until_handed_in_again(
    holder: Account, officer: Account, here: Installation
) -> None:
    case = await make_submitted(holder)
    first = await statements.state_application(case.id, by=holder, on=DAY, here=here)
    await decisions.return_for_supplement(case.id, GroundsIn(grounds="请补充"), by=officer)
    await applications.save(case.id, StatementIn(statement="另一份说明"), by=holder)
    digest = hashlib.sha256("另一份说明".encode()).hexdigest()
    between = await statements.state_application(case.id, by=holder, on=DAY, here=here)
    assert digest not in words_of(await paper(between, holder))
    await applications.submit(case.id, by=holder, on=NEXT)
    second = await statements.state_application(case.id, by=holder, on=NEXT, here=here)
    assert digest in words_of(await paper(second, holder))
    assert (between.supersedes, second.supersedes) == (first.id, between.id)


async def test_the_same_state_gives_the_same_statement(
    holder: Account, officer: Account, here: Installation
) -> None:
    await make_hours(holder, 480)
    first = await hours_of(holder, here)
    again = await hours_of(holder, here, on=NEXT)
    by_office = await statements.state_hours(own(holder), by=officer, on=NEXT, here=here)
    assert first.id == again.id == by_office.id
    await make_hours(holder, 60, on=date(2026, 5, 5))
    second = await hours_of(holder, here, on=NEXT)
    assert (second.supersedes, second.issued_on) == (first.id, NEXT)
    assert await Statement.count() == await StatementFile.count() == 2
    assert serials([first, second]) == [1, 2]


async def test_who_asks_at_once_gets_one_statement_and_numbers_have_no_gap(
    holder: Account, officer: Account, here: Installation
) -> None:
    await make_hours(holder, 480)
    other = await make_applicant(name="乙二")
    asked = [hours_of(who, here) for who in (holder, other) for _ in range(3)]
    found = await asyncio.gather(*asked)
    assert len({each.id for each in found}) == 2
    assert serials(await Statement.objects()) == [1, 2]
    assert await StatementFile.count() == 2
    acts = await AuditEntry.count().where(AuditEntry.action == "statement.issue")
    assert acts == await AuditEntry.count().where(AuditEntry.action == "statement.sign") == 2
    assert (await audit.verify())[1] is None


async def test_what_is_rolled_back_leaves_no_hole(holder: Account, here: Installation) -> None:
    async def break_off() -> None:
        async with transaction():
            await hours_of(holder, here)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await Statement.count() == await StatementFile.count() == 0
    assert serials([await hours_of(holder, here)]) == [1]


async def test_what_cannot_be_printed_leaves_nothing(holder: Account, here: Installation) -> None:
    await Person.update({Person.name: "张\u200b三"}).where(Person.id == holder.person)
    with pytest.raises(FieldsInvalid) as refused:
        await hours_of(holder, here)
    assert "holder" in {error.field for error in refused.value.errors}
    assert await Statement.count() == 0
    await Person.update({Person.name: "张三"}).where(Person.id == holder.person)
    assert serials([await hours_of(holder, here)]) == [1]


async def test_without_a_name_there_is_nobody_to_state_anything_about(
    officer: Account, here: Installation
) -> None:
    with pytest.raises(NobodyNamed):
        await hours_of(await make_account(), here)


async def test_a_key_that_is_away_leaves_a_row_that_is_sealed_later(
    holder: Account, here: Installation, settings: Settings
) -> None:
    key = settings.key_folder / "seal.key"
    away = key.rename(key.with_suffix(".away"))
    with pytest.raises(Exception, match=r".") as refused:
        await hours_of(holder, here)
    assert type(refused.value).__name__ == "NoAuthority"
    (left,) = await Statement.objects()
    with pytest.raises(NotFound):
        await paper(left, holder)
    away.rename(key)
    sealed = await hours_of(holder, here)
    assert sealed.id == left.id
    drawn = composition.compose(statements.face_of(left))
    assert unsealed(await paper(sealed, holder)) == drawn


async def test_what_a_later_version_draws_otherwise_is_issued_anew(
    holder: Account,
    here: Installation,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = await hours_of(holder, here)
    other = await make_applicant(name="乙二")
    key = settings.key_folder / "seal.key"
    away = key.rename(key.with_suffix(".away"))
    with pytest.raises(Exception, match=r"."):
        await hours_of(other, here)
    away.rename(key)
    left = await Statement.objects().get(Statement.person == other.person)
    assert left is not None
    monkeypatch.setattr(furniture, "GREY", (0.1, 0.1, 0.1))
    with pytest.raises(filing.DrawingChanged):
        await statements._sign(left, here)
    assert (await hours_of(holder, here)).id == done.id
    assert (await hours_of(other, here)).supersedes == left.id


async def test_statements_are_for_the_person_and_officers_alone(
    holder: Account, officer: Account, here: Installation
) -> None:
    kept = await make_confirmed(holder, "evaluation", officer, "senior")
    case = await make_submitted(holder)
    stated = await statements.state_determination(kept.id, by=officer, on=DAY, here=here)
    strangers = [await make_applicant(), await make_account(Role.BASE_CLERK)]
    for stranger in strangers:
        asked: dict[str, Any] = {"by": stranger, "on": DAY, "here": here}
        with pytest.raises(NotFound):
            await statements.state_determination(kept.id, **asked)
        with pytest.raises(NotFound):
            await statements.state_hours(own(holder), **asked)
        with pytest.raises(NotFound):
            await statements.state_application(case.id, **asked)
        with pytest.raises(NotFound):
            await paper(stated, stranger)
    assert await paper(stated, holder) == await paper(stated, officer)
    assert await AuditEntry.count().where(AuditEntry.action == "statement.read") == 1


@pytest.mark.parametrize("table", ["statement", "statement_file"])
async def test_the_database_keeps_statements_as_issued(
    table: str, holder: Account, here: Installation
) -> None:
    await hours_of(holder, here)
    column = "number" if table == "statement" else "sha256"
    for sql in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):
            await rows(sql)


async def test_a_subject_has_one_first_statement(holder: Account, here: Installation) -> None:
    first = await hours_of(holder, here)
    twin = Statement(
        **{**first.to_dict(), "id": uuid4(), "number": "x", "code": "y", "supersedes": None}
    )
    with pytest.raises(Exception, match=r"(?i)unique"):
        await twin.save()


async def test_drawing_depends_on_the_face_alone(holder: Account, here: Installation) -> None:
    stated = await hours_of(holder, here)
    face = statements.face_of(stated)
    drawn = await to_thread.run_sync(composition.compose, face)
    assert hashlib.sha256(drawn).hexdigest() == stated.unsigned_sha256
    marked = face.model_copy(update={"demonstration": True})
    letters = words_of(composition.compose(marked))
    assert {*"演示DEMONSTRATION"} <= {*letters}
    assert composition.compose(face) == drawn
    assert face.content.kind is StatementKind.HOURS


@needs("qpdf")
@needs("pdftoppm")
async def test_the_file_is_fit_for_keeping_and_its_code_can_be_scanned(
    holder: Account, officer: Account, here: Installation, tmp_path: Path
) -> None:
    kept = await make_confirmed(holder, "evaluation", officer, "senior")
    stated = await statements.state_determination(kept.id, by=holder, on=DAY, here=here)
    content = await paper(stated, holder)
    (tmp_path / "s.pdf").write_bytes(content)
    subprocess.run(["qpdf", "--check", "s.pdf"], cwd=tmp_path, check=True, capture_output=True)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdf:Keywords"] == pdf.docinfo["/Keywords"] == stated.number
        told = str(dict(pdf.docinfo.items())) + pdf.Root.Metadata.read_bytes().decode()
        assert NAME not in told
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and _is_font(o)]
        assert {str(font.BaseFont).partition("+")[2] for font in fonts} == {
            typesetting.REGULAR,
            typesetting.BOLD,
        }
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
        assert {tuple(map(float, page.MediaBox)) for page in pdf.pages} == {(0, 0, *furniture.PAGE)}
        last = len(pdf.pages)
        with pikepdf.new() as one:
            one.pages.append(pdf.pages[last - 1])
            one.save(tmp_path / "last.pdf")
    (found,) = zxingcpp.read_barcodes(
        picture_of((tmp_path / "last.pdf").read_bytes(), tmp_path, 150)
    )
    assert found.text == f"{here.settings.public_url}/s/{stated.code}".upper()


def _is_font(thing: pikepdf.Dictionary) -> bool:
    return thing.get("/Type") == "/Font"


@needs("pdftotext")
async def test_hours_of_every_module_and_mode_are_stated(
    holder: Account, here: Installation
) -> None:
    person = await Person.objects().get(Person.id == holder.person)
    clerk = await make_account(Role.BASE_CLERK)
    assert person is not None
    for module, mode in zip(Module, cycle(Mode), strict=False):
        asked = hours(person.number, minutes=45).model_copy(update={"module": module, "mode": mode})
        await ledger.record(asked, by=clerk, on=DAY, vault=here.vault)
    text = words_of(await paper(await hours_of(holder, here), holder))
    for group, words in (("module", Module), ("mode", Mode)):
        for word in words:
            assert "".join(say(group, word).zh.split()) in text, word


@needs("pdftotext")
async def test_a_receipt_of_what_the_employer_has_says_how_to_ask_for_progress(
    here: Installation, time: Clock
) -> None:
    time.at = clock.morning(stage.FIRST)
    await make_organisation(OrganisationKind.BUREAU)
    await stage.make_round()
    account, employer = await stage.make_person(), await stage.make_employer()
    case = await stage.make_ready(account, employer.organisation)
    await applications.submit(case.id, by=account, on=stage.FIRST)
    about: dict[str, Any] = {"by": account, "on": stage.FIRST, "here": here}
    first = await statements.state_application(case.id, **about)
    text = words_of(await paper(first, account))
    for said in (case.reference, "2026年7月6日", "查询进度"):
        assert said in text
    await stage.published(case, employer, stage.FIRST)
    await employers.confirm(case.id, by=employer, on=stage.FIRST + timedelta(days=8))
    again = await statements.state_application(case.id, **about)
    assert "2026年7月6日" in words_of(await paper(again, account))
