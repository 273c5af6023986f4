"""The state machines as drawn in `docs/`, for tests that have to go every way there is."""

import runpy
from pathlib import Path
from typing import Any

from registry.platform.db import rows

STATES: dict[str, Any] = runpy.run_path(str(Path(__file__).parent.parent / "docs" / "states.py"))
Way = tuple[str, str, str]
"""Where from, by which step, where to."""


def ways(*titles: str) -> set[Way]:
    """Every way of some machines."""
    return {(str(a), step, str(b)) for title in titles for a, step, b in STATES["moves"](title)}


async def gone() -> set[Way]:
    """Every way that anything on record has gone."""
    found = await rows("SELECT DISTINCT came_from, step, went_to FROM step_taken")
    return {(row["came_from"], row["step"], row["went_to"]) for row in found}
