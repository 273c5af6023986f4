"""The demonstration: a folder of its own, filled, served, and described in a manifest."""

import asyncio
import json
import os
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from rich.console import Console

from registry.platform.errors import Mendable

MARK = "demonstration.json"
"""The manifest; a folder that holds it is a demonstration's and may be made anew."""
BUREAU = "申城技术经理人登记中心（演示）"
BUREAU_EN = "Shencheng Technology Manager Registry (Demo)"
EVERYBODY_HAS_ONE_ADDRESS = "100000"
"""On one machine all visitors share an address, which the public limits would lock together."""


class FolderInUse(Mendable):
    """The folder holds something that is not a demonstration."""


def demonstrate(port: int, data: Path | None, manifest: Path | None, console: Console) -> None:
    """Make a fresh demonstration and serve it until told to stop.

    Raises:
        FolderInUse: the folder holds other data; nothing in it is touched.
        PortTaken: another program answers at the port.
    """
    folder = prepare(data)
    # The engine is chosen when it is first imported, so the environment comes before that.
    os.environ.update(environment(folder, port))
    from registry.server import claim, serve

    claim("127.0.0.1", port)
    began = time.monotonic()
    with console.status("Filling the register …"):
        described = asyncio.run(_fill(folder, port))
    (folder / MARK).write_text(json.dumps(described, ensure_ascii=False, indent=2))
    console.print(f"Filled in {time.monotonic() - began:.1f} s.")
    waiting = threading.Thread(target=_announce, args=(described, manifest, console), daemon=True)
    waiting.start()
    serve("127.0.0.1", port)


def prepare(data: Path | None) -> Path:
    """The folder to use, empty of an earlier demonstration.

    Raises:
        FolderInUse: it holds something else.
    """
    if data is None:
        return Path(tempfile.mkdtemp(prefix="registry-demo-"))
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).exists():
            raise FolderInUse(f"{data} holds other data")
        for file in sorted(data.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).write_text("{}")
    return data.absolute()


def environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of a demonstration."""
    return {
        "REGISTRY_DATA": str(folder),
        "REGISTRY_DATABASE_URL": f"sqlite:///{folder / 'registry.sqlite'}",
        "REGISTRY_KEYS": f"file:{folder / 'keys'}",
        "REGISTRY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REGISTRY_DEMO": "true",
        "REGISTRY_CHECKS_BY_CODE_PER_MINUTE": EVERYBODY_HAS_ONE_ADDRESS,
        "REGISTRY_CHECKS_BY_NAME_PER_MINUTE": EVERYBODY_HAS_ONE_ADDRESS,
    }


async def _fill(folder: Path, port: int) -> dict[str, Any]:
    from registry.platform.settings import Settings
    from seeds import demo
    from seeds.establish import establish

    settings = Settings.from_env()
    await establish(settings, BUREAU, BUREAU_EN)
    made = await demo.fill(settings, folder / "certificates")
    return {"url": f"http://127.0.0.1:{port}", **made}


def _announce(described: dict[str, Any], manifest: Path | None, console: Console) -> None:
    """Once the server answers, say where and with which accounts."""
    url = described["url"]
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):  # noqa: S310 (our own)
                break
        except OSError:
            time.sleep(0.05)
    if manifest is not None:
        manifest.write_text(json.dumps(described, ensure_ascii=False, indent=2))
    console.print(f"\n[bold]{url}[/bold]\n")
    for account in described["accounts"]:
        second = f"  TOTP {account['totp_secret']}" if "totp_secret" in account else ""
        line = f"  {account['role']:15} {account['login']:32} {account['password']}{second}"
        console.print(line, soft_wrap=True)
    console.print()
    for certificate in described["certificates"][:3]:
        console.print(f"  {url}/v/{certificate['code']}  {certificate['status']}")
