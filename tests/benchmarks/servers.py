"""The programs that are measured, each on the same server in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
CORES = sorted(os.sched_getaffinity(0))
SERVERS_ON, OTHERS_ON = ({CORES[0]}, {CORES[1]}) if len(CORES) > 1 else (set(CORES), set(CORES))
"""The server measured has a core to itself; generator and PostgreSQL share the other."""
STARTS_WITHIN = 60
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""
        return sum(_cpu_ticks(pid) for pid in _family(self.process.pid)) / TICK

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and parsed body of one request."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as found:
                return found.status, json.load(found)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@contextmanager
def started(
    name: str, python: Path, application: str, environment: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    """Serve an application (`module:factory`) with a Python; stop it at the end.

    Raises:
        RuntimeError: it did not come up; the message is what it wrote.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / f"{name}.log".replace("/", "-")
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(python), "-m", "tests.benchmarks.serving", application, str(port)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=written,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, SERVERS_ON),
        )
    try:
        _await_port(process, port, log)
        yield Server(name, port, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in _family(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(log.read_text())


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu_ticks(pid: int) -> int:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])
