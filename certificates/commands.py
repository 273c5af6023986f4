"""The certificates part of the command line: issuing, keys, the transparency log, its witnesses."""

import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import rich_click as click
from anyio import to_thread
from rich.progress import Progress

from registry.platform.console import complaints, connected, console, run
from registry.platform.settings import Settings

LONGEST_ANSWER = 1_000_000
PATIENCE_SECONDS = 30


@click.group()
def log() -> None:
    """The transparency log."""


@log.command("verify")
def log_verify() -> None:
    """Re-derive every entry, tile and signed head. Exit 1 where something was changed."""
    from certificates.log import keeping, verification
    from registry.platform.installation import Installation

    async def work() -> Any:
        settings = Settings.from_env()
        async with connected(settings):
            return await verification.verify(await keeping.verifier(Installation.of(settings)))

    found = run(work())
    for wrong in found.wrong:
        complaints.print(wrong, style="red", markup=False, highlight=False)
    if found.wrong:
        sys.exit(1)
    console.print(f"{found.entries} entries, {found.checkpoints} signed heads, all derive.")


@log.command("witness")
@click.argument("url")
@click.option("--verifier", required=True, help="The log's public key: name+id+key.")
@click.option("--name", required=True, help="What this witness is called.")
@click.option(
    "--folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Its key, and what it has seen.",
)
@click.option("--password", envvar="WITNESS_PASSWORD", required=True, help="Opens its key.")
@click.option("--every", type=int, help="Seconds between two looks; without it, looks once.")
def log_witness(
    url: str, verifier: str, name: str, folder: Path, password: str, every: int | None
) -> None:
    """Follow the log at URL from outside; print its head, countersigned. Exit 1: it has forked."""
    from certificates import edwards
    from certificates.log.notes import WITNESS, NoteRefused, Verifier
    from certificates.log.tree import ProofWrong
    from certificates.log.witness import Witness

    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("http:// or https://", param_hint="URL")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = edwards.load(folder, "witness", password)
    witness = Witness(name, key, Verifier.parse(verifier), folder / "seen.json")
    complaints.print(str(Verifier.of(name, key, WITNESS)), markup=False, highlight=False)

    def read(path: str) -> bytes:
        with urlopen(f"{url}/{path}", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 -- checked above
            content: bytes = answer.read(LONGEST_ANSWER)
            return content

    async def fetch(path: str) -> bytes:
        return await to_thread.run_sync(read, path)

    while True:
        try:
            click.echo(run(witness.follow(fetch, int(time.time()))))
        except (NoteRefused, ProofWrong) as wrong:
            complaints.print(f"[red]The log contradicts what was seen: {wrong}[/red]")
            sys.exit(1)
        if every is None:
            return
        time.sleep(every)


@log.command("countersign")
@click.argument("note", type=click.File(encoding="utf-8"))
def log_countersign(note: Any) -> None:
    """Keep what witnesses (REGISTRY_WITNESSES) signed below a head, as `witness` prints it."""
    from certificates.log import journal, keeping
    from certificates.log.notes import NoteRefused, Verifier
    from registry.platform.installation import Installation

    async def work() -> list[str]:
        settings = Settings.from_env()
        trusted = [Verifier.parse(each) for each in settings.witnesses.split()]
        async with connected(settings):
            own = await keeping.verifier(Installation.of(settings))
            return await journal.keep_cosignatures(note.read(), own, trusted)

    try:
        kept = run(work())
    except NoteRefused as wrong:
        complaints.print(f"[red]Not kept: {wrong}[/red]")
        sys.exit(1)
    console.print(f"Signed by {', '.join(kept)}.")


@click.command("issue-pending")
@click.option("--processes", type=click.IntRange(1), help="By default one for each processor.")
@click.option(
    "--manifests",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the signed manifests; by default `manifests` in the data folder.",
)
def issue_pending(processes: int | None, manifests: Path | None) -> None:
    """Issue for every granted credential that has no certificate yet, then list them, signed.

    Safe to repeat, and to break off at any moment: nothing is lost, doubled or skipped.
    """
    from certificates import batch, issuing, keys
    from certificates import manifests as lists
    from registry.platform import clock
    from registry.platform.installation import Installation

    settings, on = Settings.from_env(), clock.today()

    async def look() -> list[Any]:
        keys.load_signer(settings.key_folder, Installation.of(settings).keys_password())
        async with connected(settings):
            return await issuing.pending(on=on)

    async def list_them() -> list[Path]:
        signer = keys.load_signer(settings.key_folder, Installation.of(settings).keys_password())
        async with connected(settings):
            await lists.make(clock.now(), settings, signer)
            return await lists.write_out(manifests or settings.data / "manifests")

    waiting, refused = run(look()), 0
    with Progress(console=console) as progress:
        task = progress.add_task("Issuing", total=len(waiting))
        for share in batch.issue(waiting, processes or os.cpu_count() or 1, on):
            progress.advance(task, len(share))
            for credential, why in share:
                if why is not None:
                    refused += 1
                    said = f"credential {credential}: {why}"
                    complaints.print(said, style="red", markup=False, highlight=False)
    console.print(f"{len(waiting) - refused} certificates issued, {refused} refused.")
    for path in run(list_them()):
        console.print(f"Manifest: {path}", markup=False, highlight=False)
    if refused:
        sys.exit(1)


@click.command()
@click.option("--count", default=1000, show_default=True)
@click.option("--tenfold", is_flag=True, help="Compare 40,000 certificates with 4,000 as well.")
@click.option("--entries", default=1_000_000, show_default=True, help="Size of the largest log.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def bench(count: int, tenfold: bool, entries: int, as_json: bool) -> None:
    """Measure drawing and sealing, checking, and the log, on one core.

    Files are looked up by their hash among those of this installation, if it has any.
    """
    import msgspec

    from certificates import benchmark
    from registry.platform import clock

    async def on_record() -> float | None:
        async with connected(Settings.from_env()):
            return await benchmark.measure_on_record(5 * count, clock.now())

    try:
        looked_up = run(on_record())
    except Exception as trouble:  # without an installation the rest is measured all the same
        complaints.print(f"[yellow]No installation to look files up in: {trouble}[/yellow]")
        looked_up = None
    made, plainly = benchmark.measure(count), benchmark.measure_plain(max(10, count // 50))
    larger = (benchmark.measure(4_000), benchmark.measure(40_000)) if tenfold else None
    found = benchmark.Report(
        certificates=made,
        plain=plainly,
        times_as_fast=made.per_cpu_second / plainly.per_cpu_second,
        strict_per_cpu_second=benchmark.measure_strict(count),
        on_record_per_cpu_second=looked_up,
        tenfold=larger[1].cpu_seconds / larger[0].cpu_seconds if larger else None,
        log=benchmark.measure_log([10**power for power in range(3, 9) if 10**power <= entries]),
    )
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    _say(found)


def _say(found: Any) -> None:
    """Write the figures out for people."""
    made, plain = found.certificates, found.plain
    console.print(
        f"{made.per_cpu_second:.0f} certificates drawn and sealed per CPU-second,"
        f" {made.bytes_each} B each;\n"
        f"{plain.per_cpu_second:.0f} by ReportLab and pyHanko alone:"
        f" {found.times_as_fast:.0f} times as fast.\n"
        f"{found.strict_per_cpu_second:.0f} files of our own form checked strictly per CPU-second."
    )
    if found.on_record_per_cpu_second is not None:
        console.print(f"{found.on_record_per_cpu_second:.0f} recognised by their hash.")
    if found.tenfold is not None:
        console.print(f"40,000 certificates cost {found.tenfold:.1f} times what 4,000 cost.")
    for grown in found.log:
        console.print(
            f"A log of {grown.entries:,} entries: {grown.to_add:.0f} µs to add one,"
            f" {grown.to_prove:.0f} µs to prove one with {grown.hashes} hashes."
        )


@click.command("pack")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def pack(file: Path) -> None:
    """Write what a check without a network needs: FILE.json for `verify --offline`, FILE.html.

    The HTML file checks by itself, in any browser that opens it.
    """
    import msgspec

    from certificates.published.routes import offline_page, packed
    from registry.platform.installation import Installation

    if file.suffix not in {".json", ".html"}:
        raise click.BadParameter("FILE.json or FILE.html", param_hint="FILE")
    settings = Settings.from_env()

    async def work() -> bytes:
        here = Installation.of(settings)
        async with connected(settings):
            if file.suffix == ".html":
                return (await offline_page(here)).encode()
            return msgspec.json.encode(await packed(here))

    file.write_bytes(run(work()))
    console.print(f"Written: {file}", markup=False, highlight=False)


@click.command("keys")
@click.option("--rotate", type=int, metavar="YEARS", help="Make a new seal for so many years.")
@click.option("--module", metavar="URI", help="Its key is in this security module (RFC 7512).")
@click.option("--revoke", metavar="SERIAL", help="Distrust a seal, by its number in hex.")
@click.option("--root-list", type=int, metavar="DAYS", help="Make the root's revocation list.")
def keys_in_use(
    rotate: int | None, module: str | None, revoke: str | None, root_list: int | None
) -> None:
    """Show the seals of this installation; change or revoke one."""
    from certificates import crl, revocation
    from registry.platform import clock
    from registry.platform.installation import Installation

    settings = Settings.from_env()
    folder = settings.key_folder

    async def work() -> None:
        if rotate is not None:
            password, on = Installation.of(settings).keys_password(), clock.today()
            if module is None:
                revocation.rotate(folder, password, on, rotate)
            else:
                revocation.rotate_into(folder, password, module, on, rotate)
        if revoke is not None:
            try:
                serial = int(revoke, 16)
            except ValueError:
                raise click.BadParameter("hexadecimal", param_hint="--revoke") from None
            revocation.revoke(folder, serial, clock.now())
        if root_list is not None:
            crl.renew_root(settings, clock.now(), root_list)

    run(work())
    for seal in revocation.seals(folder):
        state = "revoked" if revocation.is_revoked(folder, seal) else "trusted"
        ends = f"{seal.not_valid_after_utc:%Y-%m-%d}"
        click.echo(f"{seal.serial_number:x}  until {ends}  {state}")
