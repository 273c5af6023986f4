"""The log as it is kept: complete, in order, forgetful where it must be, and never rewritten."""

import asyncio
import shutil
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from certificates import issuing, statements
from certificates.jobs import jobs
from certificates.log import journal, keeping, proofs, tiles, tree, verification
from certificates.log.checkpoint import Checkpoint
from certificates.log.journal import LogInconsistent
from certificates.log.leaves import Leaf
from certificates.log.notes import open_note
from certificates.tables import Certificate, LogCheckpoint, LogLeaf
from credentials.tables import Credential
from registry.platform import outbox
from registry.platform.db import is_sqlite, rows
from registry.platform.installation import Installation
from registry.platform.settings import Settings
from registry.platform.tables import PolicyEdition
from registry.tables import Account
from tests.certificates.examples import signer
from tests.factories import DAY, make_applicant, make_hours, stand

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


@pytest.fixture
def here(settings: Settings) -> Installation:
    return Installation.of(settings)


async def kinds() -> list[str]:
    return [row["kind"] for row in await LogLeaf.select().order_by(LogLeaf.leaf_index)]


async def report(here: Installation) -> verification.Report:
    return await verification.verify(await keeping.verifier(here))


async def unguarded(statement: str, *arguments: Any) -> None:
    """As somebody would who owns the database."""
    if is_sqlite():
        for row in await rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            await rows(f"DROP TRIGGER {row['name']}")
    else:
        for table in ("log_leaf", "log_tile", "log_head", "log_checkpoint"):
            await rows(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await rows(statement, *arguments)


async def test_every_act_is_logged_once(
    here: Installation, certificate: Certificate, held: Credential, officer: Account
) -> None:
    await stand(held.id, "suspend", until=DAY.replace(year=DAY.year + 1), on=DAY)
    await stand(held.id, "lift", on=DAY)
    office: dict[str, Any] = {
        "by": officer,
        "on": DAY,
        "settings": here.settings,
        "signer": signer(),
    }
    await issuing.replace(certificate.id, **office)
    await stand(held.id, "revoke", on=DAY)
    await outbox.empty(jobs(here))
    found = await kinds()
    expected = {"issue": 2, "replace": 1, "suspend": 1, "lift": 1, "revoke": 1, "key": 4}
    assert {kind: found.count(kind) for kind in expected} == expected
    assert found.count("policy") == await PolicyEdition.count()
    seen = await report(here)
    assert (seen.wrong, seen.entries) == ([], len(found))
    last = await journal.newest()
    assert last is not None
    assert last.size == len(found)
    await keeping.log(f"issue:{certificate.id}", here)
    assert len(await kinds()) == len(found)


async def test_a_statement_is_logged_with_what_it_supersedes(
    here: Installation, officer: Account
) -> None:
    holder = await make_applicant()
    about: dict[str, Any] = {"by": officer, "on": DAY, "here": here}
    first = await statements.state_hours(UUID(str(holder.person)), **about)
    await make_hours(holder)
    second = await statements.state_hours(UUID(str(holder.person)), **about)
    await outbox.empty(jobs(here))
    trusted, said = [await keeping.verifier(here)], list[Any]()
    for made in (first, second):
        text = await journal.proof_of(f"statement:{made.id}")
        assert text is not None
        said.append(proofs.verify(text, trusted).said)
    assert [each["number"] for each in said] == [first.number, second.number]
    assert [each["supersedes"] for each in said] == [None, first.number]
    assert (await report(here)).wrong == []


async def test_who_logs_at_once_leaves_no_gap_and_no_double(here: Installation) -> None:
    await outbox.empty(jobs(here))
    before = len(await kinds())
    acts = [f"key:seal:{number:064x}" for number in range(12)]
    await asyncio.gather(*(keeping.log(act, here) for act in [*acts, *acts]))
    assert len(await kinds()) == before + 12
    assert (await report(here)).wrong == []


async def test_a_proof_of_a_certificate_holds_and_outlives_what_it_proves(
    here: Installation, certificate: Certificate
) -> None:
    await outbox.empty(jobs(here))
    subject = f"issue:{certificate.id}"
    trusted = [await keeping.verifier(here)]
    text = await journal.proof_of(subject)
    assert text is not None
    proven = proofs.verify(text, trusted)
    assert proven.said["number"] == certificate.number
    assert proven.said["unsigned_sha256"] == certificate.unsigned_sha256
    await journal.forget(subject)
    assert await journal.proof_of(subject) is None
    assert proofs.verify(text, trusted).said == proven.said
    seen = await report(here)
    assert (seen.wrong, seen.forgotten) == ([], 1)
    kept = await LogLeaf.objects().get(LogLeaf.subject == subject)
    assert kept is not None
    assert kept.salt is None
    assert kept.content is None


async def test_each_head_continues_the_one_before(here: Installation) -> None:
    for number in range(3):
        await keeping.log(f"key:seal:{number:064x}", here)
    heads = await LogCheckpoint.select().order_by(LogCheckpoint.size)
    assert len(heads) == 3
    for old, new in pairwise(heads):
        path = await journal.proof(tree.consistency(old["size"], new["size"]))
        roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
        tree.check_consistency(old["size"], new["size"], *roots, path)


async def test_a_head_that_contradicts_the_last_one_is_not_signed(here: Installation) -> None:
    await keeping.log("key:seal:1", here)
    signed = await LogCheckpoint.count()
    content = (await journal.stored([(0, 0)]))[0, 0]
    await unguarded("UPDATE log_tile SET hashes = {} WHERE name = '0/0'", bytes(32) + content[32:])
    with pytest.raises(LogInconsistent):
        await keeping.log("key:seal:2", here)
    assert await LogCheckpoint.count() == signed
    assert any("tile" in wrong for wrong in (await report(here)).wrong)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE log_leaf SET content = '{{}}' WHERE leaf_index = 1", "not the hash"),
        ("UPDATE log_leaf SET entry = salt || salt WHERE leaf_index = 1", "signed for other"),
        ("DELETE FROM log_leaf WHERE leaf_index = 1", "missing"),
        ("DELETE FROM log_tile WHERE name = '0/0'", "tile 0/0 is missing"),
        ("UPDATE log_checkpoint SET note = 'x'", "not signed by the log"),
        ("UPDATE log_head SET size = size - 1", "was"),
    ],
)
async def test_verification_finds_what_an_owner_of_the_database_does(
    here: Installation, statement: str, said: str
) -> None:
    await keeping.log("key:seal:1", here)
    assert (await report(here)).wrong == []
    await unguarded(statement)
    assert any(said in wrong for wrong in (await report(here)).wrong)


