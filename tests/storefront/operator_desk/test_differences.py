"""The operator sees what differs from the shop system, and decides each once."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from commerce.catalogue.models import Variant
from commerce.core.comparing import compare
from commerce.core.models import CoreDifference, CoreStep
from storefront.accounts.models import Role
from tests.builders.commerce import NOW, a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def spinach(settings: Settings) -> Variant:
    """The shop system has never heard of it."""
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    variant = a_product(name="시금치").variants.get()
    compare(now=NOW)
    return variant


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("desk@jangteo.test", (Role.OPERATOR, "")))


def the_address() -> str:
    return reverse("operator_take_difference", args=[CoreDifference.objects.get().reference])


def test_each_difference_is_shown_with_two_ways_out(operator: Client, spinach: Variant) -> None:
    page = operator.get(reverse("operator_differences")).content.decode()
    assert spinach.product.name in page
    assert page.count('value="ours"') == page.count('value="theirs"') == 1
    assert (
        reverse("operator_differences") in operator.get(reverse("operator_watch")).content.decode()
    )


VALUES = {
    "name": ("시금치", "햇시금치", "햇시금치"),
    "published": ("yes", "no", "팔지 않음"),
    "price": ("2500", "2900", "2,900원"),
    "stock": ("10", "4", "4개"),
}


@pytest.mark.parametrize("trait", VALUES)
def test_both_values_are_said_as_people_say_them(
    trait: str, operator: Client, spinach: Variant
) -> None:
    ours, theirs, said = VALUES[trait]
    CoreDifference.objects.update(trait=trait, ours=ours, theirs=theirs)
    page = operator.get(reverse("operator_differences"))
    assert f"<dd>{said}" in page.content.decode()


def test_a_tap_decides_once(operator: Client, spinach: Variant) -> None:
    for _ in range(2):
        answer = operator.post(the_address(), {"side": "ours"})
        assert answer.headers["Location"] == reverse("operator_differences")
    assert CoreStep.objects.count() == 1
    assert list(operator.get(reverse("operator_differences")).context["rows"]) == []


def test_who_decided_and_who_compared_is_written_down_in_words(
    operator: Client, spinach: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.journeys.tasks.compare_with_core.delay", lambda: None)
    operator.post(the_address(), {"side": "theirs"})
    operator.post(reverse("operator_compare_now"))
    told = operator.get(reverse("operator_audit")).context["entries"]
    assert [(one.action, one.row.subject) for one in told] == [
        ("판매 시스템과 견주기", ""),
        ("다른 것 정하기", CoreDifference.objects.get().reference),
    ]


def test_a_side_that_was_not_offered_changes_nothing(operator: Client, spinach: Variant) -> None:
    operator.post(the_address(), {"side": "both"})
    assert CoreDifference.objects.get().settled_at is None


def test_with_our_own_core_the_page_says_so(operator: Client) -> None:
    page = operator.get(reverse("operator_differences"))
    assert page.status_code == 200
    assert reverse("operator_compare_now") not in page.content.decode()


def test_nobody_else_sees_or_decides_it(spinach: Variant) -> None:
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, a_merchant().reference)))
    assert stall.get(reverse("operator_differences")).status_code in (403, 404)
    assert stall.post(the_address(), {"side": "ours"}).status_code in (403, 404)
    assert CoreDifference.objects.get().settled_at is None
