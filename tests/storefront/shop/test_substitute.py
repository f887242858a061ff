"""The page behind the link of the message, and the stall's page before it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.orders.models import OrderLine, Substitution, SubstitutionStatus, WhenShort
from commerce.stock.actions import Want, allocate
from storefront.accounts.models import Role
from storefront.notices.links import token_of
from tests.builders.commerce import a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_part, an_order, some_goods

pytestmark = pytest.mark.django_db

OWN = "MER-SPINACH"


@pytest.fixture
def spinach() -> Variant:
    stall = a_merchant(reference=OWN, name="새벽채소")
    return a_product(
        merchant=stall, name="시금치", price_won=2_500, tax_class=TaxClass.EXEMPT, on_hand=9
    ).variants.get()


@pytest.fixture
def instead(spinach: Variant) -> Variant:
    stall = spinach.product.merchant
    return a_product(
        merchant=stall,
        name="대파",
        price_won=2_000,
        tax_class=TaxClass.EXEMPT,
        on_hand=9,
        ways=[Way.DELIVERY],
    ).variants.get()


def a_line(spinach: Variant, when_short: str = WhenShort.SUBSTITUTE) -> OrderLine:
    leaves = timezone.now() + timedelta(hours=5)
    span = {"promised_from": leaves, "promised_until": leaves + timedelta(hours=2)}
    goods = some_goods(merchant_reference=OWN, variant=spinach)
    other = some_goods(merchant_reference="MER-TOFU", name="손두부")
    order = an_order(parts=[a_part(lines=[goods, other], **span)], confirmed=True)
    order.when_short = when_short
    order.save()
    line = OrderLine.objects.get(variant=spinach)
    allocate(wants=[Want(spinach.pk, line.reference, line.quantity)], now=timezone.now())
    return line


def the_stall() -> Client:
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, OWN)))


def propose(line: OrderLine, variant: Variant) -> Substitution:
    url = reverse("merchant_substitute", args=[line.reference])
    stall = the_stall()
    assert [v.pk for v in stall.get(url).context["variants"]] == [variant.pk]
    answer = stall.post(url, {"variant": variant.reference, "reason": "sold_out"})
    assert answer.status_code == 302
    assert "손님께 여쭙는 중" in stall.get(answer.headers["Location"]).content.decode()
    return Substitution.objects.get()


def test_a_shopper_takes_it_without_signing_in(spinach: Variant, instead: Variant) -> None:
    made = propose(a_line(spinach), instead)
    url = reverse("substitute", args=[token_of(made.reference, "substitute")])
    page = Client().get(url).content.decode()
    assert "대파" in page
    assert "김영희" not in page
    assert Client().post(url, {"do": "accept"}).status_code == 302
    assert OrderLine.objects.get(pk=made.line_id).variant == instead
    assert Client().post(url, {"do": "refuse"}).status_code == 400


def test_what_cannot_be_meant_and_a_link_that_is_none_change_nothing(
    spinach: Variant, instead: Variant
) -> None:
    made = propose(a_line(spinach), instead)
    url = reverse("substitute", args=[token_of(made.reference, "substitute")])
    assert Client().post(url, {"do": "steal"}).status_code == 400
    assert Client().get(reverse("substitute", args=[made.reference])).status_code == 404
    made.refresh_from_db()
    assert made.status == SubstitutionStatus.OFFERED


def test_the_page_is_there_only_for_ones_own_line_and_where_it_is_wanted(spinach: Variant) -> None:
    line = a_line(spinach)
    url = reverse("merchant_substitute", args=[line.reference])
    other = a_merchant(name="남의 가게")
    stranger = a_client(a_user("other@jangteo.test", (Role.MERCHANT, other.reference)))
    assert stranger.get(url).status_code == 404
    line.fulfilment.order.when_short = WhenShort.REFUND
    line.fulfilment.order.save()
    assert the_stall().get(url).status_code == 404
