"""The weeks before: the mall as it ran, so that every desk opens on things that happened.

Each past day goes through the journeys of that day, with its own clock: families order, boxes
renew, plans are made and driven, cars are served, the night closes and Mondays settle.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import NAMESPACE_OID, uuid5

from django.db.models import F

from commerce.books import actions as books
from commerce.books.models import Loan, LoanStatus
from commerce.business_days import business_date, instant
from commerce.customers.models import Address, Customer
from commerce.orders.models import Order
from commerce.payments.models import TakenAs
from commerce.settlement.models import Payout
from commerce.settlement.payouts import record_sent_by_hand
from drivethrough.queue import actions as queue
from drivethrough.sites.models import Site
from drivethrough.slots.models import Booking
from drivethrough.slots.queries import bookings_for_site_day
from logistics.consignments.models import ConsignmentKind
from logistics.delivery_windows.queries import open_windows
from logistics.execution.models import StopEventKind
from logistics.network.queries import depot_for, depots
from logistics.planning.models import Plan, StopTask
from logistics.planning.queries import open_tasks, routes_of
from storefront.demo.boxes import Subscribers
from storefront.demo.files import Size
from storefront.demo.handing_in import hand_in
from storefront.demo.orders import Day, order_at_gate, order_home, plan_and_publish
from storefront.demo.parcels import live_with_parcels, order_past_parcel
from storefront.demo.people import user_of
from storefront.demo.roll_forward import feast_days, roll_forward
from storefront.demo.today import KEY as TODAYS
from storefront.journeys.close_day import close_day
from storefront.journeys.collect_bundle import book_collection
from storefront.journeys.confirm_payment import send_refunds, take_held
from storefront.journeys.record_stop import StopReport, depart, record
from storefront.journeys.renew_subscriptions import renew_due
from storefront.journeys.serve_car import serve
from storefront.journeys.settle_merchants import review_and_approve, settle_until
from storefront.notices.models import Notice, NoticeStatus

WEEKS = {"small": 2, "full": 12}
HOMES = {"small": 2, "full": 5}
CARS = {"small": 1, "full": 2}  # at each site that is open
BOOKS = {"small": 0, "full": 1}  # families that also ask for a bundle, a day
PLAN_SECONDS = 0.2
# Before a feast people buy gifts too: twice the orders, for three weeks.
GIFT_DAYS = 21
NOBODY_HOME = 0.03
NO_SHOW = 0.06
BOOKS_KEPT = timedelta(days=16)
KEY = "past"

AFTER_CUT_OFF = time(18, 5)
CHECKED_IN = time(22)
CLOSED = time(23, 30)
SETTLED = time(0, 10)
SENT = time(0, 30)
SENT_BY, APPROVED_BY = "operator@jangteo.test", "operator2@jangteo.test"
MONDAY, SUNDAY = 0, 6

OnDay = Callable[[int, int], None]


def length(size: Size) -> timedelta:
    return timedelta(weeks=WEEKS[size])


def load_history(
    size: Size,
    families: Sequence[Customer],
    subscribers: Subscribers,
    now: datetime,
    *,
    restock: Callable[[datetime], None],
    on_day: OnDay,
) -> int:
    """Live through the weeks until yesterday, once; one that was cut short goes on where it was.

    Returns how many days were lived.
    """
    days = days_to_live(size, business_date(now))
    for number, on in enumerate(days):
        morning = instant(on - timedelta(days=1), time(6))
        if number % 7 == 0:
            roll_forward(morning)
            restock(morning)
        subscribers.join_until(morning, now - length(size), now)
        day = Day.of(KEY, on)
        subscribers.let_some_skip(day.chance, day.placed_at)
        _Past(size, families, day).live()
        on_day(number + 1, len(days))
    if days:
        restock(instant(days[-1], CLOSED))
        # What was said then was said then: nobody gets twelve weeks of messages today.
        queued = Notice.objects.filter(status=NoticeStatus.QUEUED)
        queued.update(status=NoticeStatus.SENT, sent_at=F("queued_at"))
    return len(days)


def days_to_live(size: Size, today: date) -> list[date]:
    if Order.objects.filter(key__startswith=f"{TODAYS}-").exists():
        return []
    first = today - length(size)
    last_lived = Order.objects.filter(key__startswith=f"{KEY}-").order_by("-key").first()
    if last_lived is not None:
        written = last_lived.key.removeprefix(f"{KEY}-")[: len("2026-01-01")]
        first = date.fromisoformat(written) + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((today - first).days)]


@dataclass(frozen=True)
class _Past:
    size: Size
    families: Sequence[Customer]
    day: Day

    def live(self) -> None:
        feast = self.day.on in feast_days()
        if not feast:
            self._order()
        renew_due(now=instant(self.day.on - timedelta(days=1), AFTER_CUT_OFF))
        if not feast:
            self._fetch_books()
            for depot in depots():
                self._drive(plan_and_publish(depot, self.day, seconds=PLAN_SECONDS))
            self._check_in_books()
        for site in Site.objects.order_by("pk"):
            for booking in bookings_for_site_day(site.reference, self.day.on):
                self._serve(booking, site)
        live_with_parcels(self.day)
        self._close()

    def _order(self) -> None:
        times = 2 if _gifts_are_bought(self.day.on) else 1
        homes, cars = HOMES[self.size] * times, CARS[self.size] * times
        sites = list(Site.objects.order_by("pk"))
        today = self.day.chance.sample(self.families, homes + cars * len(sites))
        for place, customer in enumerate(today[:homes]):
            order_home(customer, self.day, with_books=place < BOOKS[self.size])
        for place, customer in enumerate(today[homes:]):
            order_at_gate(customer, sites[place % len(sites)], self.day)
        order_past_parcel(self.families, self.day)

    def _fetch_books(self) -> None:
        """Families who have had their bundle for a good two weeks ask for the van."""
        read = Loan.objects.filter(
            status=LoanStatus.ON_LOAN,
            delivered_at__lt=self.day.placed_at - BOOKS_KEPT,
            key__startswith="FUL-",  # the others are the library's own late ones
        ).select_related("child__guardian")
        for loan in read.order_by("pk"):
            guardian = loan.child.guardian
            address = Address.objects.get(customer=guardian, is_default=True)
            depot = depot_for(address.lat, address.lon)
            windows = open_windows(depot, self.day.placed_at) if depot else []
            window = next((w for w in windows if w.on_date == self.day.on and w.left), None)
            if window is not None:
                book_collection(
                    loan_reference=loan.reference,
                    guardian=guardian,
                    address_reference=address.reference,
                    window_reference=window.reference,
                    now=self.day.placed_at,
                )

    def _drive(self, plan: Plan) -> None:
        for route in routes_of(plan):
            driver = route.shift.driver.reference
            depart(route_reference=route.reference, driver_reference=driver, now=route.leaves_at)
            for stop in route.stops.all():
                for task in open_tasks(stop):
                    self._report(task, driver, stop.begins_at + timedelta(minutes=3))

    def _report(self, task: StopTask, driver: str, at: datetime) -> None:
        kind, reason = StopEventKind.DELIVERED, ""
        if self.day.chance.random() < NOBODY_HOME:
            kind, reason = StopEventKind.FAILED, "absent"
        elif task.consignment.kind == ConsignmentKind.COLLECT:
            kind = StopEventKind.COLLECTED
        event_id = uuid5(NAMESPACE_OID, task.reference)
        report = StopReport(
            event_id, task.reference, kind, at, reason=reason, taken_as=_taken_as(task.pk)
        )
        record(report=report, driver_reference=driver, received_at=at)

    def _serve(self, booking: Booking, site: Site) -> None:
        if self.day.chance.random() < NO_SHOW:
            return
        came_at = booking.slot.starts_at + timedelta(minutes=self.day.chance.randint(1, 12))
        lane = site.lanes.order_by("number")[self.day.chance.randrange(site.lanes.count())]
        key = f"{self.day.key}-{booking.reference}"
        queue.arrive(key=key, booking_reference=booking.reference, now=came_at)
        queue.call_next(lane_reference=lane.reference, key=key, now=came_at + timedelta(minutes=1))
        serve(
            booking_reference=booking.reference,
            site_reference=site.reference,
            key=key,
            taken_as=_taken_as(booking.pk),
            now=came_at + timedelta(minutes=self.day.chance.randint(3, 6)),
        )

    def _check_in_books(self) -> None:
        at = instant(self.day.on, CHECKED_IN)
        back = Loan.objects.filter(status=LoanStatus.IN_VAN_BACK, key__startswith="FUL-")
        for loan in back.select_related("bundle__library").order_by("pk"):
            bundle = loan.bundle
            books.check_in(
                loan_reference=loan.reference, library=bundle.library, missing_barcodes=[], now=at
            )
            books.release_bundle(bundle_reference=bundle.reference, library=bundle.library)

    def _close(self) -> None:
        night = instant(self.day.on, CLOSED)
        close_day(until_on=self.day.on, now=night)
        take_held(now=night)
        send_refunds(now=night)
        # A chance of its own: a till that was short changes no shopper.
        chance = Random(self.day.key)  # noqa: S311 -- chance, not secrets
        hand_in(received_by=user_of(SENT_BY).reference, chance=chance, now=night)
        if self.day.on.weekday() == SUNDAY:
            self._settle(self.day.on + timedelta(days=1))

    def _settle(self, monday: date) -> None:
        """The same night two operators look through it, and one of them sends it at the bank."""
        until_on, night = self.day.on, instant(monday, SETTLED)
        sent_by, approved_by = (user_of(who).reference for who in (SENT_BY, APPROVED_BY))
        settle_until(until_on=until_on, now=night)
        run = review_and_approve(until_on=until_on, by=(sent_by, approved_by), now=night)
        for payout in Payout.objects.filter(settlement__run=run).order_by("pk"):
            record_sent_by_hand(
                payout_reference=payout.reference, sent_by=sent_by, now=instant(monday, SENT)
            )


def _taken_as(number: int) -> TakenAs:
    """Every third pays by card."""
    return TakenAs.TERMINAL if number % 3 == 0 else TakenAs.CASH


def _gifts_are_bought(on: date) -> bool:
    return any(0 < (feast - on).days <= GIFT_DAYS for feast in feast_days())
