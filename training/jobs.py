"""What this package does, soon afterwards, about acts upon the ledger."""

from datetime import date
from uuid import UUID

from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs
from training import backlog, findings
from training.findings import ReviewIn
from training.words import CHECK_FILE, REVIEW, TAKE_FILE_IN


def jobs(here: Installation) -> Jobs:
    """The jobs of this package, for a worker of one installation."""

    async def review(days: str) -> None:
        """Look at the lines of some days, `<first>..<last>`, if they have changed since."""
        first, last = (date.fromisoformat(day) for day in days.split(".."))
        asked = ReviewIn(first_day=first, last_day=last)
        await findings.review(asked, by=None, on=clock.today())

    async def check(run: str) -> None:
        """Check a large file of hours."""
        await backlog.check(UUID(run), here.vault)

    async def take_in(run: str) -> None:
        """Post the rows of a large file of hours."""
        await backlog.take_in(UUID(run), here.vault)

    return {REVIEW: review, CHECK_FILE: check, TAKE_FILE_IN: take_in}
