"""Everything a reader needs to see of an application: what is filed, asked, open and changed."""

from dataclasses import dataclass
from datetime import date, datetime

from credentials import procedure
from credentials.intake import contents, employers, materials, readiness, rounds, submissions
from credentials.intake.contents import may_change
from credentials.intake.materials import Line
from credentials.intake.submissions import Change
from credentials.intake.tables import (
    ClaimedFunction,
    Evidence,
    Filing,
    IntakeRound,
    SupplementItem,
)
from credentials.tables import Application
from registry.platform.workdays import Deadline
from registry.regulations import Body
from registry.tables import Organisation


@dataclass(frozen=True)
class Claimed:
    """A work function with its evidence."""

    row: ClaimedFunction
    evidence: list[Evidence]
    short: bool
    """Whether its account or evidence is wanting."""


@dataclass(frozen=True)
class Overview:
    """An application under the whole procedure, as of a day."""

    rules: Body
    filing: Filing
    employer: Organisation | None
    intake: IntakeRound | None
    """The round it joined, or would join today."""
    claimed: list[Claimed]
    enough: bool
    """Whether as many functions are claimed as the level asks."""
    lines: list[Line]
    asked: list[SupplementItem]
    noticed_at: datetime | None
    """When the newest notice was sent; what was added since is the applicant's to take out."""
    opened: frozenset[str] | None
    changes: list[Change]
    wait: date | None
    publication: Deadline | None

    def may(self, field: str) -> bool:
        """Whether a field may be changed now."""
        return may_change(self.opened, field)

    def answers(self, claimed: Claimed) -> bool:
        """Whether a function or a piece of its evidence may be changed now."""
        pieces = [f"evidence:{row.id}" for row in claimed.evidence]
        return any(self.may(field) for field in (f"function:{claimed.row.function}", *pieces))

    def pending(self, *fields: str) -> bool:
        """Whether the notice asks for one of these fields, and it is still as it was."""
        return any(each.field in fields and not each.changed for each in self.changes)

    def awaits(self, claimed: Claimed) -> bool:
        """The same of a function and its evidence."""
        pieces = [f"evidence:{row.id}" for row in claimed.evidence]
        return self.pending(f"function:{claimed.row.function}", *pieces)

    @property
    def least(self) -> dict[str, int]:
        """How many functions each level asks for."""
        return {
            name.removeprefix("functions_"): figure.value
            for name, figure in self.rules.figures.items()
            if name.startswith("functions_")
        }


async def of(case: Application, on: date) -> Overview | None:
    """The overview of an application; None where its procedure is the simple one."""
    rules = await procedure.asked(case, on)
    if not contents.fuller(rules, case.level):
        return None
    filing = await contents.filing(case)
    pieces = await contents.evidence(case)
    short = await materials.short_functions(case, rules)
    joined = await rounds.by_id(filing.round) if filing.round else None
    notices = await contents.notices(case)
    return Overview(
        rules=rules,
        filing=filing,
        employer=await _employer(filing),
        intake=joined or await rounds.open_for(case.level, on),
        claimed=[
            Claimed(
                row,
                [each for each in pieces if each.function == row.function],
                row.function in short,
            )
            for row in await contents.functions(case)
        ],
        enough="" not in short,
        lines=await materials.checklist(case, rules, on),
        asked=await contents.items(notices[-1:]),
        noticed_at=notices[-1].asked_at if notices else None,
        opened=await contents.reopened(case),
        changes=await submissions.since_notice(case),
        wait=await readiness.wait_until(case, rules, on) if case.submitted_on is None else None,
        publication=employers.period(rules, filing.published_on) if filing.published_on else None,
    )


async def _employer(filing: Filing) -> Organisation | None:
    if filing.employer is None:
        return None
    row: Organisation | None = await Organisation.objects().get(Organisation.id == filing.employer)
    return row
