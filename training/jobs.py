"""What this package does, soon afterwards, about acts upon the ledger."""

from datetime import date

from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs
from training import findings
from training.findings import ReviewIn
from training.words import REVIEW


def jobs(here: Installation) -> Jobs:
    """The jobs of this package, for a worker of one installation."""

    async def review(days: str) -> None:
        """Look at the lines of some days, `<first>..<last>`, if they have changed since."""
        first, last = (date.fromisoformat(day) for day in days.split(".."))
        asked = ReviewIn(first_day=first, last_day=last)
        await findings.review(asked, by=None, on=clock.today())

    return {REVIEW: review}
