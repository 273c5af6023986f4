"""An installation as its operator has it: a folder, settings, and commands, from outside."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parent.parent
BUREAU = ("--bureau", "申城登记中心", "--bureau-en", "Shencheng Registry")
PATIENCE = 60.0
"""Seconds a server may take to answer or to go, on a busy machine."""


@dataclass(frozen=True)
class Operator:
    """Somebody at a shell: where they stand, which Python they call, what they have set."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    python: str = sys.executable
    stands_in: Path = ROOT
    module: str = "registry"

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [self.python, "-m", self.module, *arguments],
            env=self._environment(settings),
            cwd=self.stands_in,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
        )

    def set(self, **settings: str) -> "Operator":
        """The same operator with other settings."""
        return replace(self, settings={**self.settings, **settings})

    def calling(self, module: str) -> "Operator":
        """The same operator at another program than the registry's own."""
        return replace(self, module=module)

    @contextmanager
    def start(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """Run a command that stays; whatever happens, nothing of it outlives the block."""
        process = subprocess.Popen(
            [self.python, "-m", self.module, *arguments],
            env=self._environment({}),
            cwd=self.stands_in,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        plain = {"NO_COLOR": "1", "COLUMNS": "200"}
        ours = {"REGISTRY_DATA": str(self.folder / "data"), **self.settings, **settings}
        return {**kept, **plain, **ours}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fetch(url: str) -> tuple[int, str, bytes]:
    """Status, content type and content of an address."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.status, answer.headers["content-type"], answer.read()


def wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    """Wait until a server answers; fail at once when it has gone."""
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, process.communicate()[0]
        try:
            fetch(url)
            return
        except OSError:
            assert time.monotonic() < until, f"{url} does not answer"
            time.sleep(0.1)


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database of the kind this test run uses."""
    from registry.platform.db import engine
    from registry.platform.sqlite import PooledSQLiteEngine
    from tests.conftest import TEMPLATE

    if isinstance(engine(), PooledSQLiteEngine):
        yield f"sqlite:///{folder / 'operator.sqlite'}"
        return
    maintenance = os.environ["REGISTRY_DATABASE_URL"].replace(TEMPLATE, "postgres")
    name = f"operator_{os.getpid()}_{id(folder)}"
    asyncio.run(_run(maintenance, f"CREATE DATABASE {name}"))
    yield maintenance.replace("/postgres", f"/{name}")
    asyncio.run(_run(maintenance, f"DROP DATABASE {name} WITH (FORCE)"))


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
