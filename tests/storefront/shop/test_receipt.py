"""The receipt's page: by seller and tax class, and the wish for a cash receipt."""

import pytest

from commerce.catalogue.models import Way
from commerce.payments.models import PaymentMethod
from commerce.receipts.models import CashReceipt
from tests.builders import journeys
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def test_it_names_sellers_and_tax_and_takes_the_wish_of_its_shopper_alone() -> None:
    mall, user = journeys.a_mall(), a_user()
    order = journeys.a_placed_order(
        mall,
        shopper=journeys.a_shopper(user_reference=user.reference),
        goods=((mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY)),
        method=PaymentMethod.ON_SITE,
    )
    address = f"/orders/{order.reference}/receipt/"
    page = a_client(user).get(address).content.decode()
    for words in ("지동두부", "과세 · 공급가액 3,000원 · 부가세 300원", "9,800원", "현금영수증"):
        assert words in page
    typed = {"purpose": "person", "identifier": "010-1234-5678"}
    assert a_client(a_user("bob@jangteo.test")).post(address, typed).status_code == 404
    assert a_client(user).post(address, typed | {"purpose": "x"}).status_code == 400
    assert a_client(user).post(address, typed | {"identifier": "010"}).status_code == 400
    assert not CashReceipt.objects.exists()
    assert a_client(user).post(address, typed).status_code == 302
    page = a_client(user).get(address).content.decode()
    assert "•••••••5678" in page
    assert "1234-5678" not in page
