"""The server that answers for an installation."""

import socket

from granian import Granian
from granian.constants import Interfaces, Loops

from registry.platform.errors import Mendable
from registry.platform.installation import Installation
from registry.platform.settings import Settings

APPLICATION = "registry.app:create_app"


class PortTaken(Mendable):
    """Another program answers at this address."""


def claim(host: str, port: int) -> None:
    """Make sure that nobody else answers there; the workers' sockets would share it unnoticed.

    Raises:
        PortTaken: somebody does, or the address is not this machine's.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port} is not to be had: {error.strerror}") from error


def serve(host: str, port: int, workers: int = 1) -> None:
    """Answer until told to stop (SIGINT or SIGTERM).

    Raises:
        PortTaken: another program answers there.
        FileNotFoundError: the installation has no keys yet.
    """
    claim(host, port)
    Installation.of(Settings.from_env())  # refuses here, in a line, and not in every worker
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
