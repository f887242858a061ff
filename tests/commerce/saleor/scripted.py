"""A server that gives the answers it was told to, in order.

Bodies in the tests beside are shaped as a real Saleor 3.23.28 answered: the same keys, codes and
messages.
"""

from typing import Any

import httpx

from commerce.saleor.client import Client

URL = "https://shop.example/graphql/"
TOKEN = "7tLqBvN3xkYdWm0RzGcJ5hFpS2aUe8"


class Scripted:
    """``requests`` is what was asked, ``pauses`` the seconds slept between."""

    def __init__(self, *answers: httpx.Response | httpx.RequestError) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def client(self, *, chance: float = 1.0) -> Client:
        return Client(
            URL,
            TOKEN,
            httpx.MockTransport(self._answer),
            sleep=self.pauses.append,
            chance=lambda: chance,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.RequestError):
            raise answer
        return answer


def data(found: dict[str, Any], *, cost: int = 0) -> httpx.Response:
    return httpx.Response(200, json={"data": found, "extensions": _cost(cost)})


def fault(
    message: str,
    code: str,
    *,
    status: int = 200,
    found: dict[str, Any] | None = None,
    stacktrace: tuple[str, ...] = (),
) -> httpx.Response:
    """An error of the transport. Saleor with DEBUG on adds a stack trace."""
    exception: dict[str, Any] = {"code": code}
    if stacktrace:
        exception["stacktrace"] = list(stacktrace)
    body: dict[str, Any] = {
        "errors": [{"message": message, "extensions": {"exception": exception}}],
        "extensions": _cost(0),
    }
    if status == 200:
        body["data"] = found
    return httpx.Response(status, json=body)


def _cost(requested: int) -> dict[str, Any]:
    return {"cost": {"requestedQueryCost": requested, "maximumAvailable": 50_000}}
