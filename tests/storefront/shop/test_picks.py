"""Lists of the operator's, ordered by a rule that everybody can read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.featured import MOST_LISTS, by_turn
from commerce.catalogue.models import FeaturedList, RankingRule
from storefront.accounts.models import Role
from tests.builders.commerce import a_category, a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_part, an_order, some_goods

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def add(operator: Client, rule: str, **form: str):
    return operator.post(reverse("operator_lists"), {"title": "골라 봄", "rule": rule, **form})


def shown() -> list[str]:
    ((_one, goods),) = Client().get(reverse("picks")).context["lists"]
    return [product.name for product in goods]


def bought(name: str, times: int) -> None:
    variant = a_product(name=name, on_hand=9).variants.get()
    for _order in range(times):
        part = a_part(lines=[some_goods(variant=variant)])
        an_order(parts=[part], confirmed=True, now=timezone.now() - timedelta(days=3))


def test_most_bought_counts_orders_and_leaves_out_what_is_sold_out(operator: Client) -> None:
    bought("시금치", 1)
    bought("손두부", 2)
    a_product(name="아무도 안 산 것", on_hand=9)
    gone = a_product(name="다 팔린 것", on_hand=0).variants.get()
    an_order(parts=[a_part(lines=[some_goods(variant=gone)])], confirmed=True, now=timezone.now())
    add(operator, RankingRule.MOST_BOUGHT)
    assert shown() == ["손두부", "시금치"]
    assert "최근 4주" in Client().get(reverse("picks")).content.decode()


def test_an_empty_list_and_no_list_say_so_in_their_own_words(operator: Client) -> None:
    a_product(name="딴 것", on_hand=1)
    nothing = Client().get(reverse("picks")).content.decode()
    assert "아직 골라 놓은 목록이 없어요" in nothing
    add(operator, RankingRule.MOST_BOUGHT)
    empty = Client().get(reverse("picks")).content.decode()
    assert "지금은 이 목록에 남은 상품이 없어요." in empty
    assert "아직 골라 놓은 목록이 없어요" not in empty


def test_orders_not_paid_and_long_ago_do_not_count(operator: Client) -> None:
    variant = a_product(name="시금치", on_hand=9).variants.get()
    part = a_part(lines=[some_goods(variant=variant)])
    an_order(parts=[part], now=timezone.now())
    an_order(parts=[part], confirmed=True, now=timezone.now() - timedelta(weeks=5))
    add(operator, RankingRule.MOST_BOUGHT)
    assert shown() == []


def test_by_turn_shows_one_thing_of_each_and_another_order_every_day(operator: Client) -> None:
    for number in range(5):
        merchant = a_merchant(name=f"가게 {number}")
        for thing in range(2):
            a_product(merchant=merchant, name=f"{number}-{thing}", on_hand=1)
    add(operator, RankingRule.BY_TURN)
    one = FeaturedList.objects.get()
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(6)]
    turns = [tuple(product.merchant.name for product in by_turn(one, on)) for on in days]
    assert {frozenset(turn) for turn in turns} == {frozenset(f"가게 {n}" for n in range(5))}
    assert len(set(turns)) > 1
    assert by_turn(one, days[0]) == by_turn(one, days[0])


def test_newest_of_one_category_only(operator: Client) -> None:
    herbs = a_category(slug="herbs", name="나물")
    for number, name in enumerate(("냉이", "달래")):
        at = datetime(2026, 3, 1 + number, tzinfo=UTC)
        a_product(name=name, on_hand=1, category=herbs, created_at=at)
    a_product(name="딴 것", on_hand=1)
    add(operator, RankingRule.NEWEST, category="herbs")
    assert shown() == ["달래", "냉이"]


def test_what_cannot_be_meant_and_one_too_many_is_refused(operator: Client) -> None:
    assert add(operator, "paid").status_code == 400
    assert add(operator, "newest", category="none").status_code == 400
    assert add(operator, "newest", title=" ").status_code == 400
    assert add(operator, "newest").status_code == 302
    assert add(operator, "newest").status_code == 400
    for number in range(MOST_LISTS - 1):
        slug = a_category(slug=f"c{number}").slug
        assert add(operator, "newest", category=slug).status_code == 302
    assert add(operator, "by_turn").status_code == 400
    assert FeaturedList.objects.count() == MOST_LISTS


def test_a_list_is_taken_down_and_only_by_operators(operator: Client) -> None:
    add(operator, "newest")
    url = reverse("operator_remove_list", args=[FeaturedList.objects.get().reference])
    assert a_client(a_user("ada@jangteo.test")).post(url).status_code == 403
    assert operator.post(url).status_code == 302
    assert operator.post(url).status_code == 404
    assert "아직 골라 놓은 목록이 없어요" in Client().get(reverse("picks")).content.decode()
