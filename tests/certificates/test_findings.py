"""Every policy in the house can be put on paper: each clause once, below what it belongs to."""

import itertools
from datetime import date
from pathlib import Path

import pytest

import seeds
from certificates import composition, findings, numbering
from certificates.contents import Column, Content, Face, Listing
from certificates.phrases import plain, say
from certificates.words import StatementKind
from credentials.rules import documents, explain
from tests.certificates.test_drawing import needs, text_of

POLICY = Path(str(seeds.__file__)).parent / "policy"
EDITIONS = [
    file
    for file in sorted(POLICY.glob("*/2*.toml"))
    if not documents.load(file.read_bytes(), file.name).figures_alone
]
every_edition = pytest.mark.parametrize("file", EDITIONS, ids=[file.stem for file in EDITIONS])


def _answer(file: Path) -> tuple[documents.Document, explain.Answer]:
    document = documents.load(file.read_bytes(), file.name)
    return document, explain.answer(document, {})


@every_edition
def test_each_clause_stands_once_below_one_it_belongs_to(file: Path) -> None:
    _, answer = _answer(file)
    rows = list(findings._rows(answer.findings, []))
    assert [row.cells[0].zh for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert len(rows) == len(answer.findings)
    said = sorted(row.cells[1].source for row in rows)
    assert said == sorted(" ".join(finding.cite.split()) for finding in answer.findings)
    for above, row in itertools.pairwise(rows):
        assert row.depth <= above.depth + 1
    marked = [row for row in rows if row.cells[5].tone == "warning"]
    assert len(marked) == len(answer.relies_on)


@needs("pdftotext")
@every_edition
def test_its_words_can_be_printed_and_read_back(file: Path) -> None:
    document, answer = _answer(file)
    columns = tuple(
        Column(label=say("column", name), share=share) for name, share in findings._SHARES
    )
    listing = Listing(
        title=say("listing", "clauses"),
        columns=columns,
        rows=tuple(findings._rows(answer.findings, [])),
    )
    code = numbering.code(1)
    face = Face(
        number=numbering.number(prefix="SHTM", year=2026, letter="E", serial=1, digits=6),
        code=code,
        verification_url=f"https://example.org/s/{code}",
        issued_on=date(2026, 6, 30),
        demonstration=False,
        content=Content(
            kind=StatementKind.ELIGIBILITY,
            title=say("title", StatementKind.ELIGIBILITY),
            holder="张晓明",
            particulars=(findings._told("policy", findings._phrase(document.title), wide=True),),
            listings=(listing,),
            notes=tuple(findings._notes(answer)),
            responsible=(findings._told("confirmed_by", plain("李四")),),
            issuer=plain("登记机构"),
        ),
    )
    text = "".join(text_of(composition.compose(face)).split())
    for finding in answer.findings:
        assert "".join(finding.text.zh.split()) in text
        assert "".join(finding.cite.split()) in text
