"""The command line as an operator meets it: from outside, in a process of its own."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.__main__ import main
from tests.installations import BUREAU, Operator, empty_database, fetch, free_port, wait_for

COMMANDS = ("demo", "serve", "migrate", "seed", "policy", "certificates", "verify", "audit")
ROLES = {
    "applicant": 2,
    "base_clerk": 2,
    "assessor": 5,
    "officer": 2,
    "chief_officer": 1,
    "employer": 1,
    "system_admin": 1,
    "security_admin": 1,
    "audit_admin": 1,
}
STATUSES = {"valid", "suspended", "revoked", "expired", "replaced"}


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """Somebody with an empty folder and an empty database."""
    with empty_database(tmp_path) as url:
        yield Operator(tmp_path).set(REGISTRY_DATABASE_URL=url)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Somebody whose installation stands ready."""
    folder = tmp_path_factory.mktemp("office")
    with empty_database(folder) as url:
        ready = Operator(folder).set(REGISTRY_DATABASE_URL=url)
        made = ready.run("init", *BUREAU)
        assert made.returncode == 0, made.stderr
        yield ready


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """What a demonstration wrote, while it serves; stopped as an operator stops it."""
    folder = tmp_path_factory.mktemp("demonstration")
    asked = Operator(folder)
    port, manifest = str(free_port()), folder / "manifest.json"
    at = ("--port", port, "--data", str(folder / "demo"), "--manifest", str(manifest))
    with asked.start("demo", *at) as process:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        while not manifest.exists() or not manifest.read_text():
            assert process.poll() is None
        yield json.loads(manifest.read_text())
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        assert "Traceback" not in said, said
        assert process.returncode == 0, said


def test_help_names_every_command() -> None:
    listed = Operator(Path()).run("--help")
    assert listed.returncode == 0
    assert set(COMMANDS) <= set(main.commands)
    for command in main.commands:
        assert f" {command} " in listed.stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_says_what_it_does(command: str) -> None:
    described = main.commands[command].help
    assert described
    assert described.endswith((".", "valid, 1: invalid, 2: undetermined."))


def test_schema_and_policies_may_be_loaded_again_and_again(operator: Operator) -> None:
    for _ in range(2):
        assert operator.run("migrate").returncode == 0
    first, second = operator.run("seed"), operator.run("seed")
    assert first.returncode == second.returncode == 0
    assert not first.stdout.startswith("0 ")
    assert second.stdout == "0 policy editions added.\n"


def test_an_installation_may_be_made_again_without_harm(office: Operator) -> None:
    keys = office.folder / "data" / "keys"
    before = {file.name: file.read_bytes() for file in keys.iterdir()}
    again = office.run("init", *BUREAU)
    assert again.returncode == 0, again.stderr
    assert {file.name: file.read_bytes() for file in keys.iterdir()} == before


def test_secrets_are_for_their_owner_alone(office: Operator) -> None:
    keys = office.folder / "data" / "keys"
    private = [file for file in keys.iterdir() if b"PRIVATE" in file.read_bytes()]
    assert private
    for file in [*private, keys / "password", keys / "fields.json"]:
        assert file.stat().st_mode & 0o077 == 0, file


def test_policies_are_listed_and_shown_by_day(office: Operator) -> None:
    listed = office.run("policy", "list").stdout
    assert "evaluation" in listed
    assert "2026-01-01" in listed
    now, then = (
        office.run("policy", "show", "evaluation", "--on", day).stdout
        for day in ("2026-06-30", "2024-12-31")
    )
    written = Path(__file__).parent.parent / "seeds" / "policy" / "evaluation"
    assert now.strip() == (written / "2026-01-01.toml").read_text().strip()
    assert then.strip() == (written / "2024-10-01.toml").read_text().strip()


def test_a_document_nobody_published_is_refused(office: Operator) -> None:
    asked = office.run("policy", "show", "nothing")
    assert asked.returncode == 1
    assert_in_a_line(asked.stderr)


@pytest.mark.parametrize("document", ["housing", "training-days"])
def test_a_table_with_a_column_nobody_knows_is_refused(office: Operator, document: str) -> None:
    table = office.folder / "cases.csv"
    table.write_text("case_id,misspelt\nA,1\n", encoding="utf-8")
    checked = office.run("policy", "check", document, "--cases", str(table), "--json")
    assert checked.returncode == 1
    assert checked.stdout == ""
    first, *more = checked.stderr.splitlines()
    assert first == "算例表中有不认识的列。"
    assert "  misspelt: 不认识这一列。" in more
    assert_in_a_line(checked.stderr, most=10)


def test_a_table_about_an_edition_nobody_published_is_refused(office: Operator) -> None:
    table = office.folder / "cases.csv"
    table.write_text("case_id,edition\nA,2001-01-01\n", encoding="utf-8")
    checked = office.run("policy", "check", "housing", "--cases", str(table))
    assert checked.returncode == 1
    assert "2001-01-01" in checked.stderr
    assert_in_a_line(checked.stderr)


def test_cases_of_a_document_nobody_published_are_refused(office: Operator) -> None:
    table = office.folder / "cases.csv"
    table.write_text("case_id\nA\n", encoding="utf-8")
    checked = office.run("policy", "check", "nothing", "--cases", str(table))
    assert checked.returncode == 1
    assert_in_a_line(checked.stderr)


