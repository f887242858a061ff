import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from storefront.config.stack import throwaway


@pytest.mark.slow
def test_they_answer_and_leave_nothing() -> None:
    with throwaway.servers() as servers:
        with psycopg.connect(servers.database_url) as link:
            assert link.execute("select 'ㄱ토마토' ~ '^[[:alpha:]]+$'").fetchone() == (True,)
        assert servers.folder.exists()
    assert not servers.folder.exists()


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_either() -> None:
    script = (
        "from storefront.config.stack import throwaway; import time\n"
        "print(throwaway.start().folder, flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    assert folder.is_dir()
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 20
    while (folder.exists() or _mentioned(str(folder))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    assert _mentioned(str(folder)) == []


def _mentioned(text: str) -> list[str]:
    """Processes that have ``text`` in their command line."""
    return [
        entry.parent.name
        for entry in Path("/proc").glob("[0-9]*/cmdline")
        if entry.exists() and text.encode() in entry.read_bytes()
    ]
