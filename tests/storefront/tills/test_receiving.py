"""Somebody else receives what was counted: a dispatcher their depot's, an operator anybody's."""

import pytest
from django.test import Client

from commerce.settlement.models import TillCount
from logistics.fleet.models import Driver
from storefront.accounts.models import Role, User
from tests.builders.drivethrough import a_site
from tests.builders.logistics import a_depot, a_driver
from tests.builders.mall import a_client, a_user
from tests.builders.tills import confirmed, counted, stands, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver() -> Driver:
    return a_driver(depot=a_depot())


@pytest.fixture
def minsu(driver: Driver) -> User:
    return a_user("minsu@jangteo.test", (Role.DRIVER, driver.reference))


@pytest.fixture
def waiting(driver: Driver, minsu: User) -> TillCount:
    taken(16_000, by=driver.reference)
    return counted(16_000, till=driver.reference, by=minsu.reference)


def a_dispatcher(driver: Driver) -> Client:
    return a_client(a_user("dispatch@jangteo.test", (Role.DISPATCHER, driver.depot.reference)))


def an_operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def status_of(count: TillCount) -> str:
    count.refresh_from_db()
    return count.status


def test_a_dispatcher_receives_what_a_driver_counted(driver: Driver, waiting: TillCount) -> None:
    client = a_dispatcher(driver)
    where = f"/dispatch/tills/{waiting.reference}/"
    assert where in client.get("/dispatch/tills/").content.decode()
    assert "16,000원" in client.get(where).content.decode()
    client.post(where, {"do": "receive", "received_won": "16,000"})
    assert status_of(waiting) == "confirmed"
    assert stands("bank", "") == 16_000
    assert "넘김" in client.get(where).content.decode()


def test_another_amount_is_not_confirmed_but_sent_back(driver: Driver, waiting: TillCount) -> None:
    client, where = a_dispatcher(driver), f"/dispatch/tills/{waiting.reference}/"
    client.post(where, {"do": "receive", "received_won": "15,000"})
    page = client.get(where)
    assert "적은 현금은 16,000원입니다" in page.content.decode()
    client.post(where, {"do": "again", "reason": "천 원이 모자람"})
    assert (status_of(waiting), waiting.reason) == ("rejected", "천 원이 모자람")


def test_another_depots_dispatcher_sees_and_changes_nothing(waiting: TillCount) -> None:
    other = a_client(a_user("other@jangteo.test", (Role.DISPATCHER, a_depot().reference)))
    assert "16,000" not in other.get("/dispatch/tills/").content.decode()
    where = f"/dispatch/tills/{waiting.reference}/"
    assert other.get(where).status_code == 404
    assert other.post(where, {"do": "receive", "received_won": "16000"}).status_code == 404
    assert status_of(waiting) == "waiting"


def test_a_dispatcher_receives_no_sites_till(driver: Driver) -> None:
    site = a_site().reference
    taken(5_000, by=site)
    made = counted(5_000, till=site)
    where = f"/dispatch/tills/{made.reference}/"
    assert a_dispatcher(driver).get(where).status_code == 404
    an_operator().post(
        f"/operator/tills/counts/{made.reference}/", {"do": "receive", "received_won": "5000"}
    )
    assert status_of(made) == "confirmed"


def test_who_drives_and_dispatches_does_not_receive_their_own(
    driver: Driver, minsu: User, waiting: TillCount
) -> None:
    minsu.grants.create(role=Role.DISPATCHER, scope_reference=driver.depot.reference)
    client, where = a_client(minsu), f"/dispatch/tills/{waiting.reference}/"
    assert "받은 현금" not in client.get(where).content.decode()
    client.post(where, {"do": "receive", "received_won": "16000"})
    client.post(where, {"do": "again", "reason": "나"})
    assert status_of(waiting) == "waiting"


def test_neither_a_driver_nor_a_farmer_receives_anything(
    driver: Driver, minsu: User, waiting: TillCount
) -> None:
    farmer = a_client(a_user("farmer@jangteo.test", (Role.FARMER, a_site().reference)))
    for client in (a_client(minsu), farmer):
        for where in (
            f"/dispatch/tills/{waiting.reference}/",
            f"/operator/tills/counts/{waiting.reference}/",
            f"/operator/tills/{driver.reference}/",
            "/operator/tills/",
            "/dispatch/tills/",
        ):
            assert client.get(where).status_code == 403
            assert client.post(where, {"do": "receive", "received_won": "16000"}).status_code == 403


def test_the_operator_sees_who_holds_what_since_when_and_what_differed(
    driver: Driver, waiting: TillCount
) -> None:
    client = an_operator()
    taken(5_000, by=driver.reference)
    page = client.get("/operator/tills/").content.decode()
    for words in (driver.full_name, "5,000원", "현금 16,000원 받기", "어제부터"):
        assert words in page
    confirmed(waiting)
    confirmed(counted(4_000, till=driver.reference, note="잃어버림"))
    page = client.get("/operator/tills/").content.decode()
    assert "2026-03" in page
    assert "1,000원" in page


def test_the_operators_first_page_says_how_many_counts_wait_and_how_many_are_overdue(
    waiting: TillCount,
) -> None:
    page = an_operator().get("/operator/").content.decode()
    assert "받을 것 1건" in page
    assert "어제부터 1곳" in page


def test_the_operator_sees_the_order_lines_of_each_taking(driver: Driver) -> None:
    part = taken(16_000, by=driver.reference).fulfilment
    page = an_operator().get(f"/operator/tills/{driver.reference}/").content.decode()
    assert part.lines.get().reference in page
    assert part.place_name not in page


@pytest.mark.parametrize("sent", [{}, {"do": "x"}, {"do": "receive"}, {"do": "again"}])
def test_what_cannot_be_meant_changes_nothing(waiting: TillCount, sent: dict[str, str]) -> None:
    client, where = an_operator(), f"/operator/tills/counts/{waiting.reference}/"
    assert client.post(where, sent).status_code in (302, 400)
    assert status_of(waiting) == "waiting"
    assert client.get("/operator/tills/DRV-NOBODY/").status_code == 404
    assert client.get("/operator/tills/counts/TIL-NOBODY/").status_code == 404
