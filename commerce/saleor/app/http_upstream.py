"""Asks a Saleor over HTTP. Redirects are not followed: the allowed address is the address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from commerce.errors import NotFound
from commerce.saleor.app import order_there
from commerce.saleor.app.api_url import key_set_url
from commerce.saleor.app.birthplace import OrderBorn
from commerce.saleor.app.order_there import OrderThere, OrderUnreadable
from commerce.saleor.app.signature import Jwks
from commerce.saleor.app.upstream import (
    Event,
    Happened,
    Identity,
    News,
    TokenRefused,
    UpstreamOdd,
    UpstreamSilent,
)
from commerce.saleor.client import Client
from commerce.saleor.errors import SaleorError
from commerce.saleor.money import decimal_text

# A Saleor waits 18 seconds for us, and while we ask it, it waits.
SECONDS = 5.0
TOO_MANY_REQUESTS = 429

IDENTITY = "{app{id identifier}}"
ORDER = "query($id:ID!){order(id:$id){externalReference}}"
CHANGED = """query($since:DateTime!,$after:String){
  orders(first:100,after:$after,where:{updatedAt:{gte:$since}},
    sortBy:{field:LAST_MODIFIED_AT,direction:ASC}){
    pageInfo{hasNextPage endCursor} edges{node{id}}}}"""
CONFIRM = "mutation($id:ID!){orderConfirm(id:$id){errors{code message}}}"
REPORT = """mutation($id:ID!,$psp:String!,$type:TransactionEventTypeEnum!,$amount:PositiveDecimal!,
  $actions:[TransactionActionEnum!]!){transactionEventReport(id:$id,pspReference:$psp,type:$type,
    amount:$amount,availableActions:$actions){alreadyProcessed errors{code message}}}"""
MOST_PAGES = 100


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

    def order(self, api_url: str, token: str, order_id: str) -> OrderThere:
        order = self._data(api_url, token, order_there.QUERY, {"id": order_id}).get("order")
        if not isinstance(order, dict):
            raise NotFound("order")
        try:
            return order_there.read(order)
        except OrderUnreadable as odd:
            raise UpstreamOdd("order", reason=str(odd)) from None

    def confirm_order(self, api_url: str, token: str, order_id: str) -> None:
        told = self._data(api_url, token, CONFIRM, {"id": order_id}).get("orderConfirm")
        if not isinstance(told, dict):
            raise UpstreamOdd("order", reason="not confirmed")
        codes = {error["code"] for error in told["errors"]}
        if codes - {"INVALID"}:  # that is what one gets which is confirmed, or over
            raise UpstreamOdd("order", reason=", ".join(sorted(codes)))

    def orders_changed(self, api_url: str, token: str, since: datetime) -> list[str]:
        found: list[str] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            asked = {"since": since.isoformat(), "after": after}
            page = self._data(api_url, token, CHANGED, asked).get("orders")
            if not isinstance(page, dict):
                raise UpstreamOdd("orders", reason="no list of orders")
            found += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return found

    def report(self, api_url: str, token: str, transaction_id: str, event: Event) -> None:
        asked = {
            "id": transaction_id,
            "psp": event.reference,
            "type": event.type,
            "amount": decimal_text(event.amount_won),
            "actions": list(event.actions),
        }
        told = self._data(api_url, token, REPORT, asked).get("transactionEventReport")
        if not isinstance(told, dict):
            raise UpstreamOdd("transaction", reason="not reported")
        if told["errors"] and not told["alreadyProcessed"]:
            raise UpstreamOdd("transaction", reason=str(told["errors"][0]["code"]))

    def tell(self, api_url: str, token: str, order_id: str, news: News) -> None:
        try:
            with Client(api_url, token, self.transport) as client:
                _tell(OrderBorn(client, order_id), news)
        except SaleorError as trouble:
            raise UpstreamSilent("order", reason=str(trouble)) from trouble

    def _data(
        self, api_url: str, token: str, query: str, variables: Mapping[str, Any]
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


def _tell(order: OrderBorn, news: News) -> None:
    match news.happened:
        case Happened.PAID:
            order.book_payment(key=news.key, amount_won=news.amount_won)
        case Happened.REFUNDED:
            order.grant_refund(key=news.key, amount_won=news.amount_won)
        case Happened.LEFT:
            order.hand_over(key=news.key, lines=news.lines)
        case Happened.NOT_THERE:
            order.take_off(key=news.key, lines=news.lines)
        case Happened.ENDED:
            order.end(key=news.key, lines=news.lines)


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
