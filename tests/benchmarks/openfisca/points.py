"""The six indicators as OpenFisca-core says them, in an environment of its own.

`python points.py people.npz`: for every line read, decide the people of the file once and answer a
line of JSON. The project neither imports this file nor depends on OpenFisca-core.
"""

import hashlib
import json
import sys
import time
from importlib.metadata import version
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

DAY = "2018-01-01"
MONTH = "2026-01"
AGE = [
    (0, 30), (44, 29), (45, 27), (46, 25), (47, 23), (48, 21), (49, 19), (50, 17),
    (51, 15), (52, 13), (53, 11), (54, 9), (55, 7), (56, 5), (61, 0),
]  # fmt: skip
BASE = [(0, 0), (36, 50)]
EDUCATION = np.array([0, 50, 90, 100, 110], np.int32)
TITLE = np.array([0, 100, 140], np.int32)

PERSON = build_entity(key="person", plural="people", label="person", is_person=True)


def age_points(person: Any, period: Any, parameters: Any) -> Any:
    return parameters(period).age.calc(person("age", period), right=False)


def education_points(person: Any, period: Any) -> Any:
    return EDUCATION[person("education", period)]


def title_points(person: Any, period: Any) -> Any:
    return TITLE[person("title", period)]


def education_or_title(person: Any, period: Any) -> Any:
    return np.maximum(person("education_points", period), person("title_points", period))


def insurance(person: Any, period: Any) -> Any:
    return person("insured_months", period) // 12 * 3


def contribution_base(person: Any, period: Any, parameters: Any) -> Any:
    return parameters(period).base.calc(person("base_months", period), right=False)


def spouse(person: Any, period: Any) -> Any:
    return np.minimum(person("spouse_years", period) * 4, 40)


def total(person: Any, period: Any) -> Any:
    return (
        person("age_points", period)
        + person("education_or_title", period)
        + person("insurance", period)
        + person("contribution_base", period)
        + person("spouse", period)
    )


def eligible(person: Any, period: Any) -> Any:
    return person("total", period) >= 120


FACTS = ("age", "education", "title", "insured_months", "base_months", "spouse_years")
CLAUSES = {
    formula.__name__: formula
    for formula in (
        age_points, education_points, title_points, education_or_title, insurance,
        contribution_base, spouse, total, eligible,
    )
}  # fmt: skip


def _scale(rows: list[tuple[int, int]]) -> dict[str, Any]:
    brackets = [
        {"threshold": {DAY: {"value": at}}, "amount": {DAY: {"value": worth}}} for at, worth in rows
    ]
    return {"metadata": {"type": "single_amount"}, "brackets": brackets}


def _variable(name: str, formula: Any = None) -> Any:
    said = {
        "value_type": bool if name == "eligible" else int,
        "entity": PERSON,
        "definition_period": DateUnit.MONTH,
    }
    return type(name, (Variable,), said if formula is None else said | {"formula": formula})


def system() -> Any:
    """The document: six facts, nine variables, two scales."""
    made = TaxBenefitSystem([PERSON])
    made.parameters = ParameterNode("", data={"age": _scale(AGE), "base": _scale(BASE)})
    for fact in FACTS:
        made.add_variable(_variable(fact))
    for name, formula in CLAUSES.items():
        made.add_variable(_variable(name, formula))
    return made


def decide(made: Any, people: dict[str, Any], block: int) -> tuple[float, str]:
    """Every variable for everybody, kept: process time in seconds, and a digest of the totals."""
    kept, spent = [], 0.0
    for start in range(0, len(people["age"]), block):
        part = {name: column[start : start + block] for name, column in people.items()}
        before = time.process_time()
        simulation = SimulationBuilder().build_default_simulation(made, len(part["age"]))
        for name, column in part.items():
            simulation.set_input(name, MONTH, column)
        kept.append({name: simulation.calculate(name, MONTH) for name in CLAUSES})
        spent += time.process_time() - before
    totals = np.concatenate([each["total"] for each in kept]).astype(np.int32)
    return spent, hashlib.sha256(totals.tobytes()).hexdigest()


def main() -> None:
    """Answer every line of standard input."""
    people = dict(np.load(sys.argv[1]))
    block, made = int(sys.argv[2]), system()
    for _ in sys.stdin:
        cpu, digest = decide(made, people, block)
        said = {"cpu": cpu, "digest": digest, "version": version("openfisca-core")}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
