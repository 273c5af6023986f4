"""The picture of the state machines is the code's, and every state can be reached."""

import runpy
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent / "docs"
STATES: dict[str, Any] = runpy.run_path(str(DOCS / "states.py"))


def test_the_picture_is_current() -> None:
    assert (DOCS / "states.md").read_text() == STATES["drawn"](), "python docs/states.py"


@pytest.mark.parametrize("title", [title for title, _, _ in STATES["MACHINES"]])
def test_every_state_can_be_reached_from_the_first(title: str) -> None:
    (module, name), *_ = ((m, n) for t, m, n in STATES["MACHINES"] if t == title)
    kind = getattr(module, name)
    steps = [s for s in vars(module).values() if type(s).__name__ == "Step"]
    reached = {next(iter(kind))}
    for _ in kind:
        reached |= {
            step.to for step in steps if isinstance(step.to, kind) and step.starts & reached
        }
    assert reached == set(kind)
