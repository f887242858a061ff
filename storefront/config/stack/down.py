"""``mall down``: stop the stack of this state folder, wherever it was started."""

import os
import signal
import time

from storefront.config.stack import leftovers
from storefront.config.stack.problem import Problem
from storefront.config.stack.state import State

_WITHIN_SECONDS = 60


def down(state: State) -> bool:
    """True when something was running. Raises Problem when it does not stop."""
    running = state.running()
    if running is None:
        return bool(leftovers.kill(state.children_file, state_folder=state.folder))
    if running.pid:
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _WITHIN_SECONDS
    while state.running() is not None:
        if time.monotonic() > deadline:
            raise Problem(
                f"멈추지 않습니다: pid {running.pid}. kill -9 {running.pid} 후 mall down",
                f"still running: pid {running.pid}; kill -9 {running.pid}, then mall down",
            )
        time.sleep(0.05)
    return True
