"""Behind a reverse proxy every visitor has an address of their own, and cannot choose it."""

import httpx
import pytest

from registry.app import create_app
from registry.platform.settings import Settings

pytestmark = pytest.mark.anyio
PROXY, STRANGER = "10.0.0.1", "203.0.113.9"


async def answers_to(peer: str, *visitors: str) -> list[int]:
    """The answers to look-ups through a peer, where an address may ask once a minute."""
    settings = Settings.from_env().model_copy(
        update={"proxies": ("10.0.0.0/8",), "checks_by_code_per_minute": 1}
    )
    app = create_app(settings)
    async with app.lifespan():
        transport = httpx.ASGITransport(app, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
            return [
                (
                    await client.get("/api/verify/NOBODY", headers={"X-Forwarded-For": visitor})
                ).status_code
                for visitor in visitors
            ]


async def test_visitors_behind_our_proxy_are_told_apart(database: None) -> None:
    answers = await answers_to(PROXY, "198.51.100.1", "198.51.100.2", "198.51.100.1")
    assert answers[0] == answers[1] != 429
    assert answers[2] == 429


async def test_a_visitor_cannot_prepend_another_address(database: None) -> None:
    answers = await answers_to(PROXY, "192.0.2.1, 198.51.100.1", "192.0.2.2, 198.51.100.1")
    assert answers[1] == 429


async def test_what_others_say_about_their_address_is_not_believed(database: None) -> None:
    answers = await answers_to(STRANGER, "198.51.100.1", "198.51.100.2")
    assert answers[1] == 429
