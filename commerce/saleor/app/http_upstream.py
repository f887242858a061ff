"""Asks a Saleor over HTTP. Redirects are not followed: the allowed address is the address."""

from typing import Any

import httpx

from commerce.errors import NotFound
from commerce.saleor.app.api_url import key_set_url
from commerce.saleor.app.signature import Jwks
from commerce.saleor.app.upstream import Identity, TokenRefused, UpstreamOdd, UpstreamSilent

# A Saleor waits 18 seconds for us, and while we ask it, it waits.
SECONDS = 5.0
TOO_MANY_REQUESTS = 429

IDENTITY = "{app{id identifier}}"
ORDER = "query($id:ID!){order(id:$id){externalReference}}"


class HttpUpstream:
    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self.transport = transport

    def identity(self, api_url: str, token: str) -> Identity:
        # A bad token is answered like a visitor: HTTP 200, and no app or a refusal beside it.
        app = self._data(api_url, token, IDENTITY, {}).get("app")
        if not isinstance(app, dict):
            raise TokenRefused("auth_token")
        return Identity(app_id=_text(app, "id"), identifier=_text(app, "identifier"))

    def jwks(self, api_url: str) -> Jwks:
        found = self._json("GET", key_set_url(api_url))
        keys = found.get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise UpstreamOdd("jwks", reason="no list of keys")
        return {"keys": keys}

    def external_reference(self, api_url: str, token: str, order_id: str) -> str:
        order = self._data(api_url, token, ORDER, {"id": order_id}).get("order")
        if not isinstance(order, dict):
            raise NotFound("order")
        return _text(order, "externalReference")

    def _data(
        self, api_url: str, token: str, query: str, variables: dict[str, str]
    ) -> dict[str, Any]:
        asked = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._json("POST", api_url, json=asked, headers=headers)
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def _json(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        try:
            with httpx.Client(transport=self.transport, timeout=SECONDS) as client:
                response = client.request(method, url, **sent)
        except httpx.HTTPError as trouble:
            raise UpstreamSilent(reason=type(trouble).__name__) from None
        if response.status_code >= 500 or response.status_code == TOO_MANY_REQUESTS:
            raise UpstreamSilent(reason=f"HTTP {response.status_code}")
        try:
            told = response.json()
        except (ValueError, RecursionError):
            told = None
        if response.status_code != 200 or not isinstance(told, dict):
            raise UpstreamOdd(reason=f"HTTP {response.status_code}")
        return told


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
