"""Statements and receipts can be read aloud, over as many pages as they take."""

from datetime import timedelta

import pytest

from certificates import composition, statements
from certificates.contents import Face
from certificates.phrases import day, say
from certificates.words import StatementKind
from credentials import determinations
from registry.platform.installation import Installation
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.stated import make_confirmed
from tests.certificates.tagged import aloud, check, in_order
from tests.certificates.test_drawing import needs
from tests.certificates.test_statements import hours_of
from tests.factories import DAY, make_applicant, make_hours, make_submitted

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]

NAME = "买买提·吐尔逊·𬱟"


@pytest.fixture
def here(settings: Settings) -> Installation:
    return Installation.of(settings)


@pytest.fixture
async def holder(settings: Settings, officer: Account) -> Account:
    return await make_applicant(name=NAME)


def read(face: Face) -> str:
    """What a paper says aloud, after everything about its tree was found right."""
    file = composition.compose(face)
    assert composition.compose(face) == file
    paper = check(file)
    content = face.content
    assert len(paper.parts("Table")) == len(paper.parts("H2")) == len(content.listings)
    for table, listing in zip(paper.parts("Table"), content.listings, strict=True):
        head, *rows = table.kids
        assert len(head.kids) == len(listing.columns)
        assert len(rows) == len(listing.rows)
    for number in range(1, len(paper.pages) + 1):
        assert say("foot", "page", page=number, pages=len(paper.pages)).zh in paper.artifacts
    code, seal = (part.alt for part in paper.parts("Figure"))
    assert face.verification_url in code
    assert content.issuer.zh in seal
    assert content.issuer.en in seal
    said = aloud(file)
    for each in content.listings:
        for row in each.rows:
            in_order(said, [" ".join(cell.zh.split()) for cell in row.cells])
    issued = say("label", "issued")
    in_order(
        said,
        [
            content.title.zh, content.title.en,
            face.number,
            content.issuer.zh, content.issuer.en,
            say("label", "holder").zh, say("label", "holder").en, NAME,
            *(words for each in content.listings for words in (each.title.zh, each.title.en)),
            *(words for note in content.notes for words in (note.zh, note.en)),
            issued.zh, issued.en, day(face.issued_on).zh, day(face.issued_on).en,
            face.code,
            "核验", "To verify",
        ],
    )  # fmt: skip
    return said


@needs("pdfinfo")
async def test_a_statement_of_hours_is_read_in_order(holder: Account, here: Installation) -> None:
    for number in range(30):
        await make_hours(holder, 60, on=DAY - timedelta(days=60 + number))
    stated = await hours_of(holder, here)
    said = read(statements.face_of(stated))
    total = say("label", "class_hours")
    in_order(said, ["40", total.zh, total.en, say("listing", "modules").zh])


@needs("pdfinfo")
async def test_a_statement_of_a_determination_is_read_in_order(
    holder: Account, officer: Account, here: Installation
) -> None:
    kept = await make_confirmed(holder, "evaluation", officer, "senior")
    stated = await statements.state_determination(kept.id, by=holder, on=DAY, here=here)
    said = read(statements.face_of(stated))
    verdict = say("verdict", determinations.answer_of(kept).verdict)
    in_order(said, [verdict.zh, verdict.en, say("listing", "clauses").zh])


@needs("pdfinfo")
async def test_a_receipt_is_read_in_order(holder: Account, here: Installation) -> None:
    case = await make_submitted(holder)
    stated = await statements.state_application(case.id, by=holder, on=DAY, here=here)
    face = statements.face_of(stated)
    assert face.content.kind is StatementKind.RECEIPT
    in_order(read(face), [case.reference, say("listing", "facts").zh])


@needs("pdfinfo")
async def test_a_demonstration_says_once_that_it_is_one(
    holder: Account, here: Installation
) -> None:
    await make_hours(holder, 480)
    stated = await hours_of(holder, here)
    face = statements.face_of(stated).model_copy(update={"demonstration": True})
    mark = say("foot", "demonstration")
    assert read(face).count(mark.en) == 1
