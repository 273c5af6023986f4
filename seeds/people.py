"""What the people of the demonstration bring with them: a profile, and class hours."""

from datetime import date, timedelta

from registry import identity, people, profile
from registry.people import IdentityIn
from registry.profile import ContractIn, EducationIn, EmploymentIn, TitleIn
from registry.tables import Account
from registry.words import ContractRole, Degree, IdentityKind, TitleLevel
from seeds import stories
from seeds.cast import Cast
from seeds.papers import paper
from seeds.stories import Story
from training import ledger
from training.ledger import HoursIn
from training.words import Mode, Module

NO_REGION = "390000"
"""No province has 39: a resident identity number cannot begin so."""
MINUTES_OF_A_CLASS_DAY = 360


async def complete(cast: Cast, place: int, story: Story, account: Account, on: date) -> None:
    """Record identity, education, employment, title and contracts."""
    fake = cast.fake
    born = date(1972 + place % 25, 1 + place % 12, 1 + place % 28)
    sex = place % 2
    name = story.name or (fake.name_male() if sex else fake.name_female())
    given = IdentityIn(kind=IdentityKind.RESIDENT, number=_resident(place, born), name=name)
    if story.passport:
        given = IdentityIn(
            kind=IdentityKind.PASSPORT,
            number=f"X{7000000 + place}",
            name=name,
            born_on=born,
            nationality="GBR",
        )
    await people.record_identity(given, by=account, on=on, vault=cast.vault)
    graduated = date(born.year + 23, 6, 30)
    began = date(born.year + 26, 3, 1)
    await profile.add(
        "education",
        EducationIn(
            school=fake.random_element(stories.SCHOOLS),
            degree=story.degree,
            subject=fake.random_element(stories.SUBJECTS),
            graduated_on=graduated,
        ),
        by=account,
        on=on,
        file=paper("diploma.pdf", "Diploma"),
    )
    await profile.add(
        "employment",
        EmploymentIn(
            employer=fake.random_element(stories.EMPLOYERS)[0],
            post=fake.random_element(stories.POSTS),
            technology_transfer=True,
            began_on=min(began, date(2023, 3, 1)),
        ),
        by=account,
        on=on,
    )
    if story.degree is not Degree.ASSOCIATE:
        await profile.add(
            "titles",
            TitleIn(
                title="工程师",
                level=TitleLevel.INTERMEDIATE,
                granted_by="演示评审委员会",
                granted_on=min(date(born.year + 30, 12, 20), date(2023, 12, 20)),
            ),
            by=account,
            on=on,
        )
    for contract in range(story.contracts):
        await profile.add(
            "contracts",
            ContractIn(
                registration_number=f"2024390000{place:03d}{contract:02d}",
                title=f"{fake.random_element(stories.SUBJECTS)}成果转让",
                role=ContractRole.LEAD,
                amount_yuan=fake.random_int(20, 90) * 10_000,
                signed_on=date(2024, 1 + contract % 9, 5),
                parties=f"{fake.random_element(stories.SCHOOLS)}；{stories.EMPLOYERS[0][0]}",
            ),
            by=account,
            on=on,
            file=paper("registration.pdf", "Registration of a technology contract"),
        )


def _resident(place: int, born: date) -> str:
    seventeen = f"{NO_REGION}{born:%Y%m%d}{place + 1:03d}"
    return seventeen + identity.check_character(seventeen)


async def attend(cast: Cast, story: Story, account: Account, clerk: Account, on: date) -> None:
    """Record the class days of a story, one of them first with a mistake where it says so."""
    person = await people.find(account.person, by=account)
    modules = [*Module]
    for lesson in range(story.class_days):
        asked = HoursIn(
            person=person.number,
            reference=f"{person.number}-{lesson + 1:02d}",
            course=stories.COURSES[lesson % len(stories.COURSES)],
            module=modules[lesson % len(modules)],
            mode=Mode.FACE_TO_FACE if lesson % 3 else Mode.LIVE_ONLINE,
            held_on=on - timedelta(days=30 + lesson * 7),
            minutes=MINUTES_OF_A_CLASS_DAY,
        )
        entry = await ledger.record(asked, by=clerk, on=on, vault=cast.vault)
        if story.corrected and lesson == 0:
            await ledger.reverse(entry.id, reason="日期填错，冲正后重新登记", by=clerk)
