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


def drawn() -> str:
    """Every machine as a Mermaid diagram, in the order of the house."""
    parts = [HEAD]
    for title, module, name in MACHINES:
        kind = getattr(module, name)
        steps = [each for each in vars(module).values() if isinstance(each, Step)]
        mine = [each for each in steps if isinstance(each.to, kind)]
        reached, left = {each.to for each in mine}, {s for each in mine for s in each.starts}
        lines = [f"    [*] --> {s}" for s in kind if s not in reached or s is next(iter(kind))]
        for step in mine:
            lines += [f"    {s} --> {step.to}: {step.name}" for s in kind if s in step.starts]
        lines += [f"    {s} --> [*]" for s in kind if s not in left]
        body = "\n".join(lines)
        parts.append(f"## {title}\n\n```mermaid\nstateDiagram-v2\n{body}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(drawn())
