"""A real Chromium before a really running registry, made the way an operator makes one."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Office, Staff
from tests.browser.wall_clock import WallClock
from tests.installations import BUREAU, Operator, empty_database, free_port, wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BASE = "城东培训基地"
TRIAL = date(2026, 6, 30)
"""The last day on which two officers decide without a panel."""
STAFF = {
    "clerk": ("base_clerk", "--organisation", BASE),
    "first": ("officer",),
    "second": ("officer",),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A registry just set up and answering, with a clerk and two officers."""
    with empty_database(tmp_path) as database, answering(tmp_path, database) as made:
        yield made


@pytest.fixture
def chromium(office: Office) -> Iterator[Browser]:
    """Debian's Chromium. A machine without it fails the test: nothing has been shown there.

    It comes after the registry and goes before it: Playwright keeps the thread's event loop, and
    a database is made and dropped with one.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("no Chromium: apt-get install chromium")
    # Its sandbox needs a user of its own; in a container one is often root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@contextmanager
def answering(folder: Path, database: str) -> Iterator[Office]:
    """Set a registry up, open the accounts of its staff, and serve it."""
    operator, clock, url = established(folder, database, TRIAL)
    staff = {name: opened(operator, name, *role) for name, role in STAFF.items()}
    with operator.start("serve", "--port", url.rpartition(":")[2]) as server:
        wait_for(f"{url}/ready", server)
        yield Office(url, staff, clock)


def established(folder: Path, database: str, on: date) -> tuple[Operator, WallClock, str]:
    """Set a registry up on a day; its operator, the clock it goes by, and its address."""
    clock, url = WallClock(folder / "clock"), f"http://127.0.0.1:{free_port()}"
    clock.turn_to(on)
    settings = {
        "REGISTRY_DATABASE_URL": database,
        "REGISTRY_PUBLIC_URL": url,
        "WALL_CLOCK": str(clock.file),
    }
    operator = Operator(folder, settings).calling("tests.browser.moved")
    told = operator.run("init", *BUREAU)
    assert told.returncode == 0, told.stderr
    return operator, clock, url


def opened(operator: Operator, name: str, role: str, *options: str) -> Staff:
    """Open an account for somebody of the staff."""
    login = f"{name}@example.org"
    told = operator.run("account", "--login", login, "--role", role, "--name", name, *options)
    assert told.returncode == 0, told.stderr
    made = json.loads(told.stdout)
    return Staff(login, made["password"], made["totp_secret"])
