"""What the README and the documents tell people to type and open is really there."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
import rich_click as click

from registry.__main__ import main
from registry.platform.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text() for page in PAGES}
ALL = "\n".join(TEXT.values())
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|0BSD|Zlib|CC0", re.IGNORECASE
)
PLACES = "(?:registry|training|credentials|certificates|seeds|tests|docs)"
FILE_BY_FILE = {"certifi", "pathspec"}
"""Under the Mozilla Public License, as docs/THIRD_PARTY.md tells."""


def commands(group: click.RichGroup, before: str = "") -> set[str]:
    """Every command with its group, such as `policy list`."""
    found: set[str] = set()
    for name, command in group.commands.items():
        inner = command if isinstance(command, click.RichGroup) else None
        found |= commands(inner, f"{before}{name} ") if inner else {before + name}
    return found


def code() -> list[str]:
    """Whatever the documents set as code."""
    blocks = re.findall(r"```\w*\n(.*?)```", ALL, re.DOTALL)
    return [*re.findall(r"`([^`\n]+)`", ALL), *"\n".join(blocks).splitlines()]


def test_the_targets_of_make_are_real() -> None:
    targets = set(re.findall(r"^([a-z]+(?: [a-z]+)*):", (ROOT / "Makefile").read_text(), re.M))
    real = {target for line in targets for target in line.split()}
    named = {m[1] for line in code() if (m := re.match(r"make ([a-z]+)", line))}
    assert {"demo", "test"} <= named <= real


def test_the_commands_are_real() -> None:
    real = commands(main)
    named = {m[1] for line in code() if (m := re.match(r"registry ([a-z][a-z -]*)", line))}
    assert named
    for words in named:
        typed = words.split(" --")[0].strip()
        assert typed in real, typed


def test_the_options_are_real() -> None:
    for line in code():
        if not (m := re.match(r"registry ([a-z-]+) (--.*)", line)):
            continue
        known = {option for one in main.commands[m[1]].params for option in one.opts}
        assert set(re.findall(r"--[a-z-]+", m[2])) <= known, line


def test_the_changelog_names_every_command() -> None:
    named = set(re.findall(r"`([a-z][a-z -]*)`", TEXT["CHANGELOG.md"]))
    assert commands(main) <= named


def test_the_settings_are_real() -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", ALL))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_files_are_there(page: Path) -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)|src=\"([^\"]+)\"", page.read_text())
    for link in filter(None, (a or b for a, b in linked)):
        assert (page.parent / link).exists(), link
    for path in re.findall(rf"`({PLACES}/[\w./-]+)`", page.read_text()):
        assert (ROOT / path).exists(), path


def locked() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return sorted({line.split("==")[0] for line in lines if re.match("[a-z]", line)})


@pytest.mark.parametrize("library", locked())
def test_the_licence_of_a_library_is_permissive(library: str) -> None:
    try:
        about = metadata(library)
    except PackageNotFoundError:
        pytest.skip("not for this platform")
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License")
    ]
    named = [about.get_all(key, [""])[0] for key in ("License-Expression", "License")]
    said = [named[0], *classified, named[1]]
    first = next(words for words in said if words)
    assert PERMISSIVE.search(first) or library in FILE_BY_FILE, first
    assert not re.search(r"\bA?L?GPL", first), first


def test_lock_files_name_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"):
        text = lock.read_text()
        assert "://" not in text
        assert "index-url" not in text
        pinned = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
        assert pinned
        assert all("--hash=sha256:" in one for one in pinned)


def test_tests_use_the_libraries_that_run() -> None:
    def pins(lock: Path) -> set[str]:
        return set(re.findall(r"^[a-z][\w.-]*==\S+", lock.read_text(), re.MULTILINE))

    assert pins(ROOT / "requirements.lock") <= pins(ROOT / "tests" / "requirements.lock")
