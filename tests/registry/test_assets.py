"""The files browsers receive are the recorded ones, and can be built again."""

import hashlib
import json
import re
import shutil
import subprocess

import pytest

from registry.platform.templates import STATIC

VENDOR = STATIC / "vendor"
BUILD = STATIC / "build"
PACKAGES = BUILD / "node_modules"
ASSETS = json.loads((VENDOR / "ASSETS.json").read_text())["files"]

needs_packages = pytest.mark.skipif(
    not PACKAGES.exists() or shutil.which("npm") is None,
    reason="the Node packages are not installed; see docs/THIRD_PARTY.md",
)


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset["file"])
def test_a_vendored_file_is_the_recorded_one(asset: dict[str, str]) -> None:
    content = (VENDOR / asset["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == asset["sha256"]


def test_every_vendored_file_is_recorded() -> None:
    present = {str(f.relative_to(VENDOR)) for f in VENDOR.rglob("*") if f.is_file()}
    assert present == {a["file"] for a in ASSETS} | {"ASSETS.json", "LICENSE-govuk-frontend.txt"}


def test_the_recorded_versions_are_the_pinned_ones() -> None:
    pinned = json.loads((BUILD / "package.json").read_text())["devDependencies"]
    assert {a["package"]: a["version"] for a in ASSETS}.items() <= pinned.items()


def test_the_script_of_the_site_asks_for_the_recorded_version() -> None:
    version = next(a["version"] for a in ASSETS if a["file"] == "govuk-frontend.min.js")
    assert f"govuk-frontend.min.js?v={version}'" in (STATIC / "app.js").read_text()


def test_the_style_sheet_fetches_nothing_and_carries_no_foreign_brand() -> None:
    style = (VENDOR / "app.css").read_text()
    assert "url(" not in style
    assert not re.search("GDS Transport|crest|@import|@font-face", style)


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((BUILD / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@needs_packages
def test_the_style_sheet_builds_to_the_same_bytes() -> None:
    built = subprocess.run(
        ["npm", "run", "--silent", "style"], cwd=BUILD, capture_output=True, check=True
    ).stdout
    assert built == (VENDOR / "app.css").read_bytes()


@needs_packages
@pytest.mark.parametrize("asset", [a for a in ASSETS if "path" in a], ids=lambda a: a["file"])
def test_a_copied_file_is_the_package_s_own(asset: dict[str, str]) -> None:
    original = PACKAGES / asset["package"] / asset["path"]
    assert original.read_bytes() == (VENDOR / asset["file"]).read_bytes()
