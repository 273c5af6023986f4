"""The server that answers for an installation."""

from granian import Granian
from granian.constants import Interfaces, Loops

APPLICATION = "registry.app:create_app"


def serve(host: str, port: int, workers: int = 1) -> None:
    """Answer until told to stop (SIGINT or SIGTERM)."""
    Granian(
        APPLICATION,
        factory=True,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        address=host,
        port=port,
        workers=workers,
        log_access=False,
        websockets=False,
    ).serve()
