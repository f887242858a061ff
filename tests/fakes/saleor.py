"""A Saleor with keys of its own: it signs deliveries and tokens and answers what our app asks."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any, ClassVar

import jwt
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import RSAAlgorithm

from commerce.errors import NotFound
from commerce.saleor.app.order_there import OrderThere
from commerce.saleor.app.signature import Jwks
from commerce.saleor.app.upstream import Event, Happened, Identity, News, TokenRefused

API_URL = "https://shop.example/graphql/"
OTHER_API_URL = "https://other.example/graphql/"
IDENTIFIER = "kr.jangteo.app"
APP_ID = "QXBwOjI="
APP_TOKEN = "Vd9cJc0YtlqPb2sXwHk4nRzQmAeGu7"


LONG = 2_048
_MAKING = Lock()


def private_key(number: int, bits: int) -> rsa.RSAPrivateKey:
    """The same key for the same number, made once a run: threads that ask at once wait for it."""
    with _MAKING:
        return _made(number, bits)


@cache
def _made(number: int, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, bits)


def public_jwk(number: int, kid: str, bits: int = LONG) -> dict[str, Any]:
    key = RSAAlgorithm.to_jwk(private_key(number, bits).public_key(), as_dict=True)
    return {**key, "kid": kid, "alg": "RS256", "use": "sig"}


def detached(body: bytes, header: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """A detached JWS with any header, as RFC 7797 has it; not made by the library under test."""
    protected = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    made = key.sign(protected + b"." + body, padding.PKCS1v15(), SHA256())
    return f"{protected.decode()}..{urlsafe_b64encode(made).rstrip(b'=').decode()}"


@dataclass
class FakeSaleor:
    """``orders``: id → external reference; ``there``: id → the order as it stands; ``told``: what
    became of orders that were born there, once for each key. ``trouble`` is raised instead of any
    answer, ``refuses`` by what is told."""

    api_url: str = API_URL
    key: int = 1
    kid: str = "first"
    identifier: str = IDENTIFIER
    app_id: str = APP_ID
    app_token: str = APP_TOKEN
    orders: dict[str, str] = field(default_factory=dict)
    there: dict[str, OrderThere] = field(default_factory=dict)
    reported: list[tuple[str, Event]] = field(default_factory=list)
    told: list[News] = field(default_factory=list)
    refuses: dict[Happened, Exception] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [public_jwk(self.key, self.kid)]}

    def sign(self, body: bytes, **header: Any) -> str:
        usual = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": self.kid, "typ": "JWT"}
        return detached(body, usual | header, private_key(self.key, LONG))

    def dashboard_token(self, now: datetime, **claims: Any) -> str:
        """Good for five minutes, of a member of staff who may do everything with orders."""
        usual = {
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "iss": self.api_url,
            "owner": "saleor",
            "type": "thirdparty",
            "user_id": "VXNlcjox",
            "email": "staff@shop.example",
            "is_staff": True,
            "app": self.app_id,
            "permissions": ["MANAGE_ORDERS"],
            "user_permissions": ["MANAGE_ORDERS", "MANAGE_PRODUCTS"],
        }
        told = json.dumps(usual | claims).encode()
        return jwt.PyJWS().encode(told, private_key(self.key, LONG), "RS256", {"kid": self.kid})


class FakeUpstream:
    """Reaches the Saleors in ``saleors``, by address."""

    saleors: ClassVar[dict[str, FakeSaleor]] = {}

    def identity(self, api_url: str, token: str) -> Identity:
        saleor = self._ask(api_url, "identity")
        if token != saleor.app_token:
            raise TokenRefused("auth_token")
        return Identity(saleor.app_id, saleor.identifier)

    def jwks(self, api_url: str) -> Jwks:
        return self._ask(api_url, "jwks").jwks

    def external_reference(self, api_url: str, token: str, order_id: str) -> str:
        orders = self._ask(api_url, f"order {order_id}").orders
        if order_id not in orders:
            raise NotFound("order")
        return orders[order_id]

    def order(self, api_url: str, token: str, order_id: str) -> OrderThere:
        there = self._ask(api_url, f"order {order_id}").there
        if order_id not in there:
            raise NotFound("order")
        return there[order_id]

    def confirm_order(self, api_url: str, token: str, order_id: str) -> None:
        there = self._ask(api_url, f"confirm {order_id}").there
        there[order_id] = replace(there[order_id], status="UNFULFILLED")

    def orders_changed(self, api_url: str, token: str, since: datetime) -> list[str]:
        return sorted(self._ask(api_url, f"since {since:%H:%M}").there)

    def report(self, api_url: str, token: str, transaction_id: str, event: Event) -> None:
        self._ask(api_url, f"report {transaction_id}").reported.append((transaction_id, event))

    def tell(self, api_url: str, token: str, order_id: str, news: News) -> None:
        saleor = self._ask(api_url, f"tell {order_id}")
        if news.happened in saleor.refuses:
            raise saleor.refuses[news.happened]
        if news not in saleor.told:
            saleor.told.append(news)

    def _ask(self, api_url: str, what: str) -> FakeSaleor:
        saleor = self.saleors[api_url]
        saleor.asked.append(what)
        if saleor.trouble is not None:
            raise saleor.trouble
        return saleor
