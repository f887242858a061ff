import json
from typing import Any

from django.test import Client

from commerce.catalogue.models import Variant
from tests.builders.mall import a_mall
from tests.fakes.saleor import FakeSaleor
from tests.storefront.saleor_app.test_checkout import a_body


def ask(client: Client, saleor: FakeSaleor, body: dict[str, Any], signature: str = "") -> Any:
    sent = json.dumps(body).encode()
    answer = client.post(
        "/saleor/shipping-methods",
        sent,
        content_type="application/json",
        headers={
            "Saleor-Api-Url": saleor.api_url,
            "Saleor-Event": "shipping_list_methods_for_checkout",
            "Saleor-Signature": signature or saleor.sign(sent),
        },
    )
    return answer.json()


def lines(*variants: Variant) -> list[dict[str, Any]]:
    return [{"quantity": 1, "variant": {"externalReference": v.reference}} for v in variants]


def test_a_saleors_checkout_is_offered_our_windows(client: Client, saleor: FakeSaleor) -> None:
    mall = a_mall()
    [method] = ask(client, saleor, a_body(lines=lines(mall.greens)))
    assert (method["id"], method["amount"]) == (mall.window.reference, "4000")


def test_a_saleors_checkout_is_offered_our_slots(client: Client, saleor: FakeSaleor) -> None:
    mall = a_mall()
    [method] = ask(client, saleor, a_body(lines=lines(mall.strawberries)))
    assert (method["id"], method["amount"]) == (mall.slot.reference, "0")


def test_goods_of_others_are_offered_nothing(client: Client, saleor: FakeSaleor) -> None:
    a_mall()
    assert ask(client, saleor, a_body()) == []


def test_another_currency_is_offered_nothing(client: Client, saleor: FakeSaleor) -> None:
    mall = a_mall()
    dollars = {"currencyCode": "USD"}
    assert ask(client, saleor, a_body(lines=lines(mall.greens), channel=dollars)) == []


def test_the_saleor_is_asked_nothing_while_its_shopper_waits(
    client: Client, saleor: FakeSaleor
) -> None:
    ask(client, saleor, a_body())
    assert saleor.asked == []


def test_a_wrong_signature_is_refused(client: Client, saleor: FakeSaleor) -> None:
    assert ask(client, saleor, a_body(), saleor.sign(b"{}"))["code"] == "SIGNATURE_WRONG"


def test_another_shape_is_refused(client: Client, saleor: FakeSaleor) -> None:
    assert ask(client, saleor, {"checkout": None})["code"] == "SALEOR_BODY_MALFORMED"
