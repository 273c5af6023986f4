"""How an application is evaluated: the edition of the procedure it follows, and what that asks."""

from datetime import date
from uuid import UUID

from credentials.tables import Application
from registry import regulations
from registry.regulations import Body, Kind


async def followed(case: Application, on: date) -> UUID:
    """The edition an application follows: its own, or for a draft the one in force on a day.

    Raises:
        NoRegulation: there was none that day.
    """
    if case.procedure is not None:
        return UUID(str(case.procedure))
    return (await regulations.edition(Kind.EVALUATION_PROCEDURE, on)).id


async def of(case: Application) -> Body:
    """What the edition says that an application handed in follows.

    Raises:
        NoRegulation: it was handed in before the first edition.
    """
    assert case.submitted_on is not None, "it has been handed in"
    edition = await followed(case, case.submitted_on)
    return regulations.read((await regulations.by_id(edition)).text)


async def asked(case: Application, on: date) -> Body:
    """What the edition says that an application follows, or would if it were handed in on a day.

    Raises:
        NoRegulation: there was none that day.
    """
    return regulations.read((await regulations.by_id(await followed(case, on))).text)


def has_panel(rules: Body, level: str) -> bool:
    """Whether a panel evaluates applications for a level, and its result is published."""
    return rules[f"panel_{level}"] > 0
