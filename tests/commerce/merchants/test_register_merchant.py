import pytest

from commerce.errors import NotFound
from commerce.merchants import actions, queries
from commerce.merchants.models import (
    MailOrderExemption,
    Market,
    Merchant,
    MerchantKind,
    MerchantStatus,
    VatType,
)
from tests.builders.commerce import NOW, a_market, a_merchant

pytestmark = pytest.mark.django_db


def registered(**changes):
    fields = {
        "name": "못골 할머니반찬",
        "name_en": "Grandma's Side Dishes",
        "kind": MerchantKind.STALL,
        "market": None,
        "owner_name": "박순자",
        "business_number": "116-82-00276",
        "vat_type": VatType.MIXED,
        "mail_order_number": "2026-수원팔달-0101",
        "city": "수원시",
        "address": "경기도 수원시 팔달구 수원천로 260",
        "phone": "031-256-1234",
        "story": "삼대째 반찬을 만듭니다.",
        "story_en": "",
        "now": NOW,
    }
    return actions.register_merchant(**fields | changes)


def test_a_new_merchant_waits_for_approval():
    market = a_market()

    merchant = registered(market=market)

    assert merchant.status == MerchantStatus.SUBMITTED
    assert merchant.business_number == "1168200276"
    assert merchant.phone == "+82312561234"
    assert merchant.commission_basis_points == 600
    assert list(queries.merchants_awaiting_approval()) == [merchant]
    assert queries.merchant(merchant.reference).market == market


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"business_number": "123-45-67890"}, "BRN_CHECKSUM", "business_number"),
        ({"business_number": ""}, "BRN_CHECKSUM", "business_number"),
        ({"phone": "256-1234"}, "PHONE_FORMAT", "phone"),
        ({"mail_order_number": " "}, "MAIL_ORDER_NO_REQUIRED", "mail_order_number"),
        ({"commission_basis_points": 10_001}, "COMMISSION_RANGE", "commission_basis_points"),
        ({"commission_basis_points": -1}, "COMMISSION_RANGE", "commission_basis_points"),
        ({"name": ""}, "TEXT_REQUIRED", "name"),
        ({"story": "가" * 2_001}, "TEXT_TOO_LONG", "story"),
    ],
)
def test_a_bad_field_is_refused_and_nothing_is_kept(changes, code, field):
    with pytest.raises(actions.CommerceError) as refusal:
        registered(**changes)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Merchant.objects.count() == 0


def test_a_number_registered_before_is_refused():
    first = registered()

    with pytest.raises(actions.BusinessNumberTaken) as refusal:
        registered(name="다른 상점", business_number="1168200276")

    assert refusal.value.data == {"number": "116-82-00276"}
    assert list(Merchant.objects.all()) == [first]


def test_a_simplified_taxpayer_needs_no_mail_order_number():
    merchant = registered(vat_type=VatType.SIMPLIFIED, mail_order_number="")

    assert merchant.mail_order_number == ""


def test_few_sales_are_a_reason_to_have_no_mail_order_number():
    merchant = registered(mail_order_number="", mail_order_exemption=MailOrderExemption.FEW_SALES)

    assert merchant.mail_order_exemption == "few_sales"


def test_an_approved_merchant_may_sell():
    merchant = registered()

    actions.approve(merchant_reference=merchant.reference, now=NOW)

    assert list(queries.merchants()) == [merchant]
    assert list(queries.merchants_awaiting_approval()) == []


def test_a_suspended_merchant_can_be_approved_again():
    merchant = a_merchant()
    actions.suspend(merchant_reference=merchant.reference, now=NOW)
    assert list(queries.merchants()) == []

    again = actions.approve(merchant_reference=merchant.reference, now=NOW)

    assert again.status == MerchantStatus.APPROVED


def test_a_closed_merchant_stays_closed():
    merchant = a_merchant()
    actions.close(merchant_reference=merchant.reference, now=NOW)
    actions.close(merchant_reference=merchant.reference, now=NOW)

    with pytest.raises(actions.MerchantClosed):
        actions.approve(merchant_reference=merchant.reference, now=NOW)
    with pytest.raises(actions.MerchantClosed):
        actions.suspend(merchant_reference=merchant.reference, now=NOW)

    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.CLOSED


def test_an_unknown_merchant_or_market_is_not_found():
    with pytest.raises(NotFound):
        actions.approve(merchant_reference="MER-NOBODY", now=NOW)
    with pytest.raises(NotFound):
        queries.market("MKT-NOWHERE")


def test_a_market_recorded_twice_is_one_market_brought_up_to_date():
    facts = {
        "source_id": "MK0001",
        "name": "못골시장",
        "name_en": "Motgol Market",
        "city": "수원시",
        "address": "경기도 수원시 팔달구",
        "lat": 37.27,
        "lon": 127.01,
    }
    first = actions.record_market(**facts, stall_count=80)
    second = actions.record_market(**facts, stall_count=87)

    assert second.reference == first.reference
    assert Market.objects.get().stall_count == 87
    assert list(queries.markets()) == [queries.market(first.reference)]
