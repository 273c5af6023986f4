"""An installation with a key ring and a signing authority of its own."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.platform import vault
from registry.platform.settings import Settings
from tests.certificates.examples import PASSWORD, authority


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Its settings, which the environment names too, for what reads them there."""
    keys = shutil.copytree(authority(), tmp_path / "keys")
    vault.establish(keys, "test")
    monkeypatch.setenv("REGISTRY_KEYS", f"file:{keys}")
    monkeypatch.setenv("REGISTRY_KEYS_PASSWORD", PASSWORD)
    return Settings.from_env()


@pytest.fixture
def quiet() -> Iterator[None]:
    """PyHanko tells its log about every forgery, at length."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
