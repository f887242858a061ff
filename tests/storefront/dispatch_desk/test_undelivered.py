"""What came back with the van is seen by its depot and given up with its money, once."""

import pytest
from django.test import Client

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment
from commerce.payments.models import Refund
from logistics.network.models import Depot
from storefront.accounts.models import Role
from storefront.journeys import record_stop
from tests.builders import journeys
from tests.builders.logistics import a_depot
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought_back() -> tuple[Depot, Fulfilment]:
    """Spinach paid by card for a door where nobody was."""
    mall = journeys.a_mall()
    order = journeys.a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    part = order.fulfilments.get()
    journeys.a_published_plan(mall)
    record_stop.record(
        report=journeys.a_report(part.reference, "failed", reason="absent"),
        driver_reference=mall.shift.driver.reference,
        received_at=journeys.NEXT_MORNING,
    )
    part.refresh_from_db()
    assert part.status == "undelivered"
    return mall.depot, part


def a_dispatcher(depot: Depot) -> Client:
    return a_client(a_user("dispatch@jangteo.test", (Role.DISPATCHER, depot.reference)))


def test_it_is_listed_with_its_reason(brought_back: tuple[Depot, Fulfilment]) -> None:
    depot, _part = brought_back
    page = a_dispatcher(depot).get("/dispatch/undelivered/").content.decode()
    assert "부재" in page
    assert "시금치" in page


def test_closing_gives_the_money_back_once(brought_back: tuple[Depot, Fulfilment]) -> None:
    depot, part = brought_back
    client = a_dispatcher(depot)
    url = f"/dispatch/undelivered/{part.reference}/close/"
    assert client.post(url).status_code == 302
    part.refresh_from_db()
    assert part.status == "cancelled"
    assert Refund.objects.get().amount_won == part.total_won
    assert client.post(url).status_code == 404
    assert Refund.objects.count() == 1
    assert "못 전한 배송이 없어요" in client.get("/dispatch/undelivered/").content.decode()


def test_another_depot_sees_nothing_and_closes_nothing(
    brought_back: tuple[Depot, Fulfilment],
) -> None:
    _depot, part = brought_back
    stranger = a_dispatcher(a_depot())
    assert "시금치" not in stranger.get("/dispatch/undelivered/").content.decode()
    assert stranger.post(f"/dispatch/undelivered/{part.reference}/close/").status_code == 404
    part.refresh_from_db()
    assert part.status == "undelivered"
