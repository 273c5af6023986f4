"""The command line, under the clock whose file the variable WALL_CLOCK names.

Processes that a server starts of its own go by that clock too: each begins by reading this file.
"""

import os
from pathlib import Path

from registry.__main__ import main
from registry.platform import clock
from tests.browser.wall_clock import WallClock


def wind_up() -> None:
    """Let this process go by that clock from now on."""
    vars(clock)["now"] = WallClock(Path(os.environ["WALL_CLOCK"]))


if __name__ in {"__main__", "__mp_main__"}:
    wind_up()

if __name__ == "__main__":
    main()
