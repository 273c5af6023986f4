"""What this package does, soon afterwards, about acts of the packages below it, and on due days."""

from uuid import UUID

from credentials.intake import overdue
from credentials.intake.overdue import SUPPLEMENT_ENDS
from credentials.panels import publicity
from credentials.panels.words import PUBLICATION_ENDS
from credentials.standing import changes, measures
from registry.integrity.words import MEASURE_DECIDED, MEASURE_ENDS
from registry.platform import clock
from registry.platform.outbox import Jobs


def jobs() -> Jobs:
    """The jobs of this package."""

    async def follow(record: str) -> None:
        """Bring levels in line with a decided, ended, repaired or annulled measure."""
        await measures.follow(UUID(record), on=clock.today())

    async def end(credential: str) -> None:
        """Restore a level whose suspension is over."""
        await measures.end_suspension(UUID(credential), on=clock.today())

    async def lapse(credential: str) -> None:
        """Let a level lapse whose validity is over."""
        await changes.lapse(UUID(credential), on=clock.today())

    async def unpublish(publication: str) -> None:
        """End a publication whose period has passed quietly."""
        await publicity.end(UUID(publication), on=clock.today())

    async def close(application: str) -> None:
        """Close a returned application that was not supplemented in time."""
        await overdue.close(UUID(application), on=clock.today())

    return {
        MEASURE_DECIDED: follow,
        MEASURE_ENDS: follow,
        changes.SUSPENSION_ENDS: end,
        changes.VALIDITY_ENDS: lapse,
        PUBLICATION_ENDS: unpublish,
        SUPPLEMENT_ENDS: close,
    }
