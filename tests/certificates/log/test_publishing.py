"""What anybody can read of the log, and what a witness outside makes of it."""

import asyncio
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import certificates
import registry
from certificates import form
from certificates.jobs import jobs
from certificates.log import journal, keeping, leaves, proofs, tree
from certificates.log.checkpoint import Checkpoint
from certificates.log.notes import WITNESS, NoteRefused, Verifier, cosignature, open_note, sign
from certificates.log.tree import ProofWrong
from certificates.log.witness import SizeUnexpected, Witness
from certificates.tables import Certificate, LogCosignature
from credentials import words
from registry.platform import db, outbox, templates
from registry.platform.installation import Installation
from registry.platform.settings import Settings
from registry.platform.steps import Step
from registry.tables import Account
from tests.certificates.examples import PASSWORD, signer, unsealed
from tests.conftest import Client, NewClient
from tests.factories import make_account, sign_in
from tests.installations import Operator

pytestmark = pytest.mark.anyio
NAME = "witness.example.org"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def here(settings: Settings) -> Installation:
    return Installation.of(settings)


@pytest.fixture
async def logged(client: Client, certificate: Certificate, here: Installation) -> Certificate:
    await outbox.empty(jobs(here))
    return certificate


async def test_checkpoint_tiles_and_entries_fit_together(
    client: Client, logged: Certificate
) -> None:
    verifier = Verifier.parse((await client.get("/log/verifier")).text.strip())
    answer = await client.get("/log/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    head = Checkpoint.parse(open_note(answer.text, [verifier])[0])
    assert (head.origin, verifier.name) == ("127.0.0.1:8000/log", "127.0.0.1:8000/log")
    hashes = await client.get(f"/log/tile/0/000.p/{head.size}")
    entries = await client.get(f"/log/tile/entries/000.p/{head.size}")
    assert "immutable" in hashes.headers["cache-control"]
    assert hashes.content == b"".join(map(tree.leaf_hash, leaves.unbundle(entries.content)))
    for missing in (f"0/000.p/{head.size + 1}", "0/000", "1/000.p/1", "0/0", "entries/000"):
        assert (await client.get(f"/log/tile/{missing}")).status_code == 404


async def test_nothing_personal_is_published(client: Client, logged: Certificate) -> None:
    size = Checkpoint.parse((await client.get("/log/checkpoint")).text.partition("\n\n")[0] + "\n")
    entries = (await client.get(f"/log/tile/entries/000.p/{size.size}")).content
    page = (await client.get("/log")).content
    for said in (logged.number, logged.holder_name, logged.code):
        assert said.encode() not in entries
        assert said.encode() not in page


async def test_the_page_counts(client: Client, logged: Certificate) -> None:
    for language, said in (("zh", "透明日志"), ("en", "Transparency log")):
        answer = await client.get(f"/log?lang={language}")
        assert answer.status_code == 200
        assert said in answer.text


def test_every_step_of_a_level_has_its_words_on_the_page() -> None:
    taken = {each.name for each in vars(words).values() if isinstance(each, Step)
             and isinstance(each.to, words.Standing)}  # fmt: skip
    folders = [Path(each.__file__ or "").parent / "templates" for each in (registry, certificates)]
    template = templates.environment(folders).get_template("certificates/words.html")
    assert taken <= {*template.make_module().LOGGED}  # type: ignore[attr-defined]


async def test_before_the_first_head_the_page_says_so(client: Client) -> None:
    assert (await client.get("/log")).status_code == 200
    assert (await client.get("/log/checkpoint")).status_code == 404


async def test_the_holder_takes_a_proof_along_and_others_do_not(
    client: Client, new_client: NewClient, logged: Certificate, here: Installation
) -> None:
    address = f"/api/certificates/{logged.number}/proof"
    assert (await client.get(address)).status_code == 401
    holder = await Account.objects().get(Account.person == logged.person)
    assert holder is not None
    await sign_in(client, holder)
    text = (await client.get(address)).text
    proven = proofs.verify(text, [await keeping.verifier(here)])
    assert proven.said["number"] == logged.number
    other = new_client()
    await sign_in(other, await make_account())
    assert (await other.get(address)).status_code == 404


async def test_a_witness_follows_what_grows_and_refuses_what_forks(
    client: Client, logged: Certificate, here: Installation, tmp_path: Path
) -> None:
    log = await keeping.verifier(here)
    witness = Witness(NAME, KEY, log, tmp_path / "seen.json")

    async def fetch(path: str) -> bytes:
        answer = await client.get(f"/log/{path}")
        assert answer.status_code == 200, path
        return answer.content

    trusted = [log, Verifier.of(NAME, KEY, WITNESS)]
    first = await witness.follow(fetch, 1_800_000_000)
    assert open_note(first, trusted)[1] == [log.name, NAME]
    for number in range(300):
        await journal.add(f"key:seal:{number:064x}")
    await journal.publish(await keeping.key_of(here), here.settings)
    again = await witness.follow(fetch, 1_800_000_060)
    assert open_note(again, trusted)[1] == [log.name, NAME]
    last = witness.last()
    assert last is not None
    assert last.size > 300

    fork = sign(str(Checkpoint(log.name, last.size, bytes(32))), log.name,
                await keeping.key_of(here))  # fmt: skip
    with pytest.raises(ProofWrong):
        witness.add(last.size, [], fork, 0)
    with pytest.raises(SizeUnexpected):
        witness.add(1, [], fork, 0)
    stranger = sign(str(last), log.name, LOG_KEY)
    with pytest.raises(NoteRefused):
        witness.add(last.size, [], stranger, 0)
    assert witness.last() == last


async def test_what_witnesses_sign_is_published_with_the_head_and_in_proofs(
    client: Client, logged: Certificate, here: Installation
) -> None:
    log, head = await keeping.verifier(here), await journal.newest()
    assert head is not None
    witness = Verifier.of(NAME, KEY, WITNESS)
    text, _ = open_note(head.note, [log])
    countersigned = head.note + cosignature(text, NAME, KEY, 1_800_000_000)
    for note, trusted in (
        (countersigned, []),
        (head.note, [witness]),
        (sign(str(Checkpoint(log.name, head.size, bytes(32))), log.name, KEY), [witness]),
        ("nothing", [witness]),
    ):
        with pytest.raises(NoteRefused):
            await journal.keep_cosignatures(note, log, trusted)
    for _ in range(2):
        assert await journal.keep_cosignatures(countersigned, log, [witness]) == [NAME]
    published = (await client.get("/log/checkpoint")).text
    assert open_note(published, [log, witness])[1] == [log.name, NAME]
    proof = await journal.proof_of(f"issue:{logged.id}")
    assert proof is not None
    assert proofs.verify(proof, [witness]).signed_by == [NAME]
    with pytest.raises(Exception, match="append-only"):
        await LogCosignature.delete(force=True)


async def test_the_archive_of_a_certificate_proves_itself(
    client: Client, new_client: NewClient, logged: Certificate, here: Installation
) -> None:
    address = f"/api/certificates/{logged.number}/bundle"
    assert (await client.get(address)).status_code == 401
    holder = await Account.objects().get(Account.person == logged.person)
    assert holder is not None
    await sign_in(client, holder)
    answer = await client.get(address)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert set(parts) == {
        f"{logged.number}.pdf",
        "credential.jwt",
        "log.tlog-proof",
        "log.checkpoint",
        "log.verifier",
        "root.cer",
        "issuing.cer",
    }
    verifier = Verifier.parse(parts["log.verifier"].decode().strip())
    proven = proofs.verify(parts["log.tlog-proof"].decode(), [verifier])
    assert proven.said["number"] == logged.number
    text, _ = open_note(parts["log.checkpoint"].decode(), [verifier])
    assert Checkpoint.parse(text) == proven.checkpoint
    pdf = unsealed(parts[f"{logged.number}.pdf"])
    assert hashlib.sha256(pdf).hexdigest() == proven.said["unsigned_sha256"]
    root = x509.load_der_x509_certificate(parts["root.cer"])
    assert form.seals_of((signer().certificate,), signer().chain[0], (root,)) is not None
    assert (await client.get(address)).content == answer.content
    other = new_client()
    await sign_in(other, await make_account())
    assert (await other.get(address)).status_code == 404


async def test_the_command_re_derives_the_log(
    logged: Certificate, tmp_path: Path, settings: Settings
) -> None:
    engine = db.engine()
    url = f"sqlite:///{engine.path}" if db.is_sqlite() else engine.config["dsn"]  # type: ignore[union-attr]
    operator = Operator(tmp_path).set(
        REGISTRY_DATABASE_URL=url, REGISTRY_KEYS=settings.keys, REGISTRY_KEYS_PASSWORD=PASSWORD
    )
    told = await asyncio.to_thread(operator.run, "log", "verify")
    assert (told.returncode, "all derive" in told.stdout) == (0, True), told.stderr
