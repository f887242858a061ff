from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.errors import CommerceError
from commerce.orders import actions as orders
from commerce.orders.models import FulfilmentStatus
from commerce.parcels import actions as parcels
from commerce.parcels.couriers import Courier
from commerce.parcels.models import Parcel
from commerce.parcels.queries import on_the_way_since, parcels_of
from tests.builders.commerce import NOW
from tests.builders.orders import a_part, an_order, the_part

pytestmark = pytest.mark.django_db

NUMBER = "654321098765"
LATER = NOW + timedelta(hours=30)


def a_parcel_to_send(*, confirmed=True, **fields):
    part = a_part(hands_over="MER-GREENS", delivery_won=3_500)
    order = an_order(parts=[replace(part, **{"way": Way.PARCEL, **fields})], confirmed=confirmed)
    return the_part(order)


def sent(part, **changes):
    asked = {
        "key": "first",
        "fulfilment_reference": part.reference,
        "merchant_reference": "MER-GREENS",
        "courier": Courier.CJ,
        "number": NUMBER,
        "by": "USR-1",
        "now": LATER,
    }
    return parcels.send(**asked | changes)


def refused(part, code, **changes):
    before = list(Parcel.objects.values())
    with pytest.raises(CommerceError) as refusal:
        sent(part, **changes)
    assert refusal.value.code == code
    assert list(Parcel.objects.values()) == before
    return refusal.value


def test_what_a_courier_has_is_packed_and_on_its_way():
    part = a_parcel_to_send()
    parcel, is_new = sent(part)
    part.refresh_from_db()
    assert (part.status, part.ended_at) == (FulfilmentStatus.OUT, None)
    assert [line.ready_at for line in part.lines.all()] == [LATER]
    assert (is_new, parcel.number, parcel.sent_at) == (True, NUMBER, LATER)
    assert parcels_of([part.reference]) == {part.reference: parcel}


def test_the_same_press_sends_once():
    part = a_parcel_to_send()
    first, _ = sent(part)
    assert sent(part, now=LATER + timedelta(minutes=1)) == (first, False)


def test_the_same_number_from_another_page_sends_once():
    part = a_parcel_to_send()
    first, _ = sent(part)
    assert sent(part, key="other-tab", number="6543-2109-8765") == (first, False)


def test_a_key_is_of_one_parcel():
    sent(a_parcel_to_send())
    refused(a_parcel_to_send(), "IDEMPOTENCY_MISMATCH")


def test_a_wrong_number_is_corrected_and_the_day_it_was_sent_stays():
    part = a_parcel_to_send()
    sent(part)
    later = LATER + timedelta(hours=2)
    parcel, is_new = sent(part, key="again", courier=Courier.POST, number="1" * 13, now=later)
    assert is_new
    assert (parcel.sent_at, parcel.written_at) == (LATER, later)
    assert parcels_of([part.reference]) == {part.reference: parcel}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "12345"}, "TRACKING_NUMBER_FORMAT"),
        ({"number": "65432109876a"}, "TRACKING_NUMBER_FORMAT"),
        ({"number": "1" * 10_000}, "TRACKING_NUMBER_FORMAT"),
        ({"merchant_reference": "MER-TOFU"}, "PARCEL_UNKNOWN"),
        ({"fulfilment_reference": "FUL-NONE"}, "PARCEL_UNKNOWN"),
    ],
)
def test_what_cannot_be_sent_stays(changes, code):
    part = a_parcel_to_send()
    refused(part, code, **changes)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED


def test_what_comes_by_van_is_no_parcel():
    refused(a_parcel_to_send(way=Way.DELIVERY), "PARCEL_UNKNOWN")


def test_nothing_is_sent_before_it_is_paid():
    refused(a_parcel_to_send(confirmed=False), "INVALID_TRANSITION")


def test_nothing_is_sent_after_it_was_given_up():
    part = a_parcel_to_send()
    orders.cancel_fulfilment(fulfilment=part, now=NOW)
    refused(part, "INVALID_TRANSITION")


def test_a_number_is_not_corrected_after_it_has_come():
    part = a_parcel_to_send()
    sent(part)
    orders.mark_handed_over(references=[part.reference], now=LATER)
    refused(part, "INVALID_TRANSITION", key="again", number="1" * 12)


def test_on_the_way_are_those_sent_until_then_that_have_not_come():
    waiting, come, fresh = (a_parcel_to_send() for _ in range(3))
    for number, part in enumerate((waiting, come)):
        sent(part, key=f"key-{number}")
    sent(fresh, key="fresh", now=LATER + timedelta(seconds=1))
    orders.mark_handed_over(references=[come.reference], now=LATER)
    assert on_the_way_since(LATER) == [waiting]