async def test_a_certificate_kept_out_of_the_log_is_found(
    here: Installation, certificate: Certificate
) -> None:
    assert (await report(here)).wrong == []  # it waits to be logged
    await rows("DELETE FROM job")
    assert (await report(here)).wrong == [f"certificate {certificate.number} is not in the log"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaf SET entry = 'x'",
        "UPDATE log_leaf SET content = 'x'",
        "DELETE FROM log_leaf",
        "UPDATE log_head SET size = 0",
        "DELETE FROM log_head",
        "DELETE FROM log_checkpoint",
        "UPDATE log_checkpoint SET note = 'x'",
        "UPDATE log_tile SET name = 'x'",
        "DELETE FROM log_tile",
    ],
)
async def test_the_database_itself_refuses_to_rewrite_the_log(
    here: Installation, statement: str
) -> None:
    await keeping.log("key:seal:1", here)
    with pytest.raises(Exception, match="append-only"):
        await rows(statement)


async def test_what_happened_before_there_was_a_log_waits_to_be_logged(
    certificate: Certificate, held: Credential
) -> None:
    migration = import_module("certificates.piccolo_migrations.certificates_log_guards")
    statements = [acts for _, acts in migration.BEFORE_THE_LOG]
    found = [len(await rows(statement)) for statement in statements]
    assert found[1] == 1
    assert found[0] == await PolicyEdition.count()


async def test_a_log_that_moved_house_is_still_verified(
    here: Installation,
) -> None:
    await keeping.log("key:seal:1", here)
    moved = here.settings.model_copy(update={"public_url": "https://new.example.org"})
    seen = await report(Installation.of(moved))
    assert (seen.wrong, seen.checkpoints) == ([], 1)


async def test_an_act_that_is_not_there_leaves_no_entry(here: Installation) -> None:
    await keeping.log(f"issue:{uuid4()}", here)
    assert "issue" not in await kinds()


async def test_the_key_is_made_once_and_kept_shut(here: Installation, tmp_path: Path) -> None:
    first = await keeping.verifier(here)
    file = here.settings.key_folder / "log.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    copied = shutil.copytree(here.settings.key_folder, tmp_path / "copied")
    again = Installation.of(here.settings.model_copy(update={"keys": f"file:{copied}"}))
    assert await keeping.verifier(again) == first


async def test_entries_and_tiles_are_published_together(here: Installation) -> None:
    for number in range(3):
        await keeping.log(f"key:seal:{number:064x}", here)
    last = await journal.newest()
    assert last is not None
    published = await journal.entries(0, last.size)
    [hashes] = (await journal.stored([(0, 0)])).values()
    assert hashes == b"".join(tree.leaf_hash(entry) for entry in published)
    text, _ = open_note(last.note, [await keeping.verifier(here)])
    [root] = await journal.proof([(0, last.size)])
    assert Checkpoint.parse(text).root == root
    leaf = await LogLeaf.objects().get(LogLeaf.leaf_index == 0)
    assert leaf is not None
    assert Leaf(bytes.fromhex(leaf.salt or ""), leaf.content or "").entry == published[0]
    assert tiles.tile_of((0, 0)) == (0, 0)
