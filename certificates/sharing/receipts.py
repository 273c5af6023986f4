"""Receipts of checks: what the register said of a certificate at a moment, numbered and sealed.

For whoever made the check, without an account. It names the holder in part only, and can itself be
looked up by its code, its number or its file.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from uuid import uuid4

from anyio import to_thread

from certificates import checking, composition, filing, keys, numbering
from certificates.answers import Answer, Verdict
from certificates.checking import NumberAndName
from certificates.contents import (
    Cell,
    Column,
    Content,
    Face,
    Listing,
    Note,
    Outcome,
    Particular,
    Row,
)
from certificates.phrases import day, moment, plain, say
from certificates.recognition import CHECK_LETTER
from certificates.tables import Certificate, CheckReceipt
from certificates.wording import Phrase, wording
from certificates.words import StatementKind
from credentials.words import Level
from registry import organisations
from registry.platform import audit, clock, i18n
from registry.platform.db import transaction
from registry.platform.errors import NotFound
from registry.platform.fields import Input, read
from registry.platform.i18n import N_
from registry.platform.installation import Installation

_COLUMNS = (("check", 78), ("outcome", 22))


class ReceiptIn(Input):
    """What was checked with: the code, or number and name."""

    code: str = ""
    number: str = ""
    name: str = ""


async def issue(asked: ReceiptIn, here: Installation) -> CheckReceipt:
    """Check again, and put the answer on a numbered and sealed receipt.

    Raises:
        FieldsInvalid: neither a code nor a number and a name is given, or one is too long.
        NotFound: there is no certificate of that code, or of that number and name.
        SealNotInForce: the seal certificate has expired.
    """
    at, answers = clock.now(), []
    for locale in i18n.LOCALES:
        token = i18n.locale.set(locale)
        try:
            answers.append(await _answer(asked, at))
        finally:
            i18n.locale.reset(token)
    first = answers[0]
    if first.certificate is None:
        raise NotFound(N_("登记中没有符合所填内容的证书。"))
    certificate = await Certificate.objects().get(Certificate.number == first.number)
    assert certificate is not None, "it was just found"
    bureau = await organisations.bureau()
    issuer = Phrase(zh=bureau.name, en=bureau.name_en)
    signer = await to_thread.run_sync(
        keys.load_signer, here.settings.key_folder, here.keys_password()
    )
    on, code = clock.office_day(at), numbering.new_code()
    async with transaction():
        face = Face(
            number=await filing.new_number("check", CHECK_LETTER, on),
            code=code,
            verification_url=f"{here.settings.public_url}/s/{code}",
            issued_on=on,
            demonstration=here.settings.demo,
            content=_content(answers, at, issuer),
        )
        draw = partial(composition.compose, face)
        # Signed before it is on record: one that a crash takes away was in nobody's hands, and
        # gives its number back. No time-stamp: it would be waited for while all others wait.
        sealed = await filing.seal(face.number, draw, await filing.digest(draw), signer)
        receipt = CheckReceipt(
            id=uuid4(),
            number=face.number,
            code=code,
            certificate=certificate.id,
            face=face.model_dump_json(),
            issued_on=on,
            **asdict(sealed),
        )
        await receipt.save()
        await audit.record("check.receipt", f"check_receipt:{receipt.id}", number=face.number)
    return receipt


async def _answer(asked: ReceiptIn, at: datetime) -> Answer:
    if asked.code:
        return await checking.by_code(asked.code, at)
    given = read(NumberAndName, {"number": asked.number, "name": asked.name})
    return await checking.by_number(given, at)


def _content(answers: list[Answer], at: datetime, issuer: Phrase) -> Content:
    chinese, english = answers
    shown = chinese.certificate
    assert shown is not None, "only what is on record has a receipt"
    good = chinese.verdict == Verdict.VALID
    said = say("verdict", "valid" if good else shown.status)
    rows = tuple(
        Row(
            cells=(
                Cell(zh=zh.detail, en=en.detail),
                Cell(**say("outcome", zh.outcome).model_dump()),
            )
        )
        for zh, en in zip(chinese.checks, english.checks, strict=True)
    )
    columns = tuple(Column(label=say("column", name), share=share) for name, share in _COLUMNS)
    note = say("note", "check")
    return Content(
        kind=StatementKind.RECEIPT,
        title=say("title", "check"),
        holder=shown.name_masked,
        particulars=tuple(_particulars(chinese)),
        outcome=Outcome(said=said, good=good),
        listings=(Listing(title=say("listing", "checks"), columns=columns, rows=rows),),
        notes=(Note(zh=note.zh, en=note.en),),
        responsible=(Particular(label=say("label", "checked_at"), value=moment(at)),),
        issuer=issuer,
    )


def _particulars(answer: Answer) -> Iterator[Particular]:
    shown = answer.certificate
    assert shown is not None, "only what is on record has a receipt"
    yield Particular(label=say("label", "certificate"), value=plain(answer.number or ""))
    yield Particular(label=say("label", "holder_masked"), value=plain(shown.name_masked))
    yield Particular(label=say("label", "level_held"), value=wording().levels[Level(shown.level)])
    for label, written in (
        ("granted_on", shown.granted_on),
        ("valid_until", shown.valid_until),
        ("standing_since", shown.status_since),
    ):
        yield Particular(label=say("label", label), value=day(date.fromisoformat(written)))


async def find(code: str) -> CheckReceipt:
    """A receipt by its code, for whoever has the code.

    Raises:
        NotFound: there is none.
    """
    try:
        written = numbering.normalise_code(code)
    except (numbering.NotACode, numbering.WrongCheckCharacter):
        written = ""
    found: CheckReceipt | None = await CheckReceipt.objects().get(CheckReceipt.code == written)
    if found is None:
        raise NotFound(N_("没有这份回执。"))
    return found
