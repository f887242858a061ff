import math

import pytest

from commerce.customers import actions, queries
from commerce.customers.models import Address, Customer
from commerce.errors import CommerceError, NotFound
from tests.builders.commerce import NOW, a_customer, an_address

pytestmark = pytest.mark.django_db


def added(customer, **changes):
    fields = {
        "label": "집",
        "city": "수원시 팔달구",
        "locality": "인계동",
        "street": "인계로 123",
        "detail": "101동 1502호",
        "postcode": "16488",
        "lat": 37.2664,
        "lon": 127.0321,
    }
    return actions.add_address(customer=customer, **fields | changes)


def test_a_sign_in_has_one_customer():
    first = actions.customer_for(
        user_reference="u1", full_name="김영희", phone="010-1234-5678", now=NOW
    )
    second = actions.customer_for(user_reference="u1", full_name="다른 이름", now=NOW)

    assert second == first
    assert Customer.objects.get().full_name == "김영희"
    assert Customer.objects.get().phone == "+821012345678"


def test_a_customer_may_come_without_name_and_number():
    customer = actions.customer_for(user_reference="u1", now=NOW)

    assert (customer.full_name, customer.phone) == ("", "")


def test_a_foreign_name_is_kept_as_one():
    customer = actions.rename(
        customer=a_customer(), full_name="  Anna  María López ", phone="010-9876-5432"
    )

    assert queries.customer(customer.reference).full_name == "Anna María López"
    assert queries.customer(customer.reference).phone == "+821098765432"


def test_a_bad_number_renames_nobody():
    customer = a_customer(full_name="김영희")

    with pytest.raises(CommerceError) as refusal:
        actions.rename(customer=customer, full_name="이철수", phone="010-123-4567")

    assert refusal.value.code == "PHONE_FORMAT"
    assert Customer.objects.get().full_name == "김영희"


def test_the_first_address_is_the_default():
    address = added(a_customer())

    assert address.is_default
    assert address.one_line == "경기도 수원시 팔달구 인계로 123 101동 1502호"


def test_a_new_default_takes_over():
    customer = a_customer()
    first, second = added(customer), added(customer, label="직장", is_default=True)
    third = added(customer, label="시골")

    assert list(queries.addresses(customer)) == [second, first, third]
    assert [a.is_default for a in queries.addresses(customer)] == [True, False, False]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"postcode": "1648"}, "POSTCODE_FORMAT", "postcode"),
        ({"postcode": "06236"}, "POSTCODE_FORMAT", "postcode"),
        ({"postcode": "19000"}, "POSTCODE_FORMAT", "postcode"),
        ({"postcode": "１６４８８"}, "POSTCODE_FORMAT", "postcode"),
        ({"lat": 35.1}, "OUTSIDE_PROVINCE", "street"),
        ({"lon": math.nan}, "OUTSIDE_PROVINCE", "street"),
        ({"street": ""}, "TEXT_REQUIRED", "street"),
        ({"door_note": "가" * 101}, "TEXT_TOO_LONG", "door_note"),
    ],
)
def test_a_bad_address_is_refused_and_the_default_stays(changes, code, field):
    customer = a_customer()
    home = added(customer)

    with pytest.raises(CommerceError) as refusal:
        added(customer, is_default=True, **changes)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert list(Address.objects.filter(is_default=True)) == [home]
    assert Address.objects.count() == 1


def test_nobody_reads_another_customers_address():
    theirs = an_address()

    with pytest.raises(NotFound):
        queries.address(customer=a_customer(), reference=theirs.reference)
    assert queries.address(customer=theirs.customer, reference=theirs.reference) == theirs


def test_an_unknown_customer_is_not_found():
    with pytest.raises(NotFound):
        queries.customer("CUS-NOBODY")


def test_a_door_in_another_province_has_no_point_and_its_own_postcode():
    door = added(
        a_customer(),
        province="제주특별자치도",
        city="제주시",
        locality="연동",
        postcode="63122",
        lat=None,
        lon=None,
    )
    assert door.one_line == "제주특별자치도 제주시 인계로 123 101동 1502호"
    assert door.is_far


def test_sejong_has_no_cities():
    door = added(
        a_customer(), province="세종특별자치시", city="", postcode="30151", lat=None, lon=None
    )
    assert door.one_line == "세종특별자치시 인계로 123 101동 1502호"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"province": "제주특별자치도", "postcode": "06236"}, "POSTCODE_FORMAT"),
        ({"province": "평안도"}, "PROVINCE_UNKNOWN"),
        ({"province": "서울특별시", "postcode": "06236", "city": ""}, "TEXT_REQUIRED"),
        ({"lat": None}, "OUTSIDE_PROVINCE"),
    ],
)
def test_a_province_s_door_has_its_postcode_its_city_and_in_gyeonggi_its_point(changes, code):
    with pytest.raises(CommerceError) as refusal:
        added(a_customer(), **changes)
    assert refusal.value.code == code
    assert not Address.objects.exists()
