"""The command line: everything an operator does with an installation."""

import json
import sys
from pathlib import Path
from typing import Any

import rich_click as click

from certificates.commands import bench, issue_pending, keys_in_use, log, pack
from credentials.commands import policy
from registry.platform import clock
from registry.platform.console import complaints, connected, console, run
from registry.platform.settings import Settings
from seeds.load import POLICY_FOLDER

EXIT = {"valid": 0, "invalid": 1, "undetermined": 2}


class Desk(click.RichGroup):
    """All commands; what an operator can mend is said in a line, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from registry.platform.complaints import complaint

            words = complaint(error)
            if words is None:
                raise
            complaints.print(words, style="red", markup=False, highlight=False)
            sys.exit(1)


@click.group(cls=Desk)
@click.pass_context
def main(ctx: click.Context) -> None:
    """技术经理人登记系统: evaluates, trains, registers and vouches for technology managers."""
    ctx.obj = POLICY_FOLDER


main.add_command(policy)
main.add_command(log)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder; by default a temporary one.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Write what was made as JSON.")
def demo(port: int, data: Path | None, manifest: Path | None) -> None:
    """Fill a fresh embedded database with demonstration data and serve it."""
    from seeds.demonstration import demonstrate

    demonstrate(port=port, data=data, manifest=manifest, console=console)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the configured database."""
    from registry.platform import migrations
    from registry.server import serve as answer

    if behind := run(migrations.pending()):
        complaints.print("[red]Pending migrations; run `registry migrate` first:[/red]")
        complaints.print("\n".join(behind))
        sys.exit(1)
    answer(host, port, workers)


@main.command()
@click.option("--once", is_flag=True, help="Do what is due, then end.")
def worker(once: bool) -> None:
    """Do what follows upon acts, such as issuing certificates, until told to stop."""
    from registry.app import jobs
    from registry.platform import outbox
    from registry.platform.installation import Installation

    async def work() -> None:
        settings = Settings.from_env()
        async with connected(settings):
            mine = jobs(Installation.of(settings))
            if not once:
                await outbox.keep_empty(mine)
            console.print(f"{await outbox.empty(mine)} done.")

    run(work())


@main.command()
def migrate() -> None:
    """Bring the schema up to date. Safe to repeat."""
    from registry.platform import migrations

    run(migrations.migrate())
    console.print("The schema is up to date.")


@main.command()
def seed() -> None:
    """Load the policy editions that are not there yet. Safe to repeat."""
    from seeds.load import load_policies

    async def work() -> int:
        async with connected(Settings.from_env()):
            return await load_policies()

    console.print(f"{run(work())} policy editions added.")


@main.group()
def certificates() -> None:
    """The paper: issuing and keys."""


certificates.add_command(issue_pending)
certificates.add_command(bench)
certificates.add_command(keys_in_use)
certificates.add_command(pack)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.option(
    "--offline",
    "pack",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ask this pack (/authority/pack.json), and no register.",
)
def verify(file: Path, as_json: bool, pack: Path | None) -> None:
    """Check a certificate file. Exit 0: valid, 1: invalid, 2: undetermined."""
    import sqlite3

    import asyncpg
    import msgspec

    from certificates import checking, offline
    from certificates.answers import Answer

    async def work() -> Answer:
        settings, content, at = Settings.from_env(), file.read_bytes(), clock.now()
        if pack is not None:
            return offline.verify(content, offline.read(pack.read_bytes()), at)
        try:
            async with connected(settings):
                return await checking.of_file(content, at, settings)
        except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
            complaints.print(f"[red]The register cannot be asked: {trouble}[/red]")
            return await checking.without_register(content, at, settings)

    answer = run(work())
    if as_json:
        click.echo(msgspec.json.encode(answer).decode())
    else:
        console.print(f"[bold]{answer.verdict}[/bold] {answer.number or ''}")
        for check in answer.checks:
            console.print(f"  {check.outcome:12} {check.code}: {check.detail}")
    sys.exit(EXIT[answer.verdict])


@main.group()
def training() -> None:
    """Training bases and their hours."""


@training.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--base", required=True, help="Name of the training base.")
@click.option("--clerk", help="Login of the clerk it is done for; by default the base's first.")
@click.option("--dry-run", is_flag=True, help="Check the rows and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
def training_import(file: Path, base: str, clerk: str | None, dry_run: bool, as_json: bool) -> None:
    """Import the good rows of a sheet of hours, as the page does. Exit 1 where any is refused."""
    from training.commands import import_file

    settings, content = Settings.from_env(), file.read_bytes()

    async def work() -> dict[str, Any]:
        async with connected(settings):
            return await import_file(file.name, content, base, clerk, settings, dry_run=dry_run)

    with complaints.status("Checking every row …"):
        answer = run(work())
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, default=str))
    else:
        console.print(f"{answer['rows']} rows, {answer['accepted']} accepted.")
        for row in answer["refused"]:
            console.print(f"  {row['row']} {row['column']}: {row['message']}", markup=False)
    sys.exit(1 if answer["refused"] else 0)


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
def audit_verify() -> None:
    """Re-derive the whole chain. Exit 1 where a line was changed, moved or removed."""
    from registry.platform import audit as trail

    async def work() -> Any:
        async with connected(Settings.from_env()):
            return await trail.verify()

    lines, broken = run(work())
    if broken is not None:
        complaints.print(f"[red]Line {broken.sequence}: {broken.reason}[/red]")
        sys.exit(1)
    console.print(f"{lines} lines, none changed.")


@main.command()
@click.option("--bureau", required=True, help="Name of the issuing office, as on certificates.")
@click.option("--bureau-en", required=True, help="The same in English.")
def init(bureau: str, bureau_en: str) -> None:
    """Make keys, signing authority, schema and policy editions of a new installation."""
    from seeds.establish import establish

    run(establish(Settings.from_env(), bureau, bureau_en))
    console.print("Ready. Next: `registry account`, then `registry serve`.")


@main.command()
@click.option("--login", required=True, help="E-mail address.")
@click.option("--role", required=True)
@click.option("--name", required=True, help="Shown at the head of pages.")
@click.option("--organisation", help="Name of the training base or employer; made if new.")
def account(login: str, role: str, name: str, organisation: str | None) -> None:
    """Open an account for staff; prints its first password and second-factor secret once."""
    from registry.platform.permissions import Role
    from seeds.establish import open_account

    if role not in [*Role]:
        raise click.BadParameter(", ".join(Role), param_hint="--role")
    made = run(open_account(Settings.from_env(), login, Role(role), name, organisation))
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
