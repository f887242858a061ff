"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def spawn(
    argv: Sequence[str],
    *,
    output: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    last_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``argv`` in a session of its own; it gets ``last_signal`` when this process dies.

    Its own session keeps Ctrl-C away from it, and lets ``end`` reach its children too.
    Call it from the main thread: Linux counts the death of the calling *thread*.
    """
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        preexec_fn=_own_session(last_signal, os.getpid()),
    )


def _own_session(last_signal: int, parent: int) -> Callable[[], None]:
    def before_exec() -> None:
        os.setsid()
        _LIBC.prctl(_PR_SET_PDEATHSIG, last_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return before_exec


def output_of(child: "subprocess.Popen[bytes]") -> IO[bytes]:
    """What it writes; it must have been spawned with ``output=PIPE``."""
    if child.stdout is None:
        raise ValueError("spawned without a pipe")
    return child.stdout


def run(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """A short program whose end we wait for; it too dies with us."""
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_own_session(signal.SIGKILL, os.getpid()),
    )


def end(child: subprocess.Popen[bytes], *, stop_signal: int, seconds: float) -> None:
    """Ask it to stop, wait, then kill whatever is left of its session."""
    if child.poll() is None:
        child.send_signal(stop_signal)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    kill_session(child.pid)


def kill_session(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
