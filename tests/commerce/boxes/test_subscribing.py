from datetime import date, timedelta

import pytest

from commerce.boxes import actions, queries
from commerce.boxes.models import Box, Cycle, Renewal, RenewalStatus, Subscription
from commerce.orders.actions import IdempotencyMismatch
from commerce.payments.actions import CardMissing
from tests.builders.boxes import a_box, a_subscription
from tests.builders.commerce import NOW, a_customer, a_variant, an_address

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
# Thursday the 5th was fixed on Monday the 2nd.
THURSDAYS = [date(2026, 3, 12), date(2026, 3, 19), date(2026, 3, 26)]


def due_days(subscription):
    renewals = subscription.renewals.filter(status=RenewalStatus.DUE)
    return list(renewals.values_list("cycle__hand_over_on", flat=True))


def test_a_box_offered_again_has_this_seasons_contents():
    box = a_box()
    again = a_box(variant=box.variant, contents="감자\n양파")
    assert again == box
    assert Box.objects.get().contents == "감자\n양파"


def test_cycles_whose_cut_off_has_passed_are_not_made():
    box = a_box()
    made = actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW)
    assert [cycle.hand_over_on for cycle in made] == THURSDAYS


def test_cycles_are_made_once():
    box = a_box(weeks=4)
    first = list(box.cycles.all())
    assert actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW) == first
    assert Cycle.objects.count() == 3


def test_on_a_day_nobody_brings_it_there_is_no_cycle():
    box, (first, second, third) = a_box(), THURSDAYS
    made = actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW, without={second})
    assert [cycle.hand_over_on for cycle in made] == [first, third]


def test_a_closed_cycle_takes_nobody_in_and_stays_so():
    box = a_box(weeks=4)
    assert actions.close_cycles(days={THURSDAYS[0]}, now=NOW) == 1
    assert actions.close_cycles(days={THURSDAYS[0]}, now=NOW) == 0
    actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW)
    assert due_days(a_subscription(box=box)) == THURSDAYS[1:]


def test_no_renewal_reaches_back_before_the_subscription():
    box = a_box(weeks=4)
    cut_off = box.cycles.all()[0].cut_off_at
    subscription = a_subscription(box=box, now=cut_off)
    actions.ensure_renewals(now=NOW)
    assert due_days(subscription) == THURSDAYS[1:]


def test_a_subscription_gets_every_box_that_can_still_be_skipped():
    assert due_days(a_subscription(box=a_box(weeks=4))) == THURSDAYS


def test_subscribing_after_a_cut_off_begins_with_the_next_box():
    box = a_box(weeks=4)
    cut_off = box.cycles.all()[0].cut_off_at
    before = a_subscription(box=box, now=cut_off - timedelta(seconds=1))
    after = a_subscription(box=box, now=cut_off)
    assert due_days(before) == THURSDAYS
    assert due_days(after) == THURSDAYS[1:]


def test_the_same_key_gets_the_same_subscription():
    box, customer = a_box(weeks=4), a_customer()
    first = a_subscription(box=box, customer=customer, key="k")
    assert a_subscription(box=box, customer=customer, key="k") == first
    assert Renewal.objects.count() == 3


def test_a_key_used_by_another_customer_is_refused():
    box = a_box(weeks=4)
    a_subscription(box=box, key="k")
    with pytest.raises(IdempotencyMismatch):
        a_subscription(box=box, key="k")
    assert Subscription.objects.count() == 1


def test_one_live_subscription_for_a_box():
    box, customer = a_box(weeks=4), a_customer()
    first = a_subscription(box=box, customer=customer)
    with pytest.raises(actions.SubscriptionExists) as refusal:
        a_subscription(box=box, customer=customer)
    assert refusal.value.data == {"subscription": first.reference}
    assert Renewal.objects.count() == 3


def test_after_it_has_ended_one_may_subscribe_again():
    box, customer = a_box(weeks=4), a_customer()
    first = a_subscription(box=box, customer=customer)
    actions.end(subscription_reference=first.reference, customer=customer, now=NOW)
    assert due_days(a_subscription(box=box, customer=customer)) == THURSDAYS


def test_anothers_address_is_refused():
    with pytest.raises(actions.AddressUnknown):
        a_subscription(address=an_address())
    assert not Subscription.objects.exists()


def test_a_box_is_not_delivered_without_a_card():
    with pytest.raises(CardMissing):
        a_subscription(card_token="")
    assert not Subscription.objects.exists()


def test_new_cycles_bring_new_renewals_once():
    box = a_box(weeks=2)
    subscription = a_subscription(box=box)
    actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW)
    assert actions.ensure_renewals(now=NOW) == 2
    assert actions.ensure_renewals(now=NOW) == 0
    assert due_days(subscription) == THURSDAYS


def test_an_ended_subscription_gets_no_new_renewals():
    box = a_box(weeks=2)
    subscription = a_subscription(box=box)
    actions.end(
        subscription_reference=subscription.reference, customer=subscription.customer, now=NOW
    )
    actions.ensure_cycles(box=box, from_on=TUESDAY, weeks=4, now=NOW)
    assert actions.ensure_renewals(now=NOW) == 0
    assert due_days(subscription) == []


def test_ending_keeps_the_box_that_is_already_fixed():
    subscription = a_subscription(box=a_box(weeks=4))
    first = subscription.renewals.order_by("pk")[0]
    at_cut_off = first.cycle.cut_off_at
    actions.end(
        subscription_reference=subscription.reference,
        customer=subscription.customer,
        now=at_cut_off,
    )
    assert due_days(subscription) == THURSDAYS[:1]
    assert list(queries.due_renewals(at_cut_off)) == [first]


def test_ending_twice_ends_once():
    subscription = a_subscription()
    fields = {
        "subscription_reference": subscription.reference,
        "customer": subscription.customer,
    }
    actions.end(**fields, now=NOW)
    assert actions.end(**fields, now=NOW + timedelta(days=1)).ended_at == NOW


def test_another_customer_cannot_end_it():
    subscription = a_subscription()
    with pytest.raises(actions.SubscriptionUnknown):
        actions.end(subscription_reference=subscription.reference, customer=a_customer(), now=NOW)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.ended_at) == ("active", None)


def test_a_customer_sees_only_own_subscriptions(django_assert_num_queries):
    subscription = a_subscription()
    a_subscription()
    with django_assert_num_queries(2):
        (shown,) = queries.subscriptions_of(subscription.customer)
        assert [r.cycle.hand_over_on for r in shown.renewals.all()] == THURSDAYS


def test_the_next_cycle_is_the_first_that_may_be_joined():
    box = a_box(variant=a_variant(), weeks=4)
    assert queries.next_cycle(box, NOW).hand_over_on == THURSDAYS[0]
    cut_off = box.cycles.all()[0].cut_off_at
    assert queries.next_cycle(box, cut_off).hand_over_on == THURSDAYS[1]
