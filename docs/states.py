"""Draws the state machines of the house from its code: `python docs/states.py > docs/states.md`."""

import sys
from types import ModuleType

from credentials import words as evaluation
from credentials.panels import words as panels
from credentials.standing import words as holders
from registry.integrity import words as integrity
from registry.platform.steps import Step

HEAD = "# States and steps\n\nDrawn by `docs/states.py` from the code; a test keeps it current.\n"
MACHINES: tuple[tuple[str, ModuleType, str], ...] = (
    ("Application", evaluation, "Status"),
    ("Level held", evaluation, "Standing"),
    ("Decision about a level", evaluation, "DecisionStatus"),
    ("Renewal or correction of a name", holders, "AskedStatus"),
    ("Panel", panels, "PanelStatus"),
    ("Objection to a result", panels, "ObjectionStatus"),
    ("Review of a refusal", panels, "ReviewStatus"),
    ("Integrity case", integrity, "CaseStatus"),
    ("Objection or repair", integrity, "RequestStatus"),
)


def moves(title: str) -> list[tuple[str, str, str]]:
    """Every move of one machine: where from, the step's name, where to."""
    (module, name), *_ = ((m, n) for each, m, n in MACHINES if each == title)
    kind = getattr(module, name)
    steps = [each for each in vars(module).values() if isinstance(each, Step)]
    mine = [each for each in steps if isinstance(each.to, kind)]
    return [(s, each.name, each.to) for each in mine for s in kind if s in each.starts]


def drawn() -> str:
    """Every machine as a Mermaid diagram, in the order of the house."""
    parts = [HEAD]
    for title, module, name in MACHINES:
        kind, mine = getattr(module, name), moves(title)
        reached, left = {to for _, _, to in mine}, {start for start, _, _ in mine}
        lines = [f"    [*] --> {s}" for s in kind if s not in reached or s is next(iter(kind))]
        lines += [f"    {start} --> {to}: {step}" for start, step, to in mine]
        lines += [f"    {s} --> [*]" for s in kind if s not in left]
        body = "\n".join(lines)
        parts.append(f"## {title}\n\n```mermaid\nstateDiagram-v2\n{body}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(drawn())
