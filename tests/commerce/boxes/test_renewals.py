from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from commerce.boxes import actions, queries
from commerce.boxes.models import Renewal, RenewalStatus
from commerce.boxes.queries import MissingBox
from commerce.errors import CommerceError
from tests.builders.boxes import a_box, a_renewal, a_subscription
from tests.builders.commerce import NOW, a_customer
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db


def skip(renewal, now, customer=None):
    return actions.skip(
        renewal_reference=renewal.reference,
        customer=customer or renewal.subscription.customer,
        now=now,
    )


def unskip(renewal, now):
    return actions.unskip(
        renewal_reference=renewal.reference, customer=renewal.subscription.customer, now=now
    )


def state(renewal):
    renewal.refresh_from_db()
    return renewal.status, renewal.order_reference, renewal.refusal_code, renewal.decided_at


DUE = (RenewalStatus.DUE, "", "", None)


def test_a_second_before_the_cut_off_a_box_may_be_skipped():
    renewal = a_renewal()
    now = renewal.cycle.cut_off_at - timedelta(seconds=1)
    skip(renewal, now)
    assert state(renewal) == (RenewalStatus.SKIPPED, "", "", now)


def test_at_the_cut_off_it_is_refused_with_the_next_possible_date():
    renewal = a_renewal()
    with pytest.raises(actions.CutOffPassed) as refusal:
        skip(renewal, renewal.cycle.cut_off_at)
    assert refusal.value.data == {"next_on": "2026-03-19"}
    assert state(renewal) == DUE


def test_a_box_the_mall_cannot_bring_is_skipped_for_the_family():
    renewal = a_renewal()
    assert actions.call_off(renewal_reference=renewal.reference, now=NOW) == renewal
    assert state(renewal) == (RenewalStatus.SKIPPED, "", "", NOW)


def test_a_box_is_called_off_once():
    renewal = a_renewal()
    actions.call_off(renewal_reference=renewal.reference, now=NOW)
    assert actions.call_off(renewal_reference=renewal.reference, now=NOW) is None


def test_a_box_that_is_fixed_is_not_called_off():
    renewal = a_renewal()
    now = renewal.cycle.cut_off_at
    assert actions.call_off(renewal_reference=renewal.reference, now=now) is None
    assert state(renewal) == DUE


def test_what_is_to_come_on_a_day_is_found_until_its_cut_off():
    renewal = a_renewal()
    days, cut_off = {renewal.cycle.hand_over_on}, renewal.cycle.cut_off_at
    assert list(queries.renewals_to_come(days, cut_off - timedelta(seconds=1))) == [renewal]
    assert list(queries.renewals_to_come(days, cut_off)) == []
    skip(renewal, NOW)
    assert list(queries.renewals_to_come(days, NOW)) == []


def test_without_a_later_box_the_calendar_gives_the_next_date():
    renewal = a_renewal(box=a_box(weeks=2))
    with pytest.raises(actions.CutOffPassed) as refusal:
        skip(renewal, renewal.cycle.cut_off_at)
    assert refusal.value.data == {"next_on": "2026-03-19"}


def test_at_the_cut_off_a_skipped_box_stays_skipped():
    renewal = a_renewal()
    skip(renewal, NOW)
    with pytest.raises(actions.CutOffPassed):
        unskip(renewal, renewal.cycle.cut_off_at)
    assert state(renewal) == (RenewalStatus.SKIPPED, "", "", NOW)


def test_skip_then_unskip_is_no_change():
    renewal = a_renewal()
    skip(renewal, NOW)
    unskip(renewal, NOW + timedelta(hours=1))
    assert state(renewal) == DUE


def test_skipping_twice_is_skipping_once():
    renewal = a_renewal()
    skip(renewal, NOW)
    skip(renewal, renewal.cycle.cut_off_at)
    assert state(renewal) == (RenewalStatus.SKIPPED, "", "", NOW)


def test_another_customer_cannot_skip_it():
    renewal = a_renewal()
    with pytest.raises(actions.RenewalUnknown):
        skip(renewal, NOW, customer=a_customer())
    assert state(renewal) == DUE


def test_an_ended_subscription_brings_no_box_back():
    renewal = a_renewal()
    subscription = renewal.subscription
    actions.end(
        subscription_reference=subscription.reference, customer=subscription.customer, now=NOW
    )
    with pytest.raises(actions.SubscriptionEnded):
        unskip(renewal, NOW)
    assert state(renewal) == (RenewalStatus.SKIPPED, "", "", NOW)


def claim(renewal, now):
    with transaction.atomic():
        return actions.claim(renewal_reference=renewal.reference, now=now)


def test_a_renewal_is_claimed_from_its_cut_off_on():
    renewal = a_renewal()
    cut_off = renewal.cycle.cut_off_at
    assert claim(renewal, cut_off - timedelta(seconds=1)) is None
    assert claim(renewal, cut_off) == renewal


def test_a_skipped_renewal_is_not_claimed():
    renewal = a_renewal()
    skip(renewal, NOW)
    assert claim(renewal, renewal.cycle.cut_off_at) is None


