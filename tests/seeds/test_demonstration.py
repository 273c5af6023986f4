"""The demonstration: what it promises to hold, that it harms nothing, and what it writes down."""

import asyncio
import json
import re
import runpy
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from credentials.standing.words import AskedStatus
from credentials.words import Level, Status
from registry import identity
from registry.platform import vault
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.vault import Vault
from seeds import demo, stories
from seeds.demonstration import MARK, FolderInUse, environment, prepare
from seeds.establish import establish
from tests.conftest import a_database

TOLD = len(list(stories.told()))
ROLES = {
    "applicant": TOLD,
    "base_clerk": 4,
    "employer": 3,
    "assessor": 9,
    "officer": 3,
    "chief_officer": 1,
    "system_admin": 1,
    "security_admin": 1,
    "audit_admin": 1,
}
BEFORE_A_DECISION = {Status.SUBMITTED, Status.ACCEPTED, Status.REVIEWING, Status.PROPOSED}
STATUSES = {"valid", "suspended", "revoked", "expired", "replaced"}


async def fill(folder: Path) -> dict[str, Any]:
    settings = Settings.from_env().model_copy(
        update={"data": folder, "keys": f"file:{folder / 'keys'}", "demo": True}
    )
    await establish(settings, "登记中心（演示）", "Registry (Demo)")
    described = await demo.fill(settings, folder / "certificates")
    from registry.platform import db

    await db.connect(settings)
    try:
        return {
            "manifest": described,
            "held": await held(),
            "vault": vault.vault_of(folder / "keys"),
        }
    finally:
        await db.disconnect()


