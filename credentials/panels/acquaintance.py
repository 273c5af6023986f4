"""Gathers from register, applications and training what `ties` compares."""

from uuid import UUID

from credentials.intake import submissions
from credentials.panels import ties
from credentials.panels.tables import Assessor, AssessorTie
from credentials.panels.ties import Candidate, Subject
from credentials.panels.words import Tie
from credentials.tables import Application
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
        contracts=await _contracts(person) if person else frozenset(),
        declared=tuple((each.name, each.reason) for each in declared),
    )


async def subject(application: UUID) -> Subject:
    """What is known of an applicant: by the application as handed in, and by training's records.

    What the profile says later does not count: who may be drawn is not the applicant's to steer.
    """
    case = await Application.objects().get(Application.id == application)
    assert case is not None, "foreign keys hold applications in place"
    said, person = await submissions.handed_in(case), case.person
    contracts = said.entries.get("contracts", {}).values()
    posts = said.entries.get("employment", {}).values()
    pairs = await Pairing.select(Pairing.person, Pairing.mentor.person.as_alias("mentor")).where(
        (Pairing.person == person) | (Pairing.mentor.person == person)
    )
    taught = await Enrolment.select(Enrolment.class_session.teacher.as_alias("teacher")).where(
        Enrolment.person == person
    )
    return Subject(
        person=person,
        name=(await people.row(person)).name or "",
        employers=frozenset(each["employer"] for each in posts)
        | ({said.employer} if said.employer else frozenset()),
        parties=tuple(each["parties"] for each in contracts),
        contracts=frozenset(each["registration_number"] for each in contracts),
        teachers=frozenset(each["teacher"] for each in taught),
        recommenders=frozenset(
            piece.recommender for piece in said.evidence.values() if piece.recommender
        ),
        mentoring=frozenset(who for each in pairs for who in each.values()) - {person},
    )


async def tie(assessor: Assessor, application: UUID) -> tuple[Tie, str] | None:
    """What ties an assessor to an applicant, with why they say so themselves, or None."""
    return ties.found(await candidate(assessor), await subject(application))


async def _employers(person: UUID) -> frozenset[str]:
    rows = await Employment.select(Employment.employer).where(
        Employment.person == person, Employment.removed_at.is_null()
    )
    return frozenset(row["employer"] for row in rows)


async def _contracts(person: UUID) -> frozenset[str]:
    contract = TechnologyContract
    rows = await contract.select(contract.registration_number).where(
        contract.person == person, contract.removed_at.is_null()
    )
    return frozenset(row["registration_number"] for row in rows)
