"""Run a module on a leash: it is asked to stop when the process that started it is gone.

`python -m devhost.leash MODULE ARGUMENTS…` runs MODULE like `python -m MODULE ARGUMENTS…`. The
starter holds the other end of its standard input; when that end closes, even because the starter
was killed, the module gets the signal of an ordinary stop.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

#: What the module may take to stop before it is ended.
STOP_SECONDS = 20.0


def _wait_for_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    if os.name == "nt":
        signal.raise_signal(signal.SIGTERM)
    else:
        # To the process, not to this thread: it must wake the main thread from what it waits for.
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def main() -> None:
    """Run the module that the command line names, with the rest of the line as its arguments."""
    threading.Thread(target=_wait_for_the_starter, name="leash", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
