"""The slices of 10,000 won are those of the ledger, and make up 10,000."""

from datetime import date

import pytest
from django.urls import reverse

from commerce.merchants.models import MerchantKind
from commerce.settlement import actions
from commerce.settlement.queries import Shares, shares
from storefront.accounts.models import Role
from storefront.operator_desk.where_it_went import slices
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import a_refund, an_ordered_part, card_money, goods_of
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)


def test_each_won_is_whose_it_is_and_refunds_are_taken_off() -> None:
    stall, farm = a_merchant(), a_merchant(kind=MerchantKind.FARM, commission_basis_points=0)
    part = an_ordered_part(goods_of(stall, 10_000), goods_of(farm, 5_000), delivery_won=4_000)
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    line = part.lines.get(merchant_reference=farm.reference)
    actions.record_refund(
        refund=a_refund(payment, 2_000), fulfilment=part, line_reference=line.reference, now=NOW
    )
    found = shares(TUESDAY, TUESDAY)
    assert found == Shares({stall.reference: 9_400, farm.reference: 3_000}, 600, 4_000)
    assert {one.name: one.of_whole for one in slices(found)} == {
        "stall": 5_529,
        "shop": 0,
        "farm": 1_765,
        "screenings": 0,
        "carrier": 2_353,
        "mall": 353,
    }


def test_the_slices_lie_side_by_side() -> None:
    placed = slices(Shares({}, 1, 2))
    assert [(one.left, one.of_whole) for one in placed][-2:] == [(0, 6_667), (6_667, 3_333)]


def test_nothing_sold_is_nothing_drawn() -> None:
    assert slices(Shares({"MER-X": -5}, 0, 0)) == []


def test_the_page_is_the_operators() -> None:
    operator = a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))
    address = reverse("operator_where_it_went")
    assert operator.get(address).status_code == 200
    assert operator.get(address, {"weeks": "3"}).status_code == 400
    other = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, a_merchant().reference)))
    assert other.get(address).status_code == 403
