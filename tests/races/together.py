"""Several workers at the same moment, each with its own connection."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")


def at_once(works: Sequence[Callable[[], Answer]]) -> list[Answer | Exception]:
    """What each work answered or raised, in order; all are let go together."""
    answers: list[Answer | Exception] = [AssertionError("still running")] * len(works)
    gate = Barrier(len(works), timeout=20)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            answers[number] = works[number]()
        except Exception as refusal:
            answers[number] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number], daemon=True) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def wait_until_somebody_waits() -> None:
    """Until another connection stands behind a lock of this one, so the race is really run."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waited")
