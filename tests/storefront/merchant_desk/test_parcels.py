"""A stall sends its own parcels; it learns where they go, and nobody else does."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import Way
from commerce.merchants.models import Merchant
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.merchants.queries import parcel_terms
from commerce.orders.models import Fulfilment, FulfilmentStatus
from commerce.parcels.models import Parcel
from commerce.settlement.actions import record_payment
from storefront.accounts.models import Role
from storefront.notices.models import Notice
from tests.builders.commerce import a_merchant
from tests.builders.ledger import a_part_of, card_money, goods_of
from tests.builders.mall import a_client, a_user
from tests.builders.orders import an_order, the_part

pytestmark = pytest.mark.django_db

NUMBER = "654321098765"
DOOR = "(63122) 제주특별자치도 제주시 연북로 1"


@pytest.fixture
def merchant() -> Merchant:
    return a_merchant(name="건어물상회")


@pytest.fixture
def stall(merchant: Merchant) -> Client:
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def a_parcel(merchant: Merchant) -> Fulfilment:
    """Laver for 5,000 won, paid, to be given to a courier this evening."""
    at = timezone.now() + timedelta(hours=3)
    part = replace(
        a_part_of(goods_of(merchant, 5_000, name="돌김"), delivery_won=3_500),
        way=Way.PARCEL,
        hands_over=merchant.reference,
        place_name=DOOR,
        promised_from=at,
        promised_until=at + timedelta(days=2),
    )
    order = an_order(parts=[part], confirmed=True)
    record_payment(payment=card_money(order), now=timezone.now())
    return the_part(order)


def press(client: Client, part: Fulfilment, **changes: str):
    form = {"key": str(uuid4()), "courier": "cj", "number": NUMBER} | changes
    return client.post(reverse("merchant_send_parcel", args=[part.reference]), form)


def test_a_stall_sees_whose_parcel_it_is_and_where_it_goes(
    stall: Client, merchant: Merchant
) -> None:
    part = a_parcel(merchant)
    for page in ("merchant_parcels", "merchant_orders", "merchant_slips"):
        words = stall.get(reverse(page)).content.decode()
        assert DOOR in words, page
        assert "010-1234-5678" in words, page
    assert "돌김" in stall.get(reverse("merchant_waves")).content.decode()
    assert DOOR in stall.get(reverse("merchant_part", args=[part.reference])).content.decode()
    paper = stall.get(reverse("merchant_slips_pdf"))
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")


def test_another_stall_sees_nothing_of_it_and_cannot_send_it(merchant: Merchant) -> None:
    part = a_parcel(merchant)
    other = a_merchant(name="옆집")
    neighbour = a_client(a_user("other@jangteo.test", (Role.MERCHANT, other.reference)))
    assert DOOR not in neighbour.get(reverse("merchant_parcels")).content.decode()
    assert press(neighbour, part).status_code == 404
    for page in ("merchant_parcel_came", "merchant_parcel_back", "merchant_parcel_paid_back"):
        assert neighbour.post(reverse(page, args=[part.reference])).status_code == 404
    part.refresh_from_db()
    assert (part.status, Parcel.objects.count()) == (FulfilmentStatus.CONFIRMED, 0)


def test_sending_tells_the_shopper_and_the_page(stall: Client, merchant: Merchant) -> None:
    part = a_parcel(merchant)
    assert press(stall, part).status_code == 302
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.OUT
    assert Notice.objects.get(kind="parcel_sent").facts["number"] == NUMBER
    page = stall.get(reverse("merchant_parcels")).content.decode()
    assert "가는 중" in page
    assert f"wblNo={NUMBER}" in page


def test_a_second_press_sends_once(stall: Client, merchant: Merchant) -> None:
    part, key = a_parcel(merchant), str(uuid4())
    for _ in range(2):
        press(stall, part, key=key)
    assert (Parcel.objects.count(), Notice.objects.filter(kind="parcel_sent").count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", "123", "TRACKING_NUMBER_FORMAT"),
        ("number", "", "TRACKING_NUMBER_FORMAT"),
        ("number", "<script>", "TRACKING_NUMBER_FORMAT"),
        ("number", "１" * 12, "TRACKING_NUMBER_FORMAT"),
        ("courier", "pigeon", "BAD_INPUT"),
        ("key", "again", "BAD_INPUT"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_form_and_changes_nothing(
    stall: Client, merchant: Merchant, field: str, value: str, code: str
) -> None:
    part = a_parcel(merchant)
    answer = press(stall, part, **{field: value})
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["refused"] == part.reference
    part.refresh_from_db()
    assert (part.status, Parcel.objects.count()) == (FulfilmentStatus.CONFIRMED, 0)


def test_a_wrong_number_is_corrected(stall: Client, merchant: Merchant) -> None:
    part = a_parcel(merchant)
    press(stall, part)
    press(stall, part, courier="post", number="1" * 13)
    page = stall.get(reverse("merchant_parcels")).content.decode()
    assert "우체국택배" in page
    assert f"wblNo={NUMBER}" not in page


def test_having_come_ends_it_and_its_door_is_forgotten(stall: Client, merchant: Merchant) -> None:
    part = a_parcel(merchant)
    press(stall, part)
    stall.post(reverse("merchant_parcel_came", args=[part.reference]))
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.HANDED_OVER
    done = stall.get(reverse("merchant_orders"), {"show": "done"}).content.decode()
    assert "돌김" in done
    assert DOOR not in done
    assert DOOR not in stall.get(reverse("merchant_parcels")).content.decode()


def test_what_came_back_is_sent_again_or_paid_back(stall: Client, merchant: Merchant) -> None:
    part = a_parcel(merchant)
    press(stall, part)
    stall.post(reverse("merchant_parcel_back", args=[part.reference]))
    page = stall.get(reverse("merchant_parcels")).content.decode()
    assert "되돌아왔어요" in page
    assert DOOR in page
    press(stall, part, number="1" * 12)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.OUT
    stall.post(reverse("merchant_parcel_back", args=[part.reference]))
    stall.post(reverse("merchant_parcel_paid_back", args=[part.reference]))
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED


def test_a_parcel_given_up_meanwhile_is_told_where_its_form_was(
    stall: Client, merchant: Merchant
) -> None:
    part = a_parcel(merchant)
    Fulfilment.objects.filter(pk=part.pk).update(status="cancelled")
    answer = press(stall, part)
    assert answer.status_code == 400
    assert answer.context["refused_elsewhere"]
    assert "note" in answer.content.decode()


def test_the_fee_is_on_the_statement_and_in_the_sales(stall: Client, merchant: Merchant) -> None:
    part = a_parcel(merchant)
    press(stall, part)
    stall.post(reverse("merchant_parcel_came", args=[part.reference]))
    for page in ("merchant_statement", "merchant_sales"):
        words = stall.get(reverse(page)).content.decode()
        assert "택배" in words, page
    assert "8,200원" in stall.get(reverse("merchant_statement")).content.decode()
    for kind in ("csv", "pdf", "xlsx"):
        file = stall.get(reverse("merchant_statement_file"), {"file": kind})
        assert file.status_code == 200


def test_a_merchant_sets_what_a_parcel_costs(stall: Client, merchant: Merchant) -> None:
    form = {"won": "2,900", "far_won": "5000원", "free_from_won": "30000"}
    assert stall.post(reverse("merchant_parcel_terms"), form).status_code == 302
    merchant.refresh_from_db()
    assert parcel_terms(merchant) == ParcelTerms(won=2_900, far_won=5_000, free_from_won=30_000)
    stall.post(reverse("merchant_parcel_terms"), form | {"free_from_won": ""})
    merchant.refresh_from_db()
    assert merchant.parcel_free_from_won is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("won", "30001", "PARCEL_TERMS_RANGE"),
        ("won", "-1", "BAD_INPUT"),
        ("won", "", "BAD_INPUT"),
        ("far_won", "3.5", "BAD_INPUT"),
        ("free_from_won", "0", "PARCEL_TERMS_RANGE"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    stall: Client, merchant: Merchant, field: str, value: str, code: str
) -> None:
    form = {"won": "2900", "far_won": "3000", "free_from_won": ""} | {field: value}
    answer = stall.post(reverse("merchant_parcel_terms"), form)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    merchant.refresh_from_db()
    assert parcel_terms(merchant) == ParcelTerms(won=3_500, far_won=3_000)


def test_a_packer_sends_and_sets_no_prices(merchant: Merchant) -> None:
    packer = a_client(a_user("grandson@jangteo.test", (Role.PACKER, merchant.reference)))
    part = a_parcel(merchant)
    press(packer, part)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.OUT
    assert "우리 가게 택배비" not in packer.get(reverse("merchant_parcels")).content.decode()
    assert packer.post(reverse("merchant_parcel_terms"), {"won": "1"}).status_code == 403


def test_the_page_is_in_english_too(stall: Client, merchant: Merchant) -> None:
    press(stall, a_parcel(merchant))
    a_parcel(merchant)
    stall.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = stall.get(reverse("merchant_parcels")).content.decode()
    assert "CJ Logistics" in page
    assert "What a parcel costs with us" in page
