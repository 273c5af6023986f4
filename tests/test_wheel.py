"""The wheel works where the tree is not: installed in an environment of its own, elsewhere."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installations import BUREAU, ROOT, Operator, empty_database, fetch, free_port, wait_for

PACKAGES = {"registry", "training", "credentials", "certificates", "seeds"}
QUIETLY = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Source archive, and the wheel built from what is in that archive alone."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def build(folder: Path) -> None:
    """Build both, with the build backend that is installed here."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        env=environment,
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def elsewhere(
    built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """Somebody who installed the wheel, and stands in a folder that knows nothing of the tree.

    The libraries are those of this environment, reached by a path file: nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    home = folder / "environment"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", *QUIETLY, str(built[1])],
        check=True,
        cwd=folder,
    )
    packages = next((home / "lib").glob("python*")) / "site-packages"
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    with empty_database(folder) as url:
        operator = Operator(folder, python=str(python), stands_in=folder)
        yield operator.set(REGISTRY_DATABASE_URL=url)


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_everything_that_is_used_at_run_time(built: tuple[Path, Path]) -> None:
    carried = names(built[1])
    tracked = subprocess.run(
        ["git", "ls-files", *sorted(PACKAGES)], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    needed = {file for file in tracked if not file.startswith("registry/static/build/")}
    assert needed - carried == set()


def test_the_wheel_carries_nothing_else(built: tuple[Path, Path]) -> None:
    carried = names(built[1])
    about = {name.split("/")[0] for name in carried} - PACKAGES
    assert len(about) == 1
    assert about.pop().endswith(".dist-info")
    for unwanted in ("node_modules", "/build/", "test_", ".sqlite", ".pyc", ".pem"):
        assert [name for name in carried if unwanted in name] == []


def test_the_wheel_carries_the_licences_of_what_is_in_it(built: tuple[Path, Path]) -> None:
    carried = {name.partition("/licenses/")[2] for name in names(built[1])}
    assert {"LICENSE", "certificates/fonts/OFL.txt"} <= carried
    assert {name for name in carried if "govuk" in name}
    assert {name for name in carried if "swagger" in name}


def test_the_source_archive_is_enough_to_test_and_build_from(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for file in ("pyproject.toml", "Makefile", "LICENSE", "README.md", "requirements.lock"):
        assert file in inside
    assert {"tests/conftest.py", "tests/requirements.lock", "docs/THIRD_PARTY.md"} <= inside
    assert [name for name in inside if "node_modules" in name or ".venv" in name] == []


def test_the_same_tree_makes_the_same_bytes(built: tuple[Path, Path], tmp_path: Path) -> None:
    build(tmp_path)
    for one in built:
        assert (tmp_path / one.name).read_bytes() == one.read_bytes()


def test_an_installation_elsewhere_is_made_and_served(elsewhere: Operator) -> None:
    where = subprocess.run(
        [elsewhere.python, "-c", "import registry; print(registry.__file__)"],
        cwd=elsewhere.stands_in,
        capture_output=True,
        text=True,
    ).stdout
    assert where.startswith(str(elsewhere.folder))
    for command in (("migrate",), ("seed",), ("init", *BUREAU), ("audit", "verify")):
        done = elsewhere.run(*command)
        assert done.returncode == 0, done.stderr
    port = free_port()
    with elsewhere.start("serve", "--port", str(port)) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/ready", process)
        status, _, chinese = fetch(f"{url}/")
        assert status == 200
        _, _, english = fetch(f"{url}/?lang=en")
        assert b'lang="zh' in chinese
        assert b'lang="en"' in english
        assert "登录".encode() in chinese
        assert b"Sign in" in english
        status, kind, style = fetch(f"{url}/static/vendor/app.css")
        assert (status, kind.partition(";")[0]) == (200, "text/css")
        assert style == (ROOT / "registry" / "static" / "vendor" / "app.css").read_bytes()
        assert fetch(f"{url}/schema/openapi.json")[0] == 200


def test_the_command_is_installed_and_makes_a_demonstration(elsewhere: Operator) -> None:
    """Filling one draws and signs certificates, with the fonts and words the wheel carries."""
    assert Path(elsewhere.python).with_name("registry").exists()
    port = free_port()
    manifest = elsewhere.folder / "manifest.json"
    at = ("--port", str(port), "--data", "demo", "--manifest", str(manifest))
    with elsewhere.start("demo", *at) as process:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        drawn = list((elsewhere.folder / "demo" / "certificates").glob("*.pdf"))
        assert drawn
        assert all(file.read_bytes().startswith(b"%PDF-") for file in drawn)