def test_an_account_for_staff_comes_with_its_secrets_once(office: Operator) -> None:
    wanted = ("account", "--role", "officer", "--login", "li@bureau.example", "--name", "李")
    opened, again = office.run(*wanted), office.run(*wanted)
    made = json.loads(opened.stdout)
    assert made["login"] == "li@bureau.example"
    assert len(made["password"]) >= 12
    assert made["totp_secret"]
    assert again.returncode == 1
    assert_in_a_line(again.stderr)


@pytest.mark.parametrize(
    ("role", "code"), [("base_clerk", 1), ("emperor", 2)], ids=["no organisation", "no such role"]
)
def test_an_account_that_cannot_be_is_refused(office: Operator, role: str, code: int) -> None:
    asked = office.run("account", "--role", role, "--login", "x@y.example", "--name", "王")
    assert asked.returncode == code
    assert "Traceback" not in asked.stderr


def test_the_audit_trail_of_a_new_installation_is_whole(office: Operator) -> None:
    read = office.run("audit", "verify")
    assert read.returncode == 0, read.stderr
    assert "none changed" in read.stdout
    assert int(read.stdout.split()[0]) >= 1


def test_what_is_no_certificate_is_not_valid(office: Operator) -> None:
    file = office.folder / "note.pdf"
    file.write_text("not a PDF")
    checked = office.run("verify", str(file), "--json")
    answer = json.loads(checked.stdout)
    assert answer["verdict"] != "valid"
    assert checked.returncode == {"invalid": 1, "undetermined": 2}[answer["verdict"]]


def test_nothing_waits_to_be_issued_in_a_new_installation(office: Operator) -> None:
    done = office.run("certificates", "issue-pending")
    assert done.returncode == 0, done.stderr
    assert "\n0 certificates issued" in done.stdout


def test_serving_waits_for_the_schema(operator: Operator) -> None:
    refused = operator.run("serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "registry migrate" in refused.stderr
    assert_in_a_line(refused.stderr, most=60)


def test_an_installation_is_served_and_stopped(office: Operator) -> None:
    port = free_port()
    with office.start("serve", "--port", str(port)) as process:
        wait_for(f"http://127.0.0.1:{port}/ready", process)
        status, kind, content = fetch(f"http://127.0.0.1:{port}/?lang=en")
        assert (status, kind) == (200, "text/html; charset=utf-8")
        assert b'lang="en"' in content
        taken = office.run("serve", "--port", str(port))
        assert taken.returncode == 1
        assert str(port) in taken.stderr
        assert_in_a_line(taken.stderr)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "settings",
    [
        {"REGISTRY_NONSENSE": "1"},
        {"REGISTRY_DATABASE_URL": "mysql://localhost/registry"},
        {"REGISTRY_KEYS": "drawer"},
        {"REGISTRY_PUBLIC_URL": "registry.example"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_a_wrong_setting_is_named(tmp_path: Path, settings: dict[str, str]) -> None:
    refused = Operator(tmp_path).run("policy", "list", **settings)
    assert refused.returncode == 1
    assert refused.stderr.startswith(next(iter(settings)))
    assert_in_a_line(refused.stderr)


def test_a_database_without_schema_says_what_to_do(operator: Operator) -> None:
    for command in (("seed",), ("policy", "list"), ("audit", "verify")):
        refused = operator.run(*command)
        assert refused.returncode == 1
        assert "registry migrate" in refused.stderr
        assert_in_a_line(refused.stderr)


def test_a_database_that_is_away_is_no_traceback(tmp_path: Path) -> None:
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    for command in ("migrate", "seed", "serve"):
        refused = Operator(tmp_path).run(command, REGISTRY_DATABASE_URL=away)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr


def test_a_folder_with_other_data_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work")
    refused = Operator(tmp_path).run("demo", "--data", str(folder))
    assert refused.returncode == 1
    assert_in_a_line(refused.stderr)
    assert [file.read_text() for file in folder.iterdir()] == ["years of work"]


def test_the_demonstration_has_somebody_in_every_role(demonstration: dict[str, object]) -> None:
    accounts = demonstration["accounts"]
    assert isinstance(accounts, list)
    for role, least in ROLES.items():
        holders = [account for account in accounts if account["role"] == role]
        assert len({holder["login"] for holder in holders}) >= least, role
        assert all(holder["password"] for holder in holders)


def test_the_demonstration_has_certificates_of_every_status(
    demonstration: dict[str, object],
) -> None:
    certificates = demonstration["certificates"]
    assert isinstance(certificates, list)
    assert {one["status"] for one in certificates} == STATUSES
    for one in certificates:
        assert set(one) >= {"number", "code", "name", "status", "pdf"}
        assert Path(one["pdf"]).read_bytes().startswith(b"%PDF-")


def test_the_demonstration_answers_about_its_certificates(
    demonstration: dict[str, object],
) -> None:
    certificates = demonstration["certificates"]
    assert isinstance(certificates, list)
    for status in STATUSES:
        one = next(one for one in certificates if one["status"] == status)
        _, _, content = fetch(f"{demonstration['url']}/api/verify/{one['code']}")
        answer = json.loads(content)
        assert answer["number"] == one["number"]
        assert answer["verdict"] == ("valid" if status == "valid" else "invalid")
        code, kind, page = fetch(f"{demonstration['url']}/v/{one['code']}?lang=en")
        assert (code, kind) == (200, "text/html; charset=utf-8")
        assert one["number"].encode() in page


def assert_in_a_line(words: str, most: int = 3) -> None:
    """What an operator is told is short, and no traceback."""
    assert "Traceback" not in words
    assert 1 <= len(words.strip().splitlines()) <= most, words
