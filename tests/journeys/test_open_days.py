from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from commerce.boxes.actions import CutOffPassed, skip, unskip
from commerce.boxes.models import Cycle, Renewal, RenewalStatus, Subscription
from commerce.boxes.queries import missing_boxes, next_cycle
from commerce.orders.models import Order
from commerce.stock import actions as stock
from logistics.delivery_windows.actions import WindowsPromised
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.regular_week.actions import reopen_day
from logistics.regular_week.models import ClosedDay
from storefront.journeys.open_days import close_depot, open_days
from storefront.journeys.renew_subscriptions import renew_due
from storefront.journeys.tasks import open_days_ahead
from storefront.notices.models import Notice
from tests.builders import boxes
from tests.builders.drivethrough import a_regular_opening
from tests.builders.journeys import NOW, TOMORROW, Mall, a_mall, a_placed_order, a_shopper
from tests.builders.logistics import a_depot, a_regular_shift, a_regular_window

pytestmark = pytest.mark.django_db

# Thursday the 5th was fixed on Monday the 2nd.
THURSDAYS = [date(2026, 3, 12) + timedelta(weeks=week) for week in range(4)]
SECOND = THURSDAYS[1]
TEN, NOON = time(10), time(12)
BUSAN = {"lat": 35.18, "lon": 129.08}


def a_subscription(mall: Mall, depot: Depot | None = None) -> Subscription:
    """To a door beside the depot, the mall's own unless another is named."""
    shopper, depot = a_shopper(), depot or mall.depot
    shopper.address.lat, shopper.address.lon = depot.lat, depot.lon
    shopper.address.save()
    return boxes.a_subscription(
        box=boxes.a_box(variant=mall.strawberries),
        customer=shopper.customer,
        address=shopper.address,
    )


def days_with(subscription: Subscription, status: RenewalStatus) -> list[date]:
    renewals = subscription.renewals.filter(status=status)
    return list(renewals.values_list("cycle__hand_over_on", flat=True))


def close(depot: Depot, on_date: date = SECOND) -> ClosedDay:
    return close_depot(depot=depot, on_date=on_date, reason="설날", now=NOW)


def test_every_depot_and_every_box_is_opened() -> None:
    mall, other = a_mall(), a_depot(**BUSAN)
    subscription = a_subscription(mall)
    a_regular_window(depot=mall.depot, start=TEN, end=NOON)
    a_regular_shift(depot=other)
    open_days(now=NOW)

    assert DeliveryWindow.objects.filter(depot=mall.depot, starts_at__gt=mall.window.ends_at)
    assert Shift.objects.filter(depot=other).count() == 15
    assert days_with(subscription, RenewalStatus.DUE) == THURSDAYS


def test_every_site_with_regular_openings_is_opened() -> None:
    opening = a_regular_opening()
    open_days(now=NOW)

    days = {at.date() for at in opening.site.slots.values_list("starts_at", flat=True)}
    assert days == {date(2026, 3, 7), date(2026, 3, 14)}


def test_opened_twice_is_opened_once() -> None:
    mall = a_mall()
    a_subscription(mall)
    a_regular_window(depot=mall.depot)
    a_regular_shift(depot=mall.depot)
    counts = []
    for _ in range(2):
        open_days(now=NOW)
        tables = (DeliveryWindow, Shift, Cycle, Renewal)
        counts.append([table.objects.count() for table in tables])

    assert counts[0] == counts[1]


def test_the_beat_opens_the_days_from_today() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    open_days_ahead()

    days = DeliveryWindow.objects.filter(depot=depot).values_list("on_date", flat=True)
    assert (len(days), min(days)) == (15, timezone.localdate())


