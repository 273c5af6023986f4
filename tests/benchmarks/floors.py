"""What the look-up is held against: what the server itself costs, and the framework with it."""

from typing import Any

from litestar import Litestar, get

BODY = b"{}"
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


def bare() -> Any:
    """An ASGI application that answers everything with two bytes."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": BODY})

    return answer


def empty() -> Litestar:
    """Litestar as it comes, answering `/empty` with an empty JSON object."""

    @get("/empty")
    async def nothing() -> dict[str, str]:
        return {}

    return Litestar([nothing], openapi_config=None)
