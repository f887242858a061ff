"""Orders as fast as they come: the rush of 2020, a minute of fifty a second, and the last unit.

In spring 2020 the province sold 7,000 boxes of farm produce in two hours. ``--factor 20`` lets as
many shoppers come in six minutes. Everybody comes at a set moment, whether the mall is ready or
not, and the time an order took counts from that moment. Each takes the whole way: basket, a slot
held at the gate or a window at home, order, charge, confirmation.

Every process has four threads, as the web part of ``mall up`` has. The database is one that does
not wait for the disk; DATABASE_URL and REDIS_URL name another.

``python -m tests.bench.orders --factor 20 --minute 50 --processes 2``
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock
from multiprocessing import get_context
from threading import Barrier

from rich.console import Console

from storefront.config.cli.day import own_database
from tests.bench.pages import timing_of

say = Console(highlight=False, width=120).print

RUSH_BOXES, RUSH_SECONDS = 7_000, 7_200
THREADS = 4
LAST_UNIT_SHOPPERS = 200
AT_ONCE = 150  # below the connections that PostgreSQL takes
NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Seoul
TOMORROW = date(2026, 3, 4)


@dataclass
class Told:
    """``milliseconds`` of each order that was placed and paid; ``refused`` by code."""

    milliseconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Told") -> "Told":
        return Told(self.milliseconds + other.milliseconds, self.refused + other.refused)


@dataclass(frozen=True)
class Stall:
    """What there is to buy; plain facts, so that processes can be handed it."""

    variant_id: int
    slots: list[str]
    window: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.orders")
    parser.add_argument("--boxes", type=int, default=RUSH_BOXES)
    parser.add_argument("--factor", type=float, default=20, help="times as fast as in 2020")
    parser.add_argument("--minute", type=float, default=50, help="orders a second; 0 leaves it out")
    parser.add_argument("--seconds", type=float, default=60, help="how long that minute is")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    with own_database():
        oversold = _last_unit()
        rate = RUSH_BOXES / RUSH_SECONDS * args.factor
        oversold += _rush(
            f"2020's rush, {args.factor:g} times as fast", args.boxes, rate, args.processes
        )
        if args.minute:
            orders = round(args.minute * args.seconds)
            title = f"{args.minute:g} orders/s for {args.seconds:g} s"
            oversold += _rush(title, orders, args.minute, args.processes)
    return 1 if oversold else 0


def _rush(title: str, orders: int, rate: float, processes: int) -> int:
    """So many orders at an even rate for one box fewer than wanted; how many were oversold."""
    from django.db import connections

    stall = _stall(on_hand=orders - 1, places=orders)
    shoppers = _shoppers(orders)
    connections.close_all()  # each process opens its own
    begin = time.time() + 2
    shares = [
        (stall, shoppers[n::processes], [begin + at / rate for at in range(n, orders, processes)])
        for n in range(processes)
    ]
    with get_context("fork").Pool(processes) as pool:
        told = sum(pool.starmap(_work, shares), Told())
    return _say(title, stall, orders, told, seconds=time.time() - begin)


def _work(stall: Stall, shoppers: Sequence[int], moments: Sequence[float]) -> Told:
    with ThreadPoolExecutor(THREADS) as pool:
        orders = [
            pool.submit(_at, moment, stall, shopper)
            for moment, shopper in zip(moments, shoppers, strict=True)
        ]
        return sum((order.result() for order in orders), Told())


def _at(moment: float, stall: Stall, shopper: int) -> Told:
    time.sleep(max(0, moment - time.time()))
    return _bought(stall, shopper, since=moment)


def _bought(stall: Stall, shopper: int, *, since: float) -> Told:
    from storefront.refusals import REFUSALS

    try:
        _order(stall, shopper)
    except REFUSALS as refusal:
        return Told(refused=Counter([refusal.code]))
    except Exception as error:
        return Told(refused=Counter([type(error).__name__]))
    return Told([(time.time() - since) * 1000])


def _order(stall: Stall, shopper: int) -> None:
    from commerce.basket import actions as baskets
    from commerce.catalogue.models import Variant, Way
    from commerce.customers.models import Customer
    from commerce.payments.models import PaymentMethod
    from drivethrough.slots import actions as slots
    from storefront.journeys.confirm_payment import charge_and_confirm
    from storefront.journeys.place_order import Checkout, place_order
    from storefront.journeys.plan_checkout import plan_checkout

    customer = Customer.objects.get(pk=shopper)
    address = customer.addresses.get()
    way = Way.DRIVE_THROUGH if shopper % 2 else Way.DELIVERY
    basket = baskets.open_basket(customer=customer, now=NOW)
    variant = Variant.objects.get(pk=stall.variant_id)
    baskets.add_goods(basket=basket, variant=variant, quantity=1, way=way)
    if way == Way.DRIVE_THROUGH:
        slots.hold(
            slot_reference=stall.slots[shopper % len(stall.slots)],
            owner_reference=basket.reference,
            key=f"hold-{basket.reference}",
            now=NOW,
        )
    plan = plan_checkout(basket=basket, address=address, now=NOW)  # as the page shows it
    checkout = Checkout(
        basket_reference=basket.reference,
        address_reference=address.reference,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        windows={part.key: stall.window for part in plan.parts if not part.at_site},
        plate="12가3456",
        method=PaymentMethod.CARD,
        card_token="tok_4242",
    )
    placed = place_order(checkout=checkout, customer=customer, key=basket.reference, now=NOW)
    for payment in placed.payments:
        charge_and_confirm(payment_reference=payment.reference, now=NOW)


def _last_unit() -> int:
    """Two hundred shoppers, as many of them as can be at the very same moment, and one box."""
    from django.db import connection

    stall, shoppers = _stall(on_hand=1, places=LAST_UNIT_SHOPPERS), _shoppers(LAST_UNIT_SHOPPERS)
    gate = Barrier(AT_ONCE, timeout=60)
    begin = time.time()

    def buy(number: int) -> Told:
        try:
            connection.ensure_connection()
            if number < AT_ONCE:
                gate.wait()
            return _bought(stall, shoppers[number], since=time.time())
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = sum(pool.map(buy, range(LAST_UNIT_SHOPPERS)), Told())
    seconds = time.time() - begin
    return _say("the last unit", stall, LAST_UNIT_SHOPPERS, told, seconds=seconds)


def _say(title: str, stall: Stall, orders: int, told: Told, *, seconds: float) -> int:
    """What the database says was promised, beside what was there; how many were oversold."""
    from django.db.models import Sum

    from commerce.orders.models import OrderLine, OrderStatus
    from commerce.stock.models import StockRecord

    record = StockRecord.objects.get(variant=stall.variant_id)
    lines = OrderLine.objects.filter(variant=stall.variant_id)
    sold = lines.exclude(fulfilment__order__status=OrderStatus.CANCELLED)
    units = sold.aggregate(n=Sum("quantity"))["n"] or 0
    oversold = max(0, units - record.on_hand, record.allocated - record.on_hand)
    refused = ", ".join(f"{code} {n}" for code, n in told.refused.most_common()) or "nothing"
    placed = len(told.milliseconds)
    say(
        f"{title}: {orders:,} shoppers, {placed:,} orders in {seconds:.1f} s, "
        f"{placed / seconds:.1f}/s; refused: {refused}; oversold {oversold}"
    )
    if placed > 1:
        took = timing_of(told.milliseconds)
        say(f"  from wish to confirmation p50 {took.p50_ms:.0f} ms, p95 {took.p95_ms:.0f} ms")
    return oversold


def _stall(*, on_hand: int, places: int) -> Stall:
    """One box of a farm at a site, with room for everybody at the gate and at home."""
    from logistics.delivery_windows.models import DeliveryWindow
    from logistics.network.models import Depot
    from logistics.seoul_time import moment
    from tests.builders import commerce, drivethrough, logistics

    site = drivethrough.a_site()
    farm = commerce.a_merchant(kind="farm", site_reference=site.reference)
    box = commerce.a_product(name="친환경 꾸러미", merchant=farm, on_hand=on_hand)
    slots = [
        drivethrough.a_slot(site=site, on_date=TOMORROW, start=clock(hour), cars=places).reference
        for hour in range(9, 17)
    ]
    window = DeliveryWindow.objects.create(
        depot=Depot.objects.first() or logistics.a_depot(),
        on_date=TOMORROW,
        starts_at=moment(TOMORROW, clock(9, DeliveryWindow.objects.count())),
        ends_at=moment(TOMORROW, clock(18)),
        cut_off_at=moment(date(2026, 3, 3), clock(22)),
        capacity_stops=places,
    )
    return Stall(box.variants.get().pk, slots, window.reference)


def _shoppers(count: int) -> list[int]:
    from commerce.customers.models import Address, Customer
    from commerce.references import new

    customers = Customer.objects.bulk_create(
        Customer(
            user_reference=new("USR"), full_name="김영희", phone="+821012345678", created_at=NOW
        )
        for _ in range(count)
    )
    Address.objects.bulk_create(
        Address(
            customer=customer,
            city="수원시 팔달구",
            locality="인계동",
            street="인계로 123",
            detail="101동 1502호",
            postcode="16488",
            lat=37.2664,
            lon=127.0321,
        )
        for customer in customers
    )
    return [customer.pk for customer in customers]


if __name__ == "__main__":
    raise SystemExit(main())
