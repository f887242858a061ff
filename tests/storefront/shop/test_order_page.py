"""What an order's page says about the van."""

import pytest

from commerce.catalogue.models import Way
from logistics.consignments.models import Consignment
from storefront.templatetags.words import clock
from tests.builders import journeys
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def the_page() -> str:
    mall, user = journeys.a_mall(), a_user()
    shopper = journeys.a_shopper(user_reference=user.reference)
    order = journeys.a_placed_order(mall, shopper=shopper, goods=((mall.spinach, Way.DELIVERY),))
    before = a_client(user).get(f"/orders/{order.reference}/").content.decode()
    assert "도착할 예정" not in before
    journeys.a_published_plan(mall)
    return a_client(user).get(f"/orders/{order.reference}/").content.decode()


def test_an_order_says_when_its_van_is_expected() -> None:
    page = the_page()
    at = Consignment.objects.get().promised_at
    assert at is not None
    assert f"{clock(at)}쯤 도착할 예정이에요" in page
