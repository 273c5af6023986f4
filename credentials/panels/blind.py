"""An application as a member of its panel reads it: without whose it is."""

from datetime import date
from typing import Any

from credentials.intake import contents
from credentials.panels import masking
from credentials.panels.tables import PanelCase
from credentials.tables import Application
from registry import people, profile
from training import ledger


async def evidence(case: PanelCase, on: date) -> dict[str, Any]:
    """An application as a member reads it: without name, number, employer or photograph."""
    application = await Application.objects().get(Application.id == case.application)
    assert application is not None, "foreign keys hold applications in place"
    person = await people.row(application.person)
    parts = await profile.whole(person.id)
    names = [person.name or "", person.number, *(each.employer for each in parts["employment"])]
    names += [each.school for each in parts["education"]]
    return {
        "level": application.level,
        "statement": masking.hidden(application.statement, names),
        "education": [(each.degree, each.subject) for each in parts["education"]],
        "posts": [
            (masking.hidden(each.post, names), each.technology_transfer, each.began_on.year)
            for each in parts["employment"]
        ],
        "titles": [each.level for each in parts["titles"]],
        "contracts": [
            {
                "title": masking.hidden(each.title, names),
                "role": each.role,
                "amount_fen": each.amount_fen,
                "year": each.signed_on.year,
                "parties": masking.hidden(each.parties, names),
            }
            for each in parts["contracts"]
        ],
        "functions": await _functions(application, names),
        "class_hours": await ledger.class_hours(person.id, on),
    }


async def _functions(application: Application, names: list[str]) -> list[dict[str, Any]]:
    """Each function claimed, with its account and evidence; who recommends is not told."""
    pieces = await contents.evidence(application)
    return [
        {
            "function": row.function,
            "account": masking.hidden(row.account, names),
            "evidence": [
                {"kind": each.kind, "text": masking.hidden(each.text or "", names), "day": each.day}
                for each in pieces
                if each.function == row.function
            ],
        }
        for row in await contents.functions(application)
    ]
