"""A process that dies, or a connection that is lost, at any one point of a story.

A point is where the world outside may have been changed: before and after each commit, and before
and after each question to the gateway. Dying at a statement inside a transaction is dying before
its commit, since all of it is rolled back; and dying before a commit or a question is dying after
the last one, since nothing outside changed between them. So a process dies before the first, and
after each.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import stripe
from django.db import connection, transaction

from tests.ports.fakes.stripe_api import StripeApi

Kind = Literal["dies", "is cut off"]
WRITES = ("INSERT", "UPDATE", "DELETE")


class Died(BaseException):
    """The process is gone. Nobody catches it: not even ``except Exception``."""


@dataclass
class Points:
    """Counts points, and strikes at the one numbered ``at``; from then on nothing goes wrong."""

    at: int = 0
    kind: Kind = "dies"
    names: list[str] = field(default_factory=list)
    struck: bool = False
    armed: bool = False

    def at_gateway(self, name: str) -> None:
        if self._here(name):
            if self.kind == "dies":
                raise Died(name)
            raise stripe.APIConnectionError(name, should_retry=False)

    def at_commit(self, name: str) -> bool:
        """A database that is cut off is no point: nothing can be done without one."""
        return self.kind == "dies" and self._here(name)

    def _here(self, name: str) -> bool:
        if not self.armed or self.struck or self._is_as_the_last(name):
            return False
        self.names.append(name)
        self.struck = len(self.names) == self.at
        return self.struck

    def _is_as_the_last(self, name: str) -> bool:
        return self.kind == "dies" and bool(self.names) and name.startswith("before")


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """While it lasts, commits of the outermost transactions and writes without one are points."""
    depth = len(connection.savepoint_ids)

    def run(execute: Callable[..., Any], sql: str, *asked: Any) -> Any:
        if len(connection.savepoint_ids) > depth or not points.armed:
            return execute(sql, *asked)
        if sql.startswith("RELEASE SAVEPOINT"):
            if points.at_commit("before commit"):
                execute(sql.replace("RELEASE", "ROLLBACK TO"), *asked)
                raise Died("before commit")
        elif not sql.startswith(WRITES):
            return execute(sql, *asked)
        elif points.at_commit(f"before {' '.join(sql.split()[:3])}"):
            raise Died(sql)
        answer = execute(sql, *asked)
        if points.at_commit("after commit"):
            raise Died("after commit")
        return answer

    points.armed = True
    try:
        with connection.execute_wrapper(run):
            yield
    finally:
        points.armed = False


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is gone afterwards. No atomic block: durable ones are begun inside."""
    savepoint = transaction.savepoint()
    try:
        yield
        connection.check_constraints()
    finally:
        transaction.savepoint_rollback(savepoint)


class FaultyStripe(StripeApi):
    """Each question has two points: before Stripe did it, and after it did, before it answered."""

    def __init__(self, points: Points) -> None:
        super().__init__()
        self.points = points

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        question = f"{method} {urlsplit(url).path.split('/')[2]}"
        self.points.at_gateway(f"before {question}")
        answer = super().request(method, url, headers, post_data)
        self.points.at_gateway(f"after {question}")
        return answer
