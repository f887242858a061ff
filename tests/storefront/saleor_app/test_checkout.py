from datetime import UTC, datetime
from typing import Any

import pytest

from commerce.catalogue.models import Way
from commerce.saleor.app.verifying import BodyMalformed
from drivethrough.sites.models import Site
from storefront.journeys.offer_ways import Area, Offer
from storefront.saleor_app.checkout import as_method, read

NOW = datetime(2026, 11, 27, 14, 59, tzinfo=UTC)  # a minute before Saturday begins in Seoul
FROM = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)

ADDRESS = {
    "country": {"code": "KR"},
    "countryArea": "경기도",
    "city": "수원시",
    "cityArea": "팔달구",
    "streetAddress1": "인계로 123",
    "streetAddress2": "(인계동) 101동 1502호",
}


def a_body(**fields: Any) -> dict[str, Any]:
    line = {"quantity": 2, "variant": {"externalReference": "VAR-2222222222"}}
    checkout = {
        "id": "Q2hlY2tvdXQ6MQ==",
        "languageCode": "KO_KR",
        "channel": {"currencyCode": "KRW"},
        "shippingAddress": ADDRESS,
        "lines": [line],
    }
    return {"__typename": "ShippingListMethodsForCheckout", "checkout": checkout | fields}


def test_a_checkout_is_read() -> None:
    checkout = read(a_body())
    assert (checkout.language, checkout.currency) == ("ko", "KRW")
    assert checkout.goods == {"VAR-2222222222": 2}
    assert checkout.area == Area("수원시 팔달구", "인계로 123 (인계동) 101동 1502호")


@pytest.mark.parametrize(("code", "language"), [("EN", "en"), ("EN_GB", "en"), ("DE", "ko")])
def test_its_language_is_one_of_ours(code: str, language: str) -> None:
    assert read(a_body(languageCode=code)).language == language


def test_goods_on_two_lines_are_counted_together() -> None:
    line = {"quantity": 2, "variant": {"externalReference": "VAR-2222222222"}}
    assert read(a_body(lines=[line, line])).goods == {"VAR-2222222222": 4}


def test_goods_without_a_reference_are_somebody_elses() -> None:
    line = {"quantity": 1, "variant": {"externalReference": None}}
    assert read(a_body(lines=[line])).goods == {"": 1}


@pytest.mark.parametrize(
    "elsewhere",
    [None, {**ADDRESS, "country": {"code": "US"}}, {**ADDRESS, "countryArea": "서울특별시"}],
)
def test_an_address_outside_the_province_is_no_area(elsewhere: Any) -> None:
    assert read(a_body(shippingAddress=elsewhere)).area is None


@pytest.mark.parametrize(
    "odd",
    [
        {"lines": None},
        {"lines": [{}]},
        {"lines": [{"quantity": "2", "variant": {"externalReference": "VAR-2222222222"}}]},
        {"lines": [{"quantity": 2, "variant": None}]},
        {"lines": [{"quantity": 2, "variant": {"externalReference": "VAR\x00"}}]},
        {"lines": [{"quantity": 2, "variant": {"externalReference": 7}}]},
        {"channel": None},
        {"shippingAddress": "수원"},
        {"shippingAddress": {}},
        {"shippingAddress": {**ADDRESS, "country": None}},
        {"languageCode": 7},
    ],
)
def test_another_shape_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(BodyMalformed):
        read(a_body(**odd))


@pytest.mark.parametrize("body", [{}, {"checkout": None}, {"checkout": []}, {"checkout": "x"}])
def test_no_checkout_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BodyMalformed):
        read(body)


def test_a_window_becomes_a_method_in_whole_won() -> None:
    offer = Offer("WIN-2222222222", Way.DELIVERY, FROM, UNTIL, 4_000)
    assert as_method(offer, "ko", NOW) == {
        "id": "WIN-2222222222",
        "name": "집으로 배송 · 11월 28일(토) 오후 2:00~오후 4:00",
        "amount": "4000",
        "currency": "KRW",
        "minimum_delivery_days": 1,
        "maximum_delivery_days": 1,
        "metadata": {"mall.window": "WIN-2222222222"},
    }


def test_a_slot_names_its_site_in_the_shoppers_language() -> None:
    site = Site(name="수원종합운동장 주차장", name_en="Suwon Sports Complex")
    offer = Offer("SLT-2222222222", Way.DRIVE_THROUGH, FROM, UNTIL, 0, site)
    method = as_method(offer, "en", NOW)
    assert method["name"] == "Drive-through Suwon Sports Complex · Sat 28 Nov 2:00 pm~4:00 pm"
    assert (method["amount"], method["metadata"]) == ("0", {"mall.slot": "SLT-2222222222"})
