"""Statements: a determination, somebody's hours or an application, put on paper and sealed.

Asked for twice about the same subject in the same state, the same statement comes back; when the
register says something else by then, a new one supersedes it. What a crash left unsealed is sealed
when it is asked for again.
"""

from datetime import date
from functools import partial
from uuid import UUID, uuid4

from anyio import to_thread

from certificates import attendance, composition, filing, findings, keys, numbering, receipts
from certificates.contents import Content, Face, Particular
from certificates.log import sources
from certificates.phrases import plain, say
from certificates.tables import Statement, StatementFile
from certificates.wording import Phrase
from certificates.words import StatementKind
from credentials import applications, determinations
from credentials.tables import Confirmation
from registry import organisations, people
from registry.platform import audit
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.errors import Conflict, NotFound
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS
from registry.tables import Account, Person

LETTERS = {StatementKind.ELIGIBILITY: "E", StatementKind.HOURS: "H", StatementKind.RECEIPT: "R"}


class NotConfirmed(Conflict):
    """No officer has confirmed the determination: there is nothing yet to put on paper."""


class NotHandedIn(Conflict):
    """The application is still a draft."""


class NobodyNamed(Conflict):
    """The person has no name on record that could be printed."""


async def state_determination(
    determination: UUID, *, by: Account, on: date, here: Installation
) -> Statement:
    """State a determination that an officer has confirmed, for the person or an officer.

    Raises:
        NotFound: there is none, or not for this caller.
        NotConfirmed: nobody has confirmed it.
        FieldsInvalid: a text cannot be printed; nothing is kept.
        SealNotInForce: the seal certificate has expired.
    """
    async with transaction():
        kept = await determinations.find(determination, by=by)
        confirmation = await Confirmation.objects().get(Confirmation.determination == kept.id)
        if confirmation is None:
            raise NotConfirmed(N_("这份认定尚未经工作人员确认，不能出具证明。"))
        person = await _one_at_a_time(kept.person)
        content = await findings.content(kept, confirmation, *await _about(person, here))
        statement = await _put_on_record(
            content, person, f"determination:{kept.id}", by=by, on=on, here=here
        )
    await _sign(statement, here)
    return statement


async def state_hours(person: UUID, *, by: Account, on: date, here: Installation) -> Statement:
    """State a person's hours as the ledger has them, for the person or an officer.

    Raises:
        NotFound: no such person, or not for this caller.
        FieldsInvalid: a text cannot be printed; nothing is kept.
        SealNotInForce: the seal certificate has expired.
    """
    async with transaction():
        found = await _one_at_a_time((await people.find(person, by=by)).id)
        content = await attendance.content(found.id, on, *await _about(found, here))
        statement = await _put_on_record(
            content, found, f"person:{found.id}", by=by, on=on, here=here
        )
    await _sign(statement, here)
    return statement


async def state_application(
    application: UUID, *, by: Account, on: date, here: Installation
) -> Statement:
    """State that an application was handed in, for the applicant or an officer.

    Raises:
        NotFound: there is none, or not for this caller.
        NotHandedIn: it is a draft.
        FieldsInvalid: a text cannot be printed; nothing is kept.
        SealNotInForce: the seal certificate has expired.
    """
    async with transaction():
        case = await applications.find(application, by=by)
        if case.submitted_on is None:
            raise NotHandedIn(N_("这份申请尚未提交，没有回执。"))
        person = await _one_at_a_time(case.person)
        content = await receipts.content(case, *await _about(person, here))
        statement = await _put_on_record(
            content, person, f"application:{case.id}", by=by, on=on, here=here
        )
    await _sign(statement, here)
    return statement


async def _one_at_a_time(identifier: UUID) -> Person:
    """A person, about whom nobody else makes a statement until the commit."""
    if not is_sqlite():
        await rows("SELECT id FROM person WHERE id = {} FOR NO KEY UPDATE", identifier)
    person = await Person.objects().get(Person.id == identifier)
    assert person is not None, "foreign keys hold people in place"
    if not person.name:
        raise NobodyNamed(N_("此人尚未登记姓名和身份，不能出具证明。"))
    return person


