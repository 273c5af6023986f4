"""`python -m tests.benchmarks.serving APPLICATION PORT`: any application, one worker.

The options are those of `registry/server.py`, for ours and for what it is held against alike.
"""

import sys

from granian import Granian
from granian.constants import Interfaces, Loops

if __name__ == "__main__":
    Granian(
        sys.argv[1],
        factory=True,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        address="127.0.0.1",
        port=int(sys.argv[2]),
        workers=1,
        log_access=False,
        websockets=False,
    ).serve()
