"""One suite, two databases: `pytest --database sqlite` (the default) or `--database postgresql`.

The real migrations run once and the policy editions are loaded; every test starts from a copy, so
that it may commit, race, and break things.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest
from argon2 import PasswordHasher

from tests import cluster

stack = ExitStack()
SCRATCH = Path(tempfile.mkdtemp(prefix="registry-tests-"))
TEMPLATE = "registry_template"
NO_DATABASE = (
    "certificates/test_agreement.py",
    "certificates/test_corpus.py",
    "certificates/test_drawing.py",
    "certificates/test_forgeries.py",
    "certificates/test_interop.py",
    "certificates/test_keys.py",
    "certificates/test_numbering.py",
    "certificates/test_signing.py",
    "certificates/test_timestamping.py",
    "certificates/test_validation.py",
    "credentials/rules/",
    "registry/test_assets.py",
    "registry/test_i18n.py",
    "registry/test_identity.py",
    "registry/test_templates.py",
    "test_house_rules.py",
    "test_readme.py",
)
"""Tests of what no database has a part in: run once, beside SQLite."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the database before anything imports the engine, and prepare what tests copy."""
    # How quickly examples are drawn depends on what else the machine does.
    hypothesis.settings.register_profile(
        "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("any-machine")
    os.environ["REGISTRY_DATA"] = str(SCRATCH)
    os.environ["REGISTRY_WORKER"] = "false"  # tests that need its work call it
    if config.getoption("--database") == "postgresql":
        url = stack.enter_context(cluster.running())
        asyncio.run(_run_on(url, f"CREATE DATABASE {TEMPLATE}"))
        os.environ["REGISTRY_DATABASE_URL"] = url.replace("/postgres", f"/{TEMPLATE}")
    else:
        os.environ["REGISTRY_DATABASE_URL"] = f"sqlite:///{SCRATCH / 'template.sqlite'}"
    from registry.platform import passwords, vault

    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    vault.establish(SCRATCH / "keys", "test")
    asyncio.run(_prepare())
    _leave()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, on PostgreSQL, what has been tried already."""
    if config.getoption("--database") == "postgresql":
        here = Path(__file__).parent
        items[:] = [
            item for item in items if not str(item.path.relative_to(here)).startswith(NO_DATABASE)
        ]


async def _run_on(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _prepare() -> None:
    from registry.platform import migrations
    from seeds.load import load_policies

    await migrations.migrate()
    await load_policies()


def pytest_unconfigure(config: pytest.Config) -> None:
    stack.close()
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def _leave() -> None:
    """Lead no connection to the template: a test without a database of its own fails by itself."""
    from registry.platform.db import engine
    from registry.platform.sqlite import PooledSQLiteEngine

    db = engine()
    if isinstance(db, PooledSQLiteEngine):
        db.path = str(SCRATCH / "no-database-of-its-own" / "test.sqlite")
    else:
        db.config["dsn"] = db.config["dsn"].replace(TEMPLATE, "no_database_of_its_own")


@contextmanager
def a_database(folder: Path) -> Iterator[None]:
    """A migrated database of one's own, not yet connected to, for as long as the block lasts."""
    from registry.platform.db import engine
    from registry.platform.sqlite import PooledSQLiteEngine

    db = engine()
    template = os.environ["REGISTRY_DATABASE_URL"]
    if isinstance(db, PooledSQLiteEngine):
        db.path = str(shutil.copy(template.removeprefix("sqlite:///"), folder / "test.sqlite"))
        yield
        _leave()
        return
    maintenance = template.replace(TEMPLATE, "postgres")
    name = f"registry_test_{folder.name[:30]}_{id(folder)}".lower()
    asyncio.run(_run_on(maintenance, f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}'))
    db.config["dsn"] = template.replace(TEMPLATE, name)
    yield
    db.config["dsn"] = template
    _leave()
    asyncio.run(_run_on(maintenance, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[None]:
    """A database of the test's own, not yet connected to."""
    with a_database(tmp_path):
        yield


@pytest.fixture
async def connected(database: None) -> AsyncIterator[None]:
    """The test's database with its connections open, for tests that need no web."""
    from registry.platform import db
    from registry.platform.settings import Settings

    await db.connect(Settings.from_env())
    yield
    await db.disconnect()


Client = httpx.AsyncClient
NewClient = Callable[[], Client]


@pytest.fixture(scope="session")
def site() -> Any:
    """The application; built once, since that takes longer than most tests."""
    from registry.app import create_app
    from registry.platform.settings import Settings

    return create_app(Settings.from_env())


@pytest.fixture
async def new_client(database: None, site: Any) -> AsyncIterator[NewClient]:
    """Makes clients that speak to the whole application over HTTP, each with its own cookies."""
    clients: list[Client] = []
    site.state.here.by_code._seen.clear()
    site.state.here.objections._seen.clear()

    def make() -> Client:
        transport = httpx.ASGITransport(site, raise_app_exceptions=False)
        clients.append(Client(transport=transport, base_url="http://127.0.0.1:8000"))
        return clients[-1]

    async with site.lifespan():
        yield make
        for client in clients:
            await client.aclose()


@pytest.fixture
async def client(new_client: NewClient) -> Client:
    """One such client."""
    return new_client()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that the test moves, in the one place that asks what time it is."""
    from registry.platform import clock
    from tests.factories import Clock

    moved = Clock()
    monkeypatch.setattr(clock, "now", moved)
    return moved
