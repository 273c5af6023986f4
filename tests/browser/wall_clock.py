"""A clock for an office in a process of its own, moved by a test while the office is open."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from registry.platform import clock

OPENS = time(9, tzinfo=clock.OFFICE)


@dataclass(frozen=True)
class WallClock:
    """Runs as fast as real time, so many seconds away from it as its file says."""

    file: Path

    def __call__(self) -> datetime:
        """The instant it shows, in UTC; a story told of another day keeps to that day."""
        return clock._told.get() or datetime.now(UTC) + self._offset()

    def turn_to(self, day: date) -> None:
        """Let it be the morning of a day."""
        ahead = datetime.combine(day, OPENS) - datetime.now(UTC)
        other = self.file.with_suffix(".new")
        other.write_text(str(ahead.total_seconds()))
        other.replace(self.file)

    def _offset(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text()))
