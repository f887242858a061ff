"""A database in which a whole day went well, small enough to be built in a second."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commerce.boxes.models import Renewal
from commerce.catalogue.models import Way
from commerce.orders.models import Order
from drivethrough.screenings.models import Ticket
from logistics.delivery_windows.models import DeliveryWindow
from logistics.planning.models import Plan
from logistics.seoul_time import moment
from storefront.journeys.book_bay import book_bay
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.close_day import close_day
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.journeys.record_stop import depart, record
from storefront.journeys.renew_subscriptions import renew_due
from storefront.journeys.settle_merchants import review_and_approve, settle_until
from tests.builders import boxes
from tests.builders.drivethrough import a_screening
from tests.builders.journeys import (
    AT_THE_GATE,
    NEXT_MORNING,
    NOW,
    TOMORROW,
    Mall,
    a_mall,
    a_placed_order,
    a_published_plan,
    a_report,
    a_shopper,
    books_part,
    goods_part,
    the_route,
)

BOXES_FIXED_AT = moment(date(2026, 3, 9), time(18))
BOXES_COME_ON = date(2026, 3, 12)
# After the night's closing, with next week's orders still to come.
CHECKED_AT = BOXES_FIXED_AT + timedelta(hours=2)


@dataclass(frozen=True)
class HealthyDay:
    """``served`` was handed over in all its parts, ``given_up`` cancelled, ``coming`` is a box,
    and ``ticket`` is for a film next week."""

    mall: Mall
    served: Order
    given_up: Order
    coming: Order
    renewal: Renewal
    plan: Plan
    ticket: Ticket
    now: datetime = CHECKED_AT


def a_healthy_day() -> HealthyDay:
    mall = a_mall()
    served = a_placed_order(mall)
    given_up = a_placed_order(
        mall, goods=((mall.tofu, Way.DELIVERY), (mall.strawberries, Way.DRIVE_THROUGH))
    )
    cancel_order(order=given_up, reason="shopper", now=NOW + timedelta(minutes=5))
    send_refunds(now=NOW + timedelta(minutes=6))
    plan = a_published_plan(mall)
    _hand_over(mall, served)
    night = moment(TOMORROW + timedelta(days=1), time(3, 30))
    close_day(until_on=TOMORROW, now=night)
    settle_until(until_on=TOMORROW, now=night)
    review_and_approve(until_on=TOMORROW, by=("op-one", "op-two"), now=night)
    renewal = _a_box_for_next_week(mall)
    served.refresh_from_db()
    given_up.refresh_from_db()
    coming = Order.objects.get(reference=renewal.order_reference)
    ticket = _a_bay_for_next_week(mall)
    return HealthyDay(mall, served, given_up, coming, renewal, plan, ticket)


def _hand_over(mall: Mall, order: Order) -> None:
    route, driver = the_route(mall), mall.shift.driver.reference
    depart(route_reference=route.reference, driver_reference=driver, now=NEXT_MORNING)
    for part in (goods_part(order, Way.DELIVERY), books_part(order)):
        report = a_report(part.reference, "delivered")
        record(report=report, driver_reference=driver, received_at=report.happened_at)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)


def _a_bay_for_next_week(mall: Mall) -> Ticket:
    screening = a_screening(site=mall.site, on_date=BOXES_COME_ON)
    return book_bay(
        customer=a_shopper().customer,
        screening_reference=screening.reference,
        bay=1,
        plate="34나5678",
        phone_last4="5678",
        key="a-bay",
        now=CHECKED_AT,
    )


def _a_box_for_next_week(mall: Mall) -> Renewal:
    shopper = a_shopper()
    DeliveryWindow.objects.create(
        depot=mall.depot,
        on_date=BOXES_COME_ON,
        starts_at=moment(BOXES_COME_ON, time(14)),
        ends_at=moment(BOXES_COME_ON, time(16)),
        cut_off_at=moment(BOXES_COME_ON - timedelta(days=1), time(22)),
        capacity_stops=5,
    )
    subscription = boxes.a_subscription(
        box=boxes.a_box(variant=mall.strawberries, weeks=2, now=NOW),
        customer=shopper.customer,
        address=shopper.address,
    )
    renew_due(now=BOXES_FIXED_AT)
    return Renewal.objects.get(subscription=subscription, cycle__hand_over_on=BOXES_COME_ON)
