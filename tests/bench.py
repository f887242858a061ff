"""``make bench``: how many pages a second a whole stack with the small demo answers.

The clients run on the same machine and take their share of it.
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from tests import whole_stack

PAGES = ["/healthz", "/", "/accounts/login/", f"/search/?q={quote('토마토')}"]
SECONDS = 4.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mall-bench-") as folder:
        stack = whole_stack.start_and_wait(Path(folder), "--demo", "small")
        try:
            for page in PAGES:
                for clients in (1, 8):
                    say(measure(stack.port, page, clients))
        finally:
            stack.stop()


def measure(port: int, page: str, clients: int) -> str:
    took: list[float] = []
    failed: list[int] = []
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=ask, args=[port, page, until, took, failed]) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        return f"{page:<28} {clients} clients: answered {sorted(set(failed))}"
    cuts = statistics.quantiles(took, n=20)
    rate, p50, p95 = len(took) / SECONDS, cuts[9] * 1000, cuts[18] * 1000
    return f"{page:<28} {clients} clients {rate:7.0f}/s   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms"


def ask(port: int, page: str, until: float, took: list[float], failed: list[int]) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while (began := time.monotonic()) < until:
        link.request("GET", page, headers={"Host": f"localhost:{port}"})
        answer = link.getresponse()
        answer.read()
        took.append(time.monotonic() - began)
        if answer.status != 200:
            failed.append(answer.status)
    link.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
