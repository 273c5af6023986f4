"""Gathers from register, profiles and training what `ties` compares."""

from uuid import UUID

from credentials.panels import ties
from credentials.panels.tables import Assessor, AssessorTie
from credentials.panels.ties import Candidate, Subject
from credentials.panels.words import Tie
from registry import people
from registry.tables import Account, Employment, TechnologyContract
from training.tables import Enrolment, Pairing


async def candidate(assessor: Assessor) -> Candidate:
    """What is known of an assessor."""
    account = await Account.objects().get(Account.id == assessor.account)
    assert account is not None, "foreign keys hold accounts in place"
    declared = await AssessorTie.objects().where(AssessorTie.assessor == assessor.id)
    person = assessor.person
    return Candidate(
        name=account.display_name,
        employer=assessor.employer,
        person=person,
        employers=await _employers(person) if person else frozenset(),
        contracts=frozenset(await _contracts(person)) if person else frozenset(),
        declared=tuple((each.name, each.reason) for each in declared),
    )


async def subject(person: UUID) -> Subject:
    """What is known of an applicant."""
    contracts = await _contracts(person)
    pairs = await Pairing.select(Pairing.person, Pairing.mentor.person.as_alias("mentor")).where(
        (Pairing.person == person) | (Pairing.mentor.person == person)
    )
    taught = await Enrolment.select(Enrolment.class_session.teacher.as_alias("teacher")).where(
        Enrolment.person == person
    )
    return Subject(
        person=person,
        name=(await people.row(person)).name or "",
        employers=await _employers(person),
        parties=tuple(contracts.values()),
        contracts=frozenset(contracts),
        teachers=frozenset(each["teacher"] for each in taught),
        mentoring=frozenset(who for each in pairs for who in each.values()) - {person},
    )


async def tie(assessor: Assessor, person: UUID) -> tuple[Tie, str] | None:
    """What ties an assessor to an applicant, with why they say so themselves, or None."""
    return ties.found(await candidate(assessor), await subject(person))


async def _employers(person: UUID) -> frozenset[str]:
    rows = await Employment.select(Employment.employer).where(
        Employment.person == person, Employment.removed_at.is_null()
    )
    return frozenset(row["employer"] for row in rows)


async def _contracts(person: UUID) -> dict[str, str]:
    """Parties of each contract, by its registration number."""
    contract = TechnologyContract
    rows = await contract.select(contract.registration_number, contract.parties).where(
        contract.person == person, contract.removed_at.is_null()
    )
    return {row["registration_number"]: row["parties"] for row in rows}