async def _about(person: Person, here: Installation) -> tuple[tuple[Particular, ...], str, Phrase]:
    """What every statement says of its person, their name, and who issues it."""
    document = say("identity", person.identity_kind or "none")
    number = people.masked_identity(person, here.vault)
    named = Phrase(zh=f"{document.zh} {number}".strip(), en=document.en)
    bureau = await organisations.bureau()
    who = (
        Particular(label=say("label", "holder"), value=plain(person.name)),
        Particular(label=say("label", "registry_number"), value=plain(person.number)),
        Particular(label=say("label", "identity"), value=named),
    )
    return who, person.name, Phrase(zh=bureau.name, en=bureau.name_en)


async def _put_on_record(
    content: Content, person: Person, subject: str, *, by: Account, on: date, here: Installation
) -> Statement:
    """The newest statement of a subject if it says the same, or a new one that supersedes it."""
    newest = await _newest(content.kind, subject)
    if newest is not None and face_of(newest).content == content and await _can_be_had(newest):
        return newest
    code = numbering.new_code()
    face = Face(
        number=await filing.new_number("statement", LETTERS[content.kind], on),
        code=code,
        verification_url=f"{here.settings.public_url}/s/{code}",
        issued_on=on,
        demonstration=here.settings.demo,
        content=content,
    )
    statement = Statement(
        id=uuid4(),
        number=face.number,
        code=code,
        kind=content.kind,
        person=person.id,
        subject=subject,
        holder_name=content.holder,
        face=face.model_dump_json(),
        unsigned_sha256=await filing.digest(partial(composition.compose, face)),
        issued_on=on,
        issued_by=by.id,
        supersedes=newest.id if newest else None,
    )
    await statement.save()
    await sources.put("statement", statement.id)
    await audit.record(
        "statement.issue", f"statement:{statement.id}", number=face.number, kind=content.kind
    )
    return statement


async def _newest(kind: StatementKind, subject: str) -> Statement | None:
    found = await rows(
        "SELECT s.id FROM statement s LEFT JOIN statement n ON n.supersedes = s.id"
        " WHERE s.kind = {} AND s.subject = {} AND n.id IS NULL",
        kind,
        subject,
    )
    if not found:
        return None
    newest: Statement | None = await Statement.objects().get(Statement.id == found[0]["id"])
    return newest


async def _can_be_had(statement: Statement) -> bool:
    """Whether it is sealed, or can still be: a later version may draw it otherwise."""
    if await _sealed(statement):
        return True
    drawn = await filing.digest(partial(composition.compose, face_of(statement)))
    return drawn == statement.unsigned_sha256


def face_of(statement: Statement) -> Face:
    """What a statement on record says, as it was put there."""
    return Face.model_validate_json(statement.face)


async def _sealed(statement: Statement) -> bool:
    return await StatementFile.exists().where(StatementFile.statement == statement.id)


async def _sign(statement: Statement, here: Installation) -> None:
    """Seal a statement that is on record and keep the file; one that has its file is left alone."""
    if await _sealed(statement):
        return
    folder, password = here.settings.key_folder, here.keys_password()
    signer = await to_thread.run_sync(keys.load_signer, folder, password)
    draw = partial(composition.compose, face_of(statement))
    sealed = await filing.seal(
        statement.number, draw, statement.unsigned_sha256, signer, here.settings
    )
    async with transaction():
        file = StatementFile(id=uuid4(), statement=statement.id, **vars(sealed))
        if await filing.keep(file):
            subject = f"statement:{statement.id}"
            await audit.record("statement.sign", subject, sha256=sealed.sha256)


async def file(statement: UUID, *, by: Account) -> bytes:
    """The signed PDF of a statement the caller may see; an officer's look is on record.

    Raises:
        NotFound: there is none, it is somebody else's, or it is not sealed yet.
    """
    async with transaction():
        kept = await Statement.objects().get(Statement.id == statement)
        if kept is None or (by.role not in OFFICERS and kept.person != by.person):
            raise NotFound(N_("没有这份证明。"))
        signed = await StatementFile.objects().get(StatementFile.statement == kept.id)
        if signed is None:
            raise NotFound(N_("没有这份证明。"))
        if by.role in OFFICERS:
            await audit.record("statement.read", f"statement:{kept.id}")
        content: bytes = signed.content
        return content