def test_a_placed_renewal_is_not_claimed_again():
    renewal = a_renewal()
    now = renewal.cycle.cut_off_at
    actions.mark_placed(renewal=renewal, order_reference="ORD-1", now=now)
    assert claim(renewal, now) is None
    assert state(renewal) == (RenewalStatus.PLACED, "ORD-1", "", now)


def test_a_refused_renewal_says_why():
    renewal = a_renewal()
    actions.mark_refused(renewal=renewal, code="INSUFFICIENT_STOCK", now=NOW)
    assert state(renewal) == (RenewalStatus.REFUSED, "", "INSUFFICIENT_STOCK", NOW)


def test_a_decided_renewal_keeps_its_outcome():
    renewal = a_renewal()
    actions.mark_placed(renewal=renewal, order_reference="ORD-1", now=NOW)
    later = NOW + timedelta(hours=1)
    actions.mark_placed(renewal=renewal, order_reference="ORD-1", now=later)
    with pytest.raises(actions.RenewalDecided):
        actions.mark_placed(renewal=renewal, order_reference="ORD-2", now=later)
    with pytest.raises(actions.RenewalDecided):
        actions.mark_refused(renewal=renewal, code="CARD_DECLINED", now=later)
    assert state(renewal) == (RenewalStatus.PLACED, "ORD-1", "", NOW)


def test_an_outage_of_a_week_loses_no_box():
    box = a_box(weeks=3)
    subscriptions = [a_subscription(box=box), a_subscription(box=box)]
    first, second = box.cycles.all()
    assert list(queries.due_renewals(first.cut_off_at - timedelta(seconds=1))) == []
    due = list(queries.due_renewals(second.cut_off_at))
    assert len(due) == len({(r.subscription_id, r.cycle_id) for r in due}) == 4
    assert {r.subscription_id for r in due} == {s.pk for s in subscriptions}


def test_the_watchdog_names_what_was_not_placed():
    renewal = a_renewal(box=a_box(weeks=2))
    missing = MissingBox(
        renewal.subscription.reference, renewal.reference, renewal.cycle.hand_over_on
    )
    at_cut_off = renewal.cycle.cut_off_at
    assert queries.missing_boxes(at_cut_off - timedelta(seconds=1)) == []
    assert queries.missing_boxes(at_cut_off) == [missing]
    actions.mark_placed(renewal=renewal, order_reference="ORD-1", now=at_cut_off)
    assert queries.missing_boxes(at_cut_off) == []


def test_the_watchdog_names_a_box_that_has_not_even_a_renewal():
    renewal = a_renewal(box=a_box(weeks=2))
    subscription, cycle = renewal.subscription, renewal.cycle
    renewal.delete()
    assert queries.missing_boxes(cycle.cut_off_at) == [
        MissingBox(subscription.reference, "", cycle.hand_over_on)
    ]


def test_the_watchdog_expects_nothing_before_the_first_or_after_the_last_box():
    box = a_box(weeks=4)
    first, second, third = box.cycles.all()
    late = a_subscription(box=box, now=first.cut_off_at)
    actions.end(
        subscription_reference=late.reference,
        customer=late.customer,
        now=second.cut_off_at - timedelta(seconds=1),
    )
    late.renewals.all().delete()
    assert queries.missing_boxes(third.cut_off_at) == []


steps = st.lists(
    st.tuples(
        st.sampled_from(["skip", "unskip", "end", "place", "refuse"]),
        st.integers(0, 2),
        st.integers(0, 30),
    ),
    max_size=20,
)


@given(steps)
def test_after_any_sequence_every_box_is_placed_skipped_refused_or_named_missing(steps):
    with rolled_back():
        subscription = a_subscription(box=a_box(weeks=4))
        renewals = list(subscription.renewals.select_related("cycle").order_by("pk"))
        now = NOW
        for step, which, days in steps:
            now = max(now, NOW + timedelta(days=days))
            fixed = _fixed(now)
            with suppress(CommerceError):
                _do(step, renewals[which], now)
            assert {pk: s for pk, s in _fixed(now).items() if s == "skipped"} == {
                pk: s for pk, s in fixed.items() if s == "skipped"
            }
            _assert_all_accounted_for(now)


def _fixed(now):
    past = Renewal.objects.filter(cycle__cut_off_at__lte=now)
    return dict(past.values_list("pk", "status"))


def _do(step, renewal, now):
    subscription = renewal.subscription
    if step == "skip":
        skip(renewal, now)
    elif step == "unskip":
        unskip(renewal, now)
    elif step == "end":
        actions.end(
            subscription_reference=subscription.reference, customer=subscription.customer, now=now
        )
    else:
        claimed = claim(renewal, now)
        if claimed is not None and step == "place":
            actions.mark_placed(
                renewal=claimed, order_reference=f"ORD-{claimed.reference}", now=now
            )
        elif claimed is not None:
            actions.mark_refused(renewal=claimed, code="CARD_DECLINED", now=now)


def _assert_all_accounted_for(now):
    fixed = Renewal.objects.filter(cycle__cut_off_at__lte=now)
    explained = fixed.filter(status__in=["placed", "skipped", "refused"]).count()
    assert fixed.count() == explained + len(queries.missing_boxes(now))
    assert not Renewal.objects.filter(
        status__in=["placed", "refused"], cycle__cut_off_at__gt=now
    ).exists()
