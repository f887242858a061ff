"""Family or staff of a shop pack its orders, and see nothing else of its desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders.models import OrderLine
from storefront.accounts.models import AuditEntry, Role
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_part, an_order, some_goods

pytestmark = pytest.mark.django_db

OWN = "MER-SPINACH"


@pytest.fixture
def packer() -> Client:
    a_merchant(reference=OWN, name="새벽채소")
    return a_client(a_user("grandson@jangteo.test", (Role.PACKER, OWN)))


def a_line(merchant: str = OWN) -> OrderLine:
    leaves = timezone.now() + timedelta(hours=1)
    span = {"promised_from": leaves, "promised_until": leaves + timedelta(hours=2)}
    an_order(
        parts=[a_part(lines=[some_goods(merchant_reference=merchant)], **span)], confirmed=True
    )
    return OrderLine.objects.get(merchant_reference=merchant)


def test_a_packer_packs_and_it_is_written_down_as_theirs(packer: Client) -> None:
    line = a_line()
    for page in ("merchant_orders", "merchant_waves", "merchant_slips", "merchant_pick_list"):
        assert "시금치" in packer.get(reverse(page), {"days": "2"}).content.decode()
    packer.post(reverse("merchant_line_ready", args=[line.reference]))
    line.refresh_from_db()
    assert line.ready_at is not None
    assert AuditEntry.objects.get().role == Role.PACKER


@pytest.mark.parametrize(
    "page",
    [
        "merchant_home",
        "merchant_products",
        "merchant_new_product",
        "merchant_days",
        "merchant_sales",
        "merchant_statement",
        "merchant_sheet",
    ],
)
def test_the_rest_of_the_desk_is_the_merchants(packer: Client, page: str) -> None:
    assert packer.get(reverse(page)).status_code == 403
    assert f'href="{reverse(page)}"' not in packer.get(reverse("merchant_orders")).content.decode()


def test_another_shops_orders_are_not_found(packer: Client) -> None:
    line = a_line("MER-TOFU")
    assert packer.get(reverse("merchant_part", args=[line.fulfilment.reference])).status_code == 404
    packer.post(reverse("merchant_line_ready", args=[line.reference]))
    line.refresh_from_db()
    assert line.ready_at is None
