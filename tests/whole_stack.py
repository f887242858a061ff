"""A real ``mall up`` in a folder and on a port of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from storefront.config.stack import ports, postgres
from storefront.config.stack.parts import answers
from storefront.config.stack.state import State

MALL = [sys.executable, "-m", "storefront.config.cli"]
# In the state folder; its Postgres copies what it stores by itself.
_OF_THE_RUNNING = ("postgres", "run", "logs", "lock", "children.json", "environment.json")
# Addresses of the test run: the stack has to find its own.
_NOT_PASSED_ON = ("DATABASE_URL", "REDIS_URL", "MALL_STATE", "MALL_SECRET_KEY", "PORT")


@dataclass
class WholeStack:
    state: Path
    port: int
    process: "subprocess.Popen[bytes]"
    said_in: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def said(self) -> str:
        return self.said_in.read_text()

    @property
    def environment(self) -> dict[str, str]:
        return {**_environment(), "MALL_STATE": str(self.state), "PORT": str(self.port)}

    def run(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        """Another ``mall`` command for the same stack."""
        return subprocess.run(
            [*MALL, *argv], env=self.environment, capture_output=True, text=True, check=False
        )

    def is_up(self) -> bool:
        return answers(f"{self.url}/healthz")

    def wait_until(self, text: str, seconds: float = 600) -> None:
        """Until it has printed ``text``. A start with the demo takes half a minute alone, and ten
        times as long where all tests run beside it on two slow cores."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def stop(self) -> int:
        """Ctrl-C; answers the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def copy(self, folder: Path) -> None:
        """Everything it stores, as of now, for another stack to start with in that folder."""
        shutil.copytree(
            self.state, folder / "state", ignore=shutil.ignore_patterns(*_OF_THE_RUNNING)
        )
        data = folder / "state" / self._state.data.name
        argv = [postgres.program("pg_basebackup"), "--pgdata", str(data), "--no-sync"]
        argv += ["--checkpoint=fast", "--username", postgres.OWNER]
        argv += ["--host", str(self._state.sockets())]
        subprocess.run(argv, check=True)

    @property
    def _state(self) -> State:
        return State(self.state)

    def processes(self) -> list[str]:
        """Command lines of everything alive that belongs to the state folder."""
        mark = str(self.state).encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if words and (mark in words or b"MALL_STATE=" + mark in environment.split(b"\0")):
                found.append(words.replace(b"\0", b" ").decode(errors="replace"))
        return found


def start(folder: Path, *options: str, ctrl_c_off: bool = False) -> WholeStack:
    """``ctrl_c_off``: as a script does for what it starts with ``&``."""
    state, port = folder / "state", ports.free_port()
    said_in = folder / "said"
    environment = {**_environment(), "MALL_STATE": str(state), "PORT": str(port)}
    with said_in.open("wb") as output:
        process = subprocess.Popen(
            [*MALL, "up", *options],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_ignore_ctrl_c if ctrl_c_off else None,
        )
    return WholeStack(state, port, process, said_in)


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start_and_wait(folder: Path, *options: str) -> WholeStack:
    stack = start(folder, *options)
    try:
        stack.wait_until(f"{stack.url} ")
    except BaseException:
        stack.stop()
        raise
    return stack


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