async def held() -> dict[str, list[dict[str, Any]]]:
    """What the register holds, table by table."""
    from registry.platform.db import rows

    tables = {
        "person": "number",
        "organisation": "name",
        "application": "reference",
        "certificate": "number",
        "hours_entry": "reference, minutes",
        "technology_contract": "registration_number",
        "education": "graduated_on, school",
        "integrity_case": "reference",
        "integrity_request": "asked_on, id",
        "panel": "reference",
        "result_objection": "reference",
        "refusal_review": "asked_on, id",
        "credential": "granted_on, id",
        "holder_request": "reference",
        "standing_decision": "proposed_at, id",
    }
    return {
        table: await rows(f"SELECT * FROM {table} ORDER BY {order}")
        for table, order in tables.items()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One demonstration for all the tests that only look."""
    folder = tmp_path_factory.mktemp("demonstration")
    with a_database(folder):
        return asyncio.run(fill(folder))


def test_the_manifest_lists_every_role_with_what_it_takes_to_sign_in(made: Any) -> None:
    accounts = made["manifest"]["accounts"]
    assert Counter(account["role"] for account in accounts) == ROLES
    assert set(ROLES) == {*Role}
    assert len({account["login"] for account in accounts}) == len(accounts)
    for account in accounts:
        assert len(account["password"]) >= 10
        assert ("totp_secret" in account) is (account["role"] in SECOND_FACTOR)


def test_every_status_of_a_certificate_is_there_and_each_has_its_file(made: Any) -> None:
    listed = made["manifest"]["certificates"]
    assert {one["status"] for one in listed} == STATUSES
    assert listed[0]["status"] == "valid"
    assert len({one["number"] for one in listed}) == len({one["code"] for one in listed})
    on_record = {row["number"]: row for row in made["held"]["certificate"]}
    assert {one["number"] for one in listed} == set(on_record)
    for one in listed:
        assert set(one) == {"number", "code", "name", "status", "pdf"}
        assert one["name"] == on_record[one["number"]]["holder_name"]
        assert Path(one["pdf"]).read_bytes().startswith(b"%PDF-")
    json.dumps(made["manifest"])


def test_it_holds_everybody_in_the_stories_four_bases_and_three_employers(made: Any) -> None:
    kinds = Counter(row["kind"] for row in made["held"]["organisation"])
    assert kinds == {"base": 4, "employer": 3, "bureau": 1}
    assert len(made["held"]["person"]) == TOLD


MACHINES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "states.py"))["MACHINES"]
TABLES = {
    "Application": "application",
    "Level held": "credential",
    "Decision about a level": "standing_decision",
    "Renewal or correction of a name": "holder_request",
    "Panel": "panel",
    "Objection to a result": "result_objection",
    "Review of a refusal": "refusal_review",
    "Integrity case": "integrity_case",
    "Objection or repair": "integrity_request",
}
"""Where what a machine moves is kept; a machine without a line here fails the test below."""


@pytest.mark.parametrize(("title", "module", "name"), MACHINES, ids=lambda each: str(each))
def test_every_state_of_every_machine_occurs(made: Any, title: str, module: Any, name: str) -> None:
    found = {row["status"] for row in made["held"][TABLES[title]]}
    assert found == {*getattr(module, name)}


def test_every_level_is_applied_for_and_held(made: Any) -> None:
    under_way = Counter(
        row["level"] for row in made["held"]["application"] if row["status"] in BEFORE_A_DECISION
    )
    held = {row["level"] for row in made["held"]["credential"] if row["status"] == "in-force"}
    assert set(under_way) == held == {*Level}
    assert {
        row["status"] for row in made["held"]["application"] if row["level"] == Level.SENIOR
    } >= {"submitted", "reviewing", "proposed", "granted"}
    numbers = [one["number"] for one in made["manifest"]["certificates"]]
    assert {number.split("-")[2] for number in numbers} == {"J", "M", "S"}


def test_nobody_decides_alone(made: Any) -> None:
    prepared = [row for row in made["held"]["application"] if row["decided_by"] is not None]
    assert prepared
    assert all(str(row["decided_by"]) != str(row["prepared_by"]) for row in prepared)


def test_requests_about_levels_are_of_both_kinds(made: Any) -> None:
    held = made["held"]
    assert {(row["kind"], row["status"]) for row in held["holder_request"]} >= {
        *(("renewal", status) for status in AskedStatus),
        ("name", "asked"),
        ("name", "granted"),
    }


def test_a_correction_in_the_ledger_is_there_to_see(made: Any) -> None:
    lines = made["held"]["hours_entry"]
    assert len([line for line in lines if line["reverses"] is not None]) >= 1
    assert all(line["minutes"] != 0 for line in lines)


def numbers(made: Any) -> list[str]:
    opened: Vault = made["vault"]
    return [
        opened.unseal(row["identity_sealed"], f"person:{row['id']}:identity")
        for row in made["held"]["person"]
        if row["identity_kind"] == "resident"
    ]


def test_identity_numbers_pass_the_check_and_belong_to_nobody(made: Any) -> None:
    found = numbers(made)
    assert len(found) > 30
    for number in found:
        assert identity.check_character(number[:17]) == number[17]
        assert re.fullmatch(r"39\d{4}", number[:6]), "no province has 39"
    assert len(set(found)) == len(found)
    assert {row["identity_kind"] for row in made["held"]["person"]} >= {"resident", "passport"}


def alike(made: Any) -> dict[str, Any]:
    """What must not differ between two demonstrations of one day."""
    fresh = {"id", "code", "at", "salt", "digest", "sha256", "identity_sealed", "identity_index"}
    chosen = {
        "person": ("number", "name", "identity_kind", "born_on", "nationality"),
        "organisation": ("name", "name_en", "kind"),
        "application": ("reference", "level", "status", "statement", "submitted_on", "decided_on"),
        "certificate": ("number", "holder_name"),
        "hours_entry": ("course", "module", "mode", "held_on", "minutes"),
        "technology_contract": ("registration_number", "title", "amount_fen", "signed_on"),
        "education": ("school", "degree", "subject", "graduated_on"),
    }
    for row in made["held"]["application"]:
        row["reference"] = row["reference"][: len("SQ-2026-000123")]  # what follows is a secret
    assert not fresh & {name for names in chosen.values() for name in names}
    return {
        table: sorted(str([row[name] for name in names]) for row in made["held"][table])
        for table, names in chosen.items()
    }


def test_the_same_day_gives_the_same_people(made: Any, tmp_path: Path) -> None:
    with a_database(tmp_path):
        again = asyncio.run(fill(tmp_path))
    assert alike(again) == alike(made)
    assert numbers(again) == numbers(made)
    logins = [account["login"] for account in made["manifest"]["accounts"]]
    assert [account["login"] for account in again["manifest"]["accounts"]] == logins
    secrets = [{a["password"] for a in each["manifest"]["accounts"]} for each in (made, again)]
    assert not secrets[0] & secrets[1], "passwords are drawn afresh"


def test_the_same_stories_are_told_each_time() -> None:
    told = list(stories.told())
    assert told == list(stories.told())
    assert {"granted", "refused", "draft"} <= {story.ends for story in told}


def test_a_folder_with_other_data_is_refused_and_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "registry.sqlite"
    with sqlite3.connect(real) as database:
        database.execute("CREATE TABLE person (id)")
    database.close()
    before = real.read_bytes()
    with pytest.raises(FolderInUse):
        prepare(tmp_path)
    assert (sorted(tmp_path.iterdir()), real.read_bytes()) == ([real], before)


def test_an_empty_folder_or_an_earlier_demonstration_is_made_anew(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "new")
    (folder / "certificates").mkdir()
    (folder / "certificates" / "old.pdf").write_bytes(b"%PDF-")
    assert prepare(folder) == folder
    assert [file.name for file in folder.iterdir()] == [MARK]


def test_a_demonstration_says_that_it_is_one(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path, 8123))
    assert settings.demo
    assert settings.public_url == "http://127.0.0.1:8123"
    assert settings.database_url == f"sqlite:///{tmp_path / 'registry.sqlite'}"
