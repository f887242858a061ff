"""Writes down what a live server answers. Not a test: whoever has a Saleor runs it.

``Client(url, token, Recorder(httpx.HTTPTransport(), path, made_by="Saleor 3.23.28"))``
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from tests.commerce.saleor.replay import Recording

SECRET_KEYS = frozenset({"authToken", "auth_token", "clientSecret", "secretKey", "token"})
# With DEBUG on, a server tells its own files.
LEFT_OUT = frozenset({"stacktrace"})
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")


class Recorder(httpx.BaseTransport):
    """Passes everything on, and writes each answer into a new file: one line, one recording.

    Instead of the server's address there is https://saleor.example, instead of tokens there is
    <token>. ``replace`` has what else must not be told, such as the mall's own address.
    """

    def __init__(
        self,
        server: httpx.BaseTransport,
        path: Path,
        *,
        made_by: str,
        replace: Mapping[str, str] | None = None,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
        self.server = server
        self.path = path
        self.made_by = made_by
        self.replace = dict(replace or {})

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.server.handle_request(request)
        answer.read()
        question = json.loads(request.content)
        replace = self.replace | _always(request)
        recording = Recording(
            made_by=self.made_by,
            document=_file_name(question["operationName"]),
            sha256=sha256(question["query"].encode()).hexdigest(),
            variables=_clean(question["variables"], replace),
            status=answer.status_code,
            body=_clean(_json(answer), replace),
        )
        with self.path.open("a", encoding="utf-8") as file:
            file.write(recording.line())
        return httpx.Response(
            answer.status_code,
            headers={"Content-Type": answer.headers.get("Content-Type", "")},
            content=answer.content,
        )

    def close(self) -> None:
        self.server.close()


def _always(request: httpx.Request) -> dict[str, str]:
    """The longest first: an address is more than its host."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    host = request.url.netloc.decode()
    return {
        token: "<token>",
        f"{request.url.scheme}://{host}": "https://saleor.example",
        host: "saleor.example",
    }


def _json(answer: httpx.Response) -> Any:
    """A page of a proxy is kept as its text."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _clean(value: Any, replace: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: "<token>" if key in SECRET_KEYS and part else _clean(part, replace)
            for key, part in value.items()
            if key not in LEFT_OUT
        }
    if isinstance(value, list):
        return [_clean(part, replace) for part in value]
    if isinstance(value, str):
        for secret, placeholder in replace.items():
            value = value.replace(secret, placeholder)
        return JWT.sub("<jwt>", value)
    return value


def _file_name(operation: str) -> str:
    """OrderCancel → order_cancel"""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
