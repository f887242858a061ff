"""Asks one Saleor shop as one app."""

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from commerce.saleor import answers
from commerce.saleor.cost import Cost
from commerce.saleor.document import Document
from commerce.saleor.errors import Misconfigured, NotAllowed, TokenRefused, Unavailable
from commerce.saleor.mutation_errors import refusal

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 2
# A shop's slowest hook may hold an answer back for 18 s.
READ_SECONDS = 20
TRIES = 4
FIRST_PAUSE_SECONDS = 0.25
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Identity:
    """The app whose token we have, as Saleor knows it."""

    id: str
    identifier: str
    permissions: frozenset[str]


class Client:
    """Threads may share it; connections are kept. Close it, or use it in ``with``."""

    def __init__(
        self,
        api_url: str,
        token: str | None,
        transport: httpx.BaseTransport | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``api_url`` is the address of /graphql/. ``chance`` gives 0 to 1. Misconfigured.

        The token goes into a header and nowhere else; None asks as a visitor.
        """
        self._url = _address(api_url)
        self._http = httpx.Client(
            headers={} if token is None else {"Authorization": f"Bearer {_printable(token)}"},
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
        )
        self._sleep = sleep
        self._chance = chance
        self._seen = threading.local()

    def __repr__(self) -> str:
        return f"Client({str(self._url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def api_url(self) -> str:
        return str(self._url)

    def close(self) -> None:
        self._http.close()

    @property
    def last_cost(self) -> Cost | None:
        """Of this thread's last answer, None when it told none."""
        cost: Cost | None = getattr(self._seen, "cost", None)
        return cost

    def execute(
        self, document: Document, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer's ``data``; numbers with a point in it are Decimal, unknown objects None.

        Raises a SaleorError when the question came to nothing, and for a mutation that was refused
        what ``mutation_errors`` calls it. Rows that a bulk mutation refused stay in the answer.
        """
        response = self._post(document, variables or {})
        body = answers.parse(response)
        self._seen.cost = answers.cost(body)
        data = answers.data(response.status_code, body)
        if document.kind == "mutation":
            for mutation, result in data.items():
                if result and result.get("errors"):
                    raise refusal(mutation, result["errors"])
        return data

    def identity(self) -> Identity:
        """Raises TokenRefused: to a wrong token Saleor answers as to an anonymous visitor."""
        try:
            app = self.execute(Document.load("app_identity"))["app"]
        except NotAllowed as error:
            raise TokenRefused("Saleor knows no app with this token") from error
        if app is None:
            raise TokenRefused("Saleor knows no app with this token")
        return Identity(
            id=app["id"],
            identifier=app["identifier"] or "",
            permissions=frozenset(permission["code"] for permission in app["permissions"]),
        )

    def _post(self, document: Document, variables: Mapping[str, Any]) -> httpx.Response:
        """Asks until there is an answer, or as often as the document allows. Unavailable."""
        question = {
            "query": document.text,
            "operationName": document.operation,
            "variables": variables,
        }
        content = json.dumps(question, ensure_ascii=False).encode()
        reason, cause = "", None
        for pause in self._pauses(document):
            if reason:
                logger.warning("Saleor: %s: %s; asking again", document.name, reason)
                self._sleep(pause)
            try:
                response = self._http.post(
                    self._url, content=content, headers={"Content-Type": "application/json"}
                )
            except httpx.ReadTimeout as error:
                # Whoever is slow because of too much work gets no more of it.
                silence = f"no answer in {READ_SECONDS} s"
                raise Unavailable(f"{document.name}: {silence}") from error
            except httpx.RequestError as error:
                reason, cause = type(error).__name__, error
                continue
            if response.status_code < 500 and response.status_code != TOO_MANY_REQUESTS:
                return response
            reason, cause = f"HTTP {response.status_code}", None
        raise Unavailable(f"{document.name}: {reason}") from cause

    def _pauses(self, document: Document) -> Iterator[float]:
        """Seconds before each try. Full jitter: clients that fail together do not come together."""
        yield 0.0
        if document.repeatable:
            for number in range(TRIES - 1):
                yield self._chance() * FIRST_PAUSE_SECONDS * 2**number


def _address(api_url: str) -> httpx.URL:
    try:
        url = httpx.URL(api_url)
    except httpx.InvalidURL as error:
        raise Misconfigured(f"Saleor's address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Misconfigured("Saleor's address is like https://shop.example/graphql/")
    return url


def _printable(token: str) -> str:
    """A stray line break would make httpx complain with the token in its words."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Misconfigured("a token of Saleor is of printable ASCII characters, without spaces")
    return token