def test_after_ten_weeks_a_subscription_still_gets_its_box() -> None:
    mall = a_mall()
    stock.set_on_hand(variant=mall.strawberries, quantity=100, now=NOW)
    a_regular_window(depot=mall.depot)
    subscription = a_subscription(mall)
    end = NOW + timedelta(weeks=10)
    for days in range(10 * 7 + 1):
        now = NOW + timedelta(days=days)
        open_days(now=now)
        renew_due(now=now)

    assert len(days_with(subscription, RenewalStatus.PLACED)) == 10
    assert Order.objects.count() == 10
    assert subscription.renewals.filter(status="due", cycle__cut_off_at__gt=end).count() >= 4
    assert missing_boxes(end) == []


def test_a_day_on_which_nobody_drives_has_no_box() -> None:
    mall = a_mall()
    close(mall.depot)
    subscription = a_subscription(mall)
    open_days(now=NOW)

    assert days_with(subscription, RenewalStatus.DUE) == [d for d in THURSDAYS if d != SECOND]
    assert not Notice.objects.exists()


def test_a_box_on_a_day_closed_later_is_skipped_and_told_once() -> None:
    mall = a_mall()
    subscription = a_subscription(mall)
    open_days(now=NOW)
    close(mall.depot)
    open_days(now=NOW)

    assert days_with(subscription, RenewalStatus.SKIPPED) == [SECOND]
    notice = Notice.objects.get()
    assert notice.kind == "box_called_off"
    assert notice.user_reference == subscription.customer.user_reference
    assert notice.facts == {"box": "제철 꾸러미", "day": str(SECOND)}


def test_a_box_on_a_day_closed_later_can_be_neither_joined_nor_taken_back() -> None:
    mall = a_mall()
    subscription = a_subscription(mall)
    open_days(now=NOW)
    close(mall.depot)
    close(mall.depot, THURSDAYS[0])
    renewal = subscription.renewals.get(cycle__hand_over_on=SECOND)

    with pytest.raises(CutOffPassed):
        unskip(renewal_reference=renewal.reference, customer=subscription.customer, now=NOW)
    offered = next_cycle(subscription.box, NOW)
    assert offered is not None
    assert offered.hand_over_on == THURSDAYS[2]
    assert missing_boxes(NOW) == []


def test_nobody_is_charged_for_a_box_on_a_closed_day() -> None:
    mall = a_mall()
    subscription = a_subscription(mall)
    a_regular_window(depot=mall.depot)
    open_days(now=NOW)
    closed = close(mall.depot, THURSDAYS[0])
    reopen_day(closed=closed)  # too late for the families, who have been told
    open_days(now=NOW)
    renew_due(now=NOW + timedelta(days=7))

    assert days_with(subscription, RenewalStatus.SKIPPED) == [THURSDAYS[0]]
    assert not Order.objects.exists()


def test_who_had_skipped_that_box_is_not_told() -> None:
    mall = a_mall()
    subscription = a_subscription(mall)
    open_days(now=NOW)
    own = subscription.renewals.get(cycle__hand_over_on=SECOND)
    skip(renewal_reference=own.reference, customer=subscription.customer, now=NOW)
    close(mall.depot)

    assert not Notice.objects.exists()


def test_a_depot_that_closes_alone_calls_off_its_own_doors_only() -> None:
    mall, busan = a_mall(), a_depot(**BUSAN)
    here, there = a_subscription(mall), a_subscription(mall, busan)
    open_days(now=NOW)
    close(mall.depot)

    assert days_with(here, RenewalStatus.SKIPPED) == [SECOND]
    assert days_with(there, RenewalStatus.SKIPPED) == []
    assert Notice.objects.count() == 1


def test_a_day_with_promised_stops_is_not_closed_and_no_box_called_off() -> None:
    mall = a_mall()
    a_placed_order(mall)
    notices = Notice.objects.count()

    with pytest.raises(WindowsPromised) as refused:
        close(mall.depot, TOMORROW)

    assert refused.value.data == {"stops": 1}
    assert DeliveryWindow.objects.filter(on_date=TOMORROW).count() == 2
    assert Shift.objects.filter(on_date=TOMORROW).exists()
    assert (ClosedDay.objects.count(), Notice.objects.count()) == (0, notices)
