"""What the design promises about the shape of the house, checked by reading it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.columns import ForeignKey
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.conf.apps import Finder
from piccolo.table import Table

from registry.app import create_app
from registry.platform.headers import Site
from registry.platform.permissions import Permission, PermissionMiddleware
from registry.platform.settings import Settings

ROOT = Path(__file__).parent.parent
STANDS_ON: dict[str, set[str]] = {
    "registry": set(),
    "training": {"registry"},
    "credentials": {"registry", "training"},
    "certificates": {"registry", "training", "credentials"},
    "seeds": {"registry", "training", "credentials", "certificates"},
}
ASSEMBLY = {"registry.app", "registry.__main__", "registry.piccolo_conf"}
WEB_FILES = {"routes", "pages", "web", "app", "permissions", "sessions"}
NOT_NOUNS = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services"}
MOST_LINES = 300
FORGIVING_BY_INTENT = {
    "organisation.active": "an organisation is active until somebody says otherwise",
    "account.active": "an account is open until somebody closes it",
    "application.statement": "a draft begins empty",
}


def modules() -> Iterator[tuple[str, set[str]]]:
    """Every module of the house and everything it imports, wherever in the file."""
    for file in sorted(ROOT.glob("*/**/*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in STANDS_ON or "piccolo_migrations" in parts:
            continue
        imports: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imports |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                above = parts[: len(parts) - node.level] if node.level else ()
                module = ".".join([*above, *([node.module] if node.module else [])])
                imports |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        yield ".".join(parts), imports


MODULES = list(modules())
every_module = pytest.mark.parametrize(
    ("module", "imports"), MODULES, ids=[name for name, _ in MODULES]
)


def misplaced(module: str, imports: set[str]) -> list[str]:
    """What a module imports and may not, by the directions of the house."""
    package = module.partition(".")[0]
    if module in ASSEMBLY:
        return []
    refused = [
        name
        for name in imports
        if name.partition(".")[0] in STANDS_ON.keys() - STANDS_ON[package] - {package}
    ]
    refused += [name for name in imports if name in ASSEMBLY]
    if module.startswith("registry.platform"):
        refused += [
            name
            for name in imports
            if name.partition(".")[0] == "registry" and not _platform_or_its_root(name)
        ]
    return sorted(refused)


def _platform_or_its_root(name: str) -> bool:
    return name in {"registry", "registry.platform"} or name.startswith("registry.platform.")


@every_module
def test_packages_stand_only_on_what_is_below(module: str, imports: set[str]) -> None:
    assert misplaced(module, imports) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("registry.people", "training.ledger"),
        ("training.ledger", "credentials"),
        ("credentials.decisions", "certificates.issuing"),
        ("certificates.issuing", "seeds.load"),
        ("registry.platform.audit", "registry.tables"),
        ("certificates.issuing", "registry.app"),
        ("registry.platform.web", "registry.piccolo_conf"),
    ],
)
def test_the_direction_of_imports_is_really_checked(module: str, name: str) -> None:
    assert set(misplaced(module, {name})) == {name}


@every_module
def test_the_web_stays_in_web_files(module: str, imports: set[str]) -> None:
    if module.rpartition(".")[2].rpartition("_")[2] in WEB_FILES or module.startswith(
        "registry.platform."
    ):
        return
    assert not {name for name in imports if name.partition(".")[0] == "litestar"}


@pytest.mark.parametrize(
    ("module", "imports"),
    [(module, imports) for module, imports in MODULES if ".rules" in module],
    ids=[module for module, _ in MODULES if ".rules" in module],
)
def test_rules_know_no_database_no_web_and_no_clock(module: str, imports: set[str]) -> None:
    assert not {i for i in imports if i.partition(".")[0] in {"piccolo", "litestar", "asyncpg"}}
    assert not {i for i in imports if {"tables", "db", "clock"} & set(i.split(".")[1:])}
    asks_the_time = {"datetime.datetime", "time", "time.time"} & imports
    assert not asks_the_time or "now(" not in (ROOT / f"{module.replace('.', '/')}.py").read_text()


@pytest.mark.parametrize("module", [name for name, _ in MODULES])
def test_files_are_short_and_called_by_nouns_of_the_domain(module: str) -> None:
    path = ROOT / f"{module.replace('.', '/')}.py"
    assert len(path.read_text().splitlines()) <= MOST_LINES
    assert not NOT_NOUNS & set(module.split("."))


TABLES: list[type[Table]] = Finder().get_table_classes()
every_table = pytest.mark.parametrize("table", TABLES, ids=[t._meta.tablename for t in TABLES])


@every_table
def test_nothing_is_deleted_along_with_what_it_points_to(table: type[Table]) -> None:
    for link in (c for c in table._meta.columns if isinstance(c, ForeignKey)):
        assert link._foreign_key_meta.on_delete is OnDelete.restrict, link
        assert link._foreign_key_meta.on_update is OnUpdate.restrict, link


@every_table
def test_a_forgotten_value_is_an_error_and_not_a_blank(table: type[Table]) -> None:
    forgiving = {
        f"{table._meta.tablename}.{column._meta.name}"
        for column in table._meta.columns
        if not column._meta.primary_key and column._meta.params.get("default") is not None
    }
    assert forgiving <= FORGIVING_BY_INTENT.keys()


def test_the_excuses_for_defaults_are_still_needed() -> None:
    columns = {f"{t._meta.tablename}.{c._meta.name}" for t in TABLES for c in t._meta.columns}
    assert FORGIVING_BY_INTENT.keys() <= columns


@pytest.mark.anyio
@pytest.mark.parametrize("app", Finder().get_sorted_app_names())
async def test_the_migrations_make_the_tables_as_they_are_declared(app: str) -> None:
    config = Finder().get_app_config(app)
    wanted = await AutoMigrationManager().get_alter_statements(app_config=config)
    assert [line for change in wanted for line in change.statements] == []


@pytest.mark.anyio
async def test_every_migration_has_an_id_of_its_own() -> None:
    """Piccolo (1.38) forgets a migration by its id alone, whichever package it belongs to."""
    manager = AutoMigrationManager()
    identifiers = [
        identifier
        for app in Finder().get_sorted_app_names()
        for identifier in manager.get_migration_modules(
            Finder().get_app_config(app).resolved_migrations_folder_path
        )
    ]
    assert len(identifiers) == len(set(identifiers))


@pytest.fixture(scope="module")
def site() -> Site:
    return create_app(Settings.from_env())


def handlers(site: Site) -> Iterator[tuple[str, Any]]:
    """Every address and what answers there, without the OPTIONS Litestar adds by itself."""
    for route in site.routes:
        one = getattr(route, "route_handler", None)
        for handler in getattr(route, "route_handlers", [one]):
            if getattr(handler, "http_methods", set()) != {"OPTIONS"}:
                yield f"{sorted(handler.http_methods)} {route.path}", handler


def test_every_route_says_who_may_use_it_and_stands_behind_the_gate(site: Site) -> None:
    silent, open_to_all = [], []
    for address, handler in handlers(site):
        permission, public = handler.opt.get("permission"), handler.opt.get("public")
        if bool(public) == isinstance(permission, Permission):
            silent.append(address)
        if not any(isinstance(each, PermissionMiddleware) for each in handler.resolve_middleware()):
            open_to_all.append(address)
    assert (silent, open_to_all) == ([], [])


def test_reading_changes_nothing_but_by_get(site: Site) -> None:
    mixed = [
        address
        for address, handler in handlers(site)
        if "GET" in handler.http_methods and handler.http_methods - {"GET", "HEAD"}
    ]
    assert mixed == []


def test_the_openapi_description_names_every_api_route(site: Site) -> None:
    described = {
        (method.upper(), path)
        for path, item in site.openapi_schema.to_schema()["paths"].items()
        for method in item
    }
    existing = {
        (method, _as_openapi(route.path))
        for route in site.routes
        for handler in getattr(route, "route_handlers", [])
        if handler.http_methods != {"OPTIONS"}
        for method in handler.http_methods
        if route.path.startswith("/api/")
    }
    assert len(existing) > 20
    assert existing <= described


def _as_openapi(path: str) -> str:
    parts = [f"{{{p[1:-1].partition(':')[0]}}}" if p[:1] == "{" else p for p in path.split("/")]
    return "/".join(parts)


def test_no_dictionary_says_a_key_twice() -> None:
    """The second would silently take the place of the first, for example of a role's rights."""
    twice = []
    for file in sorted(ROOT.glob("*/**/*.py")):
        if file.relative_to(ROOT).parts[0] not in {*STANDS_ON, "tests"}:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Dict):
                keys = [ast.unparse(key) for key in node.keys if key is not None]
                twice += [f"{file.name}: {key}" for key in {*keys} if keys.count(key) > 1]
    assert twice == []
