"""An application as a member of its panel reads it: as it was handed in, without whose it is.

Documents are left out: they bear name and number, and nothing here can take those off a page.
"""

from typing import Any

from credentials.intake import contents, submissions
from credentials.intake.submissions import Content, Piece
from credentials.panels import masking
from credentials.panels.tables import PanelCase
from credentials.tables import Application
from registry import people
from training import ledger


async def evidence(case: PanelCase) -> dict[str, Any]:
    """An application as a member reads it: without name, number, employer or photograph.

    Profile and class hours are those of the day it was handed in, whatever has come since.
    """
    application = await Application.objects().get(Application.id == case.application)
    assert application is not None, "foreign keys hold applications in place"
    assert application.submitted_on is not None, "it was accepted"
    person = await people.row(application.person)
    said = await submissions.handed_in(application)
    parts = {kind: [*rows.values()] for kind, rows in said.entries.items()}
    names = [person.name or "", person.number, said.employer or ""]
    names += [each["employer"] for each in parts.get("employment", ())]
    names += [each["school"] for each in parts.get("education", ())]
    names += [each.recommender for each in said.evidence.values() if each.recommender]
    return {
        "level": application.level,
        "statement": masking.hidden(said.statement, names),
        "education": [(each["degree"], each["subject"]) for each in parts.get("education", ())],
        "posts": [
            (
                masking.hidden(each["post"], names),
                each["technology_transfer"],
                int(each["began_on"][:4]),
            )
            for each in parts.get("employment", ())
        ],
        "titles": [each["level"] for each in parts.get("titles", ())],
        "contracts": [_contract(each, names) for each in parts.get("contracts", ())],
        "functions": [
            {
                "function": row.function,
                "account": masking.hidden(said.functions.get(row.function, ""), names),
                "evidence": [
                    _piece(each, said, names)
                    for each in said.evidence.values()
                    if each.function == row.function
                ],
            }
            for row in await contents.functions(application)
        ],
        "class_hours": await ledger.class_hours(person.id, application.submitted_on),
    }


def _contract(entry: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {
        "title": masking.hidden(entry["title"], names),
        "role": entry["role"],
        "amount_fen": entry["amount_fen"],
        "year": int(entry["signed_on"][:4]),
        "parties": masking.hidden(entry["parties"], names),
    }


def _piece(piece: Piece, said: Content, names: list[str]) -> dict[str, Any]:
    """A piece of evidence; a contract with all it says, a document only as there being one."""
    entry = said.entries.get("contracts", {}).get(piece.contract or "")
    return {
        "kind": piece.kind,
        "text": masking.hidden(piece.text, names),
        "day": piece.day,
        "contract": _contract(entry, names) if entry else None,
        "document_left_out": piece.document is not None,
    }
