"""A Saleor that may have our app, and what it sends."""

import json
from datetime import UTC, datetime
from typing import Any

from pytest_django import Settings

from commerce.catalogue.models import Variant
from commerce.saleor.app import actions
from commerce.saleor.app.models import Delivery, Installation
from commerce.saleor.app.order_there import DoorThere, LineThere, OrderThere
from tests.fakes.saleor import OTHER_API_URL, FakeSaleor, FakeUpstream

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Seoul
ORDER_ID = "T3JkZXI6NTUwOWEwMTYtNmNjZS00YWUzLWE0MmQtYjIwODRhMGJlNTZh"


def allow(settings: Settings, *saleors: FakeSaleor) -> None:
    """Our app may be installed in these, and they answer."""
    settings.SALEOR_ALLOWED_API_URLS = [saleor.api_url for saleor in saleors]
    settings.SALEOR_UPSTREAM = "tests.fakes.saleor.FakeUpstream"
    FakeUpstream.saleors = {saleor.api_url: saleor for saleor in saleors}


def another_saleor() -> FakeSaleor:
    return FakeSaleor(api_url=OTHER_API_URL, key=2, kid="other", app_token="another" * 4)


def an_installation(saleor: FakeSaleor, *, now: datetime = NOW) -> Installation:
    made = actions.install(
        api_url=saleor.api_url, token=saleor.app_token, upstream=FakeUpstream(), now=now
    )
    saleor.asked.clear()
    return made


def an_event(number: int = 1, **fields: Any) -> bytes:
    """An order event's body as our subscription asks for it; another ``number``, another event."""
    told = {
        "__typename": "OrderUpdated",
        "issuedAt": f"2026-11-24T01:00:00.{number:06}+00:00",
        "issuingPrincipal": None,
        "order": {"id": ORDER_ID},
    }
    return json.dumps(told | fields).encode()


def receive(
    saleor: FakeSaleor,
    body: bytes,
    *,
    event: str = "order_updated",
    now: datetime = NOW,
    **sent: str,
) -> tuple[Delivery, bool]:
    """Signed by that Saleor and sent from it, unless ``sent`` says otherwise."""
    usual = {"api_url": saleor.api_url, "signature": saleor.sign(body)}
    return actions.receive(
        event=event, body=body, upstream=FakeUpstream(), now=now, **(usual | sent)
    )


def a_door(**fields: str) -> DoorThere:
    """In Suwon, with its 동."""
    usual = {
        "country": "KR",
        "area": "경기도",
        "city": "수원시",
        "district": "팔달구",
        "street": "인계로 123",
        "detail": "인계동 101호",
        "postcode": "16489",
    }
    return DoorThere(**(usual | fields))


def there_is(saleor: FakeSaleor, *goods: tuple[Variant, int], **fields: Any) -> OrderThere:
    """An order in that Saleor, of so many of each variant: confirmed, not paid, to come home for
    4,000 won. ``fields`` say what is otherwise; once more with the same ``id``, it has changed."""
    lines = tuple(
        LineThere(f"line {number}", v.reference, quantity, v.price_won * quantity)
        for number, (v, quantity) in enumerate(goods)
    )
    delivery_won = fields.get("delivery_won", 4_000)
    usual = {
        "id": ORDER_ID,
        "number": "7",
        "status": "UNFULFILLED",
        "authorized": False,
        "currency": "KRW",
        "external_reference": "",
        "who": "VXNlcjo3",
        "full_name": "김하나",
        "phone": "+821012345678",
        "note": "",
        "window": "",
        "slot": "",
        "plate": "",
        "door": a_door(),
        "lines": lines,
        "delivery_won": delivery_won,
        "total_won": sum(line.total_won for line in lines) + delivery_won,
        "charged_won": 0,
        "refunded_won": 0,
        "transactions": (),
    }
    order = OrderThere(**(usual | fields))
    saleor.there[order.id] = order
    return order
