"""A PostgreSQL cluster of the tests' own: in a temporary folder, as an unprivileged user."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEBIAN = Path("/usr/lib/postgresql")
WANTED = 15
RUNNER = "postgres"
"""The user of Debian's package; the server refuses to run as root."""


class NoServer(Exception):
    """No PostgreSQL server of a recent enough version is installed."""


def binaries() -> Path:
    """The folder of the newest server's programs."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted((int(folder.name) for folder in DEBIAN.glob("*")), reverse=True)
    if not versions or versions[0] < WANTED:
        raise NoServer("install Debian's package: apt-get install postgresql")
    return DEBIAN / str(versions[0]) / "bin"


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster; give the URL of a maintenance database; stop it and leave nothing."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    as_runner: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(RUNNER)
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_runner = {"user": user.pw_uid, "group": user.pw_gid, "cwd": folder}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_runner,
        )

    try:
        run("initdb", "-D", str(data), "-A", "trust", "-U", "registry", "-E", "UTF8", "-N")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += " -c max_connections=200"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://registry@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
