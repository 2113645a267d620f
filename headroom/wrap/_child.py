"""The proxy's process: runs the `headroom` command, and ends when the process that started it is gone.

Started as `python -m headroom.wrap._child proxy …`. Its stdin is a pipe that the starter holds and never writes to; when
the starter ends, however it ends, the pipe does too. Nothing else would tell us of a SIGKILL on every system.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

_GRACE_SECONDS = 10.0


def main() -> None:
    """Run the command that the arguments name."""
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    sys.argv[0] = "headroom"
    runpy.run_module("headroom", run_name="__main__", alter_sys=True)


def _end_with_the_starter() -> None:
    while os.read(sys.__stdin__.fileno() if sys.__stdin__ else 0, 4096):
        pass
    threading.Timer(_GRACE_SECONDS, os._exit, (1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
