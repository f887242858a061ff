"""Whose desk it is, and how one comes by a desk."""

import pytest
from django.urls import reverse

from commerce.merchants.actions import suspend
from commerce.merchants.models import Merchant, MerchantStatus
from storefront.accounts.actions import revoke
from storefront.accounts.models import Application, Grant, GrantChange, Role
from storefront.journeys.admit_merchant import admit
from storefront.notices.models import Notice
from storefront.refusals import NotAllowed
from tests.builders.commerce import NOW, a_business_number, a_merchant, a_product
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def a_form(**fields: str) -> dict[str, str]:
    return {
        "name": "지동 순대집",
        "kind": "stall",
        "owner_name": "이만수",
        "business_number": a_business_number(),
        "vat_type": "simplified",
        "mail_order_number": "",
        "city": "수원시",
        "address": "경기도 수원시 팔달구 팔달문로 19",
        "phone": "031-256-1234",
        "story": "",
    } | fields


def test_a_new_shops_home_has_pictures_for_what_is_not_there() -> None:
    user = a_user("stall@jangteo.test", (Role.MERCHANT, a_merchant().reference))
    page = a_client(user).get(reverse("merchant_home")).content.decode()
    assert "지금 챙길 주문이 없어요" in page


def test_what_runs_out_is_on_the_home_page() -> None:
    merchant = a_merchant()
    a_product(merchant=merchant, name="딱 두 개", on_hand=2)
    a_product(merchant=merchant, name="아주 많음", on_hand=50)
    user = a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference))
    page = a_client(user).get(reverse("merchant_home")).content.decode()
    assert "딱 두 개" in page
    assert "아주 많음" not in page


def test_every_page_opens_in_english_too() -> None:
    user = a_user("stall@jangteo.test", (Role.MERCHANT, a_merchant().reference))
    client = a_client(user)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    for page in ("home", "orders", "pick_list", "products", "new_product", "statement", "apply"):
        answer = client.get(reverse(f"merchant_{page}"))
        assert answer.status_code == 200
        assert 'lang="en"' in answer.content.decode()


def test_one_person_changes_between_their_own_shops() -> None:
    first, second = a_merchant(name="첫째"), a_merchant(name="둘째")
    grants = [(Role.MERCHANT, first.reference), (Role.MERCHANT, second.reference)]
    client = a_client(a_user("two@jangteo.test", *grants))
    assert '<span class="desk-title">첫째</span>' in client.get("/merchant/").content.decode()
    client.post(reverse("merchant_switch"), {"merchant": second.reference})
    assert '<span class="desk-title">둘째</span>' in client.get("/merchant/").content.decode()


def test_nobody_changes_into_a_strangers_shop() -> None:
    own, other = a_merchant(name="내 가게"), a_merchant(name="남의 가게")
    client = a_client(a_user("one@jangteo.test", (Role.MERCHANT, own.reference)))
    answer = client.post(reverse("merchant_switch"), {"merchant": other.reference})
    assert answer.status_code == 404
    assert '<span class="desk-title">내 가게</span>' in client.get("/merchant/").content.decode()


def test_a_shop_that_is_not_approved_is_told_so() -> None:
    merchant = a_merchant(status=MerchantStatus.SUSPENDED)
    user = a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference))
    assert "손님에게 상품이 보이지 않습니다" in a_client(user).get("/merchant/").content.decode()


def test_anybody_signed_in_may_apply_and_has_no_desk_before_the_answer() -> None:
    user = a_user("new@jangteo.test")
    client = a_client(user)
    assert client.post(reverse("merchant_apply"), a_form()).status_code == 302
    merchant = Merchant.objects.get()
    assert merchant.status == MerchantStatus.SUBMITTED
    assert Application.objects.get().user == user
    assert client.get(reverse("merchant_home")).status_code == 403
    assert "확인하고 있어요" in client.get(reverse("merchant_apply")).content.decode()


def test_approval_gives_the_desk_to_who_applied_and_tells_them_once() -> None:
    user = a_user("new@jangteo.test")
    client = a_client(user)
    client.post(reverse("merchant_apply"), a_form())
    reference = Merchant.objects.get().reference
    operator = a_user("operator@jangteo.test", (Role.OPERATOR, ""))
    admit(merchant_reference=reference, by=operator, now=NOW)
    admit(merchant_reference=reference, by=operator, now=NOW)
    assert client.get(reverse("merchant_home")).status_code == 200
    assert Grant.objects.filter(user=user).count() == 1
    assert GrantChange.objects.get().by == operator
    assert Notice.objects.get().kind == "merchant_approved"


def test_a_desk_that_was_taken_away_does_not_come_back_with_the_next_approval() -> None:
    user, operator = a_user("new@jangteo.test"), a_user("op@jangteo.test", (Role.OPERATOR, ""))
    a_client(user).post(reverse("merchant_apply"), a_form())
    reference = Merchant.objects.get().reference
    admit(merchant_reference=reference, by=operator, now=NOW)
    revoke(user=user, role=Role.MERCHANT, scope_reference=reference, by=operator, now=NOW)
    suspend(merchant_reference=reference, now=NOW)
    admit(merchant_reference=reference, by=operator, now=NOW)
    assert not Grant.objects.filter(user=user).exists()


def test_whoever_is_no_operator_admits_nobody() -> None:
    user = a_user("new@jangteo.test")
    a_client(user).post(reverse("merchant_apply"), a_form())
    with pytest.raises(NotAllowed):
        admit(merchant_reference=Merchant.objects.get().reference, by=user, now=NOW)
    assert Merchant.objects.get().status == MerchantStatus.SUBMITTED


def test_another_persons_application_is_not_shown() -> None:
    a_client(a_user("new@jangteo.test")).post(reverse("merchant_apply"), a_form())
    other = a_client(a_user("other@jangteo.test"))
    assert "지동 순대집" not in other.get(reverse("merchant_apply")).content.decode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"business_number": "123-45-67890"}, "BRN_CHECKSUM"),
        ({"vat_type": "general"}, "MAIL_ORDER_NO_REQUIRED"),
        ({"vat_type": "none"}, "BAD_INPUT"),
        ({"kind": "bank"}, "BAD_INPUT"),
        ({"name": ""}, "TEXT_REQUIRED"),
        ({"phone": "12"}, "PHONE_FORMAT"),
        ({"market": "MKT-NOWHERE"}, "NOT_FOUND"),
        ({"site": "SIT-NOWHERE"}, "NOT_FOUND"),
    ],
)
def test_a_form_that_is_not_right_comes_back_as_it_was(fields: dict[str, str], code: str) -> None:
    answer = a_client(a_user("new@jangteo.test")).post(reverse("merchant_apply"), a_form(**fields))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'data-code="{code}"' in page
    assert "팔달문로 19" in page
    assert not Merchant.objects.exists()
    assert not Application.objects.exists()


def test_a_number_that_is_registered_already_is_refused() -> None:
    number = a_merchant().business_number
    client = a_client(a_user("new@jangteo.test"))
    answer = client.post(reverse("merchant_apply"), a_form(business_number=number))
    assert 'data-code="BRN_DUPLICATE"' in answer.content.decode()


def test_few_sales_are_reason_enough_for_no_report() -> None:
    form = a_form(vat_type="general", few_sales="on")
    assert (
        a_client(a_user("new@jangteo.test")).post(reverse("merchant_apply"), form).status_code
        == 302
    )
