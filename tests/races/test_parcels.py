"""A shopper gives a parcel up at the moment its merchant hands it to a courier."""

from datetime import timedelta
from threading import Barrier

import pytest

from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus
from commerce.parcels.couriers import Courier
from commerce.parcels.models import Parcel
from commerce.payments.models import Refund
from commerce.settlement.models import Journal
from commerce.settlement.queries import trial_balance
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.send_parcel import say_it_came, send_parcel, take_as_come
from storefront.notices.models import Notice
from tests.builders.journeys import NEXT_MORNING, a_mall, a_placed_order, by_parcel
from tests.races.together import at_once

TABS = 6

pytestmark = pytest.mark.django_db(transaction=True)


def a_parcel() -> Fulfilment:
    mall = a_mall()
    return a_placed_order(mall, goods=(by_parcel(mall.tofu),)).fulfilments.get()


def send(part: Fulfilment, *, key: str = "press", number: str = "654321098765") -> Parcel:
    return send_parcel(
        key=key,
        fulfilment_reference=part.reference,
        merchant_reference=part.hands_over,
        courier=Courier.CJ,
        number=number,
        by="USR-1",
        now=NEXT_MORNING,
    )


def give_up(part: Fulfilment) -> bool:
    line = part.lines.get()
    return cancel_some(fulfilment=part, keep={line.reference: 0}, now=NEXT_MORNING)


def test_control_looking_before_writing_sends_what_was_given_up() -> None:
    part = a_parcel()
    looked = Barrier(2, timeout=20)
    followed = []

    def look_then_write(status: FulfilmentStatus) -> None:
        seen = Fulfilment.objects.get(pk=part.pk)
        looked.wait()
        if seen.status == FulfilmentStatus.CONFIRMED:
            Fulfilment.objects.filter(pk=part.pk).update(status=status)
            followed.append(status)

    both = (FulfilmentStatus.OUT, FulfilmentStatus.CANCELLED)
    at_once([lambda status=status: look_then_write(status) for status in both])
    assert sorted(followed) == ["cancelled", "out"]


@pytest.mark.parametrize("attempt", range(3))
def test_it_is_sent_or_given_up_and_never_both(attempt: int) -> None:
    part = a_parcel()
    sent, given_up = at_once([lambda: send(part), lambda: give_up(part)])
    part.refresh_from_db()
    if given_up is True:
        assert isinstance(sent, InvalidTransition)
        assert (part.status, Parcel.objects.count()) == (FulfilmentStatus.CANCELLED, 0)
        assert [refund.amount_won for refund in Refund.objects.all()] == [part.total_won]
    else:
        assert isinstance(given_up, InvalidTransition)
        assert (part.status, Parcel.objects.count()) == (FulfilmentStatus.OUT, 1)
        assert not Refund.objects.exists()
    assert trial_balance() == 0


def test_six_presses_send_once_and_tell_once() -> None:
    part = a_parcel()
    answers = at_once([lambda: send(part)] * TABS)
    assert {answer.pk for answer in answers if isinstance(answer, Parcel)} == {
        Parcel.objects.get().pk
    }
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Notice.objects.filter(kind="parcel_sent").count() == 1


def test_six_tabs_with_one_number_send_once() -> None:
    part = a_parcel()
    answers = at_once([lambda n=n: send(part, key=f"tab-{n}") for n in range(TABS)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert (Parcel.objects.count(), Notice.objects.filter(kind="parcel_sent").count()) == (1, 1)


def test_the_merchant_and_the_clock_hand_it_over_once() -> None:
    part = a_parcel()
    send(part)
    later = NEXT_MORNING + timedelta(days=4)

    def merchant() -> object:
        return say_it_came(
            fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=later
        )

    def clock() -> object:
        return take_as_come(now=later)

    answers = at_once([merchant, clock] * 3)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sum(int(answer) for answer in answers if isinstance(answer, int)) == 1
    assert Journal.objects.filter(event="handed_over").count() == 1
    assert trial_balance() == 0
