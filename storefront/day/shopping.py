"""Wednesday: people fill baskets, choose times, pay, hesitate, tap twice, change their minds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.books.models import BundleStatus
from commerce.boxes import actions as boxes
from commerce.boxes.models import Renewal
from commerce.catalogue.models import Variant, Way
from commerce.orders.models import Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments.models import PaymentMethod, PaymentStatus
from commerce.payments.sandbox.cards import DECLINED, UNAVAILABLE
from commerce.vouchers import actions as vouchers
from commerce.vouchers.actions import Planned
from commerce.vouchers.models import Funding
from commerce.vouchers.queries import spendable
from drivethrough.slots.fitting import fitting_slots
from logistics.delivery_windows.queries import open_windows
from storefront.day.dates import CUT_OFF, HANDING_OVER, OPENING, ORDERING, at
from storefront.day.sweeps import sweep
from storefront.day.tally import DayBroken, Tally
from storefront.day.troubles import Troubles, wait_for_place
from storefront.day.world import Shopper, World
from storefront.journeys import voucher_programmes
from storefront.journeys.cancel_order import cancel_order, cancel_part
from storefront.journeys.collect_bundle import book_collection
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.part_loads import hold_slot, loads_of_basket
from storefront.journeys.place_order import Checkout, Placed, place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers
from storefront.refusals import REFUSALS

OPENS, CLOSES = at(ORDERING, 8), at(ORDERING, 21, 30)
WORKS = "tok_4242"
VOUCHER_WON = 12_000
Step = Callable[[], None]


def give_vouchers(world: World) -> None:
    """Public money for every fourth shopper: enough for some orders, not for all of any."""
    now = at(OPENING, 12)
    programme = vouchers.open_programme(
        planned=Planned(
            name="임산부 친환경 농산물",
            name_en="Organic produce for expecting mothers",
            funding=Funding.BUDGET,
            from_on=OPENING,
            until_on=HANDING_OVER,
            personal=True,
        ),
        by="operator-1",
        key="programme",
        now=now,
    )
    given = world.shoppers[::4]
    noted = vouchers.note_recharge(
        programme_reference=programme.reference,
        amount_won=len(given) * VOUCHER_WON,
        note="도청",
        by="operator-1",
        key="recharge",
        now=now,
    )
    voucher_programmes.recharge_budget(reference=noted.reference, by="operator-2", now=now)
    batch = voucher_programmes.issue_vouchers(
        programme_reference=programme.reference,
        count=len(given),
        each_won=VOUCHER_WON,
        by="operator-1",
        key="batch",
        now=now,
    )
    for shopper, voucher in zip(given, batch.vouchers.order_by("pk"), strict=True):
        vouchers.keep(voucher=voucher, customer=shopper.customer, now=now)


def subscribe_families(world: World, rng: Random, tally: Tally) -> None:
    """Boxes for Thursday, ordered by nobody: the first subscriptions, one skipped, one card bad."""
    families = rng.sample(world.shoppers, max(4, len(world.shoppers) // 12))
    for number, shopper in enumerate(families):
        subscription = boxes.subscribe(
            key=f"subscription-{number}",
            box=shopper.town.box,
            customer=shopper.customer,
            address=shopper.address,
            card_token=DECLINED if number == 1 else WORKS,
            now=at(OPENING, 12),
        )
        tally.seen["subscriptions"] += 1
        if number == 0:
            renewal = Renewal.objects.get(subscription=subscription)
            boxes.skip(
                renewal_reference=renewal.reference,
                customer=shopper.customer,
                now=at(OPENING, 13),
            )


def fix_boxes(tally: Tally) -> None:
    """Monday evening: the clock orders what is due; half an hour later bad cards have lost."""
    for now in (at(CUT_OFF, 17, 59), at(CUT_OFF, 18, 1), at(CUT_OFF, 18, 40)):
        sweep(now)
    tally.seen["boxes_ordered"] = Order.objects.filter(basket_reference=None).count()


def ask_for_collection(lent: list[tuple[Shopper, str]], tally: Tally) -> None:
    """Families with books at home call the van; asking twice is asking once."""
    for shopper, loan_reference in lent:
        window = windows_with_room(shopper, OPENS)[0]
        for _ in range(2):
            book_collection(
                loan_reference=loan_reference,
                guardian=shopper.customer,
                address_reference=shopper.address.reference,
                window_reference=window,
                now=OPENS,
            )
        tally.seen["collections_booked"] += 1


def windows_with_room(shopper: Shopper, now: datetime) -> list[str]:
    """References of the windows that can still be promised to this door."""
    return [window.reference for window in open_windows(shopper.town.depot, now) if window.left]


@dataclass
class Shopping:
    """One shopper after another, at ever later moments; sweeps run every ten minutes between."""

    rng: Random
    tally: Tally
    troubles: Troubles
    now: datetime = OPENS
    swept_at: datetime = OPENS

    def run(self, world: World, progress: Callable[[], None]) -> None:
        step = (CLOSES - OPENS) / max(1, len(world.shoppers))
        for number, shopper in enumerate(world.shoppers):
            self._pass_to(OPENS + step * number)
            if number == len(world.shoppers) // 2:
                for town in world.towns:
                    self.troubles.call_off(town.site, self.now)
            if self.rng.random() < 0.08:
                self._abandon(shopper)
            try:
                self._order(shopper, number)
            except REFUSALS as refusal:
                self.tally.refusals[refusal.code] += 1
                self.tally.seen["baskets_given_up"] += 1
            progress()
        self._pass_to(CLOSES + timedelta(minutes=40))

    def _pass_to(self, moment: datetime) -> None:
        while self.swept_at + timedelta(minutes=10) <= moment:
            self.swept_at += timedelta(minutes=10)
            sweep(self.swept_at)
        self.now = max(self.now, moment)

    def _later(self, seconds: int) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def _abandon(self, shopper: Shopper) -> None:
        """A basket with a slot held, and then the phone rang. The real order uses it again."""
        basket = baskets.open_basket(customer=shopper.customer, now=self.now)
        self._add(basket, shopper.town.gate_goods[0], Way.DRIVE_THROUGH)
        self._hold(basket, shopper)
        self.tally.seen["baskets_abandoned"] += 1
        self._later(30)

    def _order(self, shopper: Shopper, number: int) -> None:
        basket = baskets.open_basket(customer=shopper.customer, now=self.now)
        self._fill(basket, shopper)
        checkout = self._checkout(basket, shopper)
        placed = self._submit(checkout, shopper, f"order-{number}")
        self.tally.seen["orders_placed"] += 1
        self._pay(placed)
        self._change_mind(placed.order)

    def _fill(self, basket: Basket, shopper: Shopper) -> None:
        """Home goods of some stalls, something by parcel for a few, gate goods before the evening,
        books for some babies."""
        town, chance = shopper.town, self.rng.random()
        wants_gate = chance < 0.5 and self.now < at(ORDERING, 17, 30)
        wants_home = chance > 0.25 or not wants_gate
        if wants_home:
            for goods in self.rng.sample(town.home_goods, self.rng.randint(1, 4)):
                self._add(basket, goods, Way.DELIVERY)
        if self.rng.random() < 0.15:
            self._add(basket, self.rng.choice(town.parcel_goods), Way.PARCEL)
        if wants_gate:
            self._add(basket, self.rng.choice(town.gate_goods), Way.DRIVE_THROUGH)
        if basket.lines.filter(way=Way.DRIVE_THROUGH).exists():
            self._hold(basket, shopper)
        free = [b for b in town.bundles if self.rng.random() < 0.5] if wants_home else []
        if free and self.rng.random() < 0.2:
            bundle = free[0]
            bundle.refresh_from_db()
            on_loan = shopper.child.loans.exclude(status__in=["returned", "cancelled"]).exists()
            if bundle.status == BundleStatus.AVAILABLE and not on_loan:
                baskets.add_bundle(
                    basket=basket,
                    bundle_reference=bundle.reference,
                    child_reference=shopper.child.reference,
                )

    def _add(self, basket: Basket, goods: Variant, way: Way) -> None:
        baskets.add_goods(basket=basket, variant=goods, quantity=self.rng.randint(1, 3), way=way)

    def _hold(self, basket: Basket, shopper: Shopper) -> None:
        """A slot; full ones are answered with others, as the page does."""
        site = shopper.town.site.reference
        free = fitting_slots(site, loads_of_basket(basket)[site], self.now)
        if not free:
            self.tally.refusals["NO_SLOT_LEFT"] += 1
            wait_for_place(shopper, self.tally, self.now)
            basket.lines.filter(way=Way.DRIVE_THROUGH).delete()
            return
        hold_slot(
            basket=basket,
            slot_reference=self.rng.choice(free).reference,
            key=f"hold-{basket.pk}-{self.now.timestamp():.0f}",
            now=self.now,
        )

    def _checkout(self, basket: Basket, shopper: Shopper) -> Checkout:
        plan = plan_checkout(basket=basket, address=shopper.address, now=self.now)
        own = spendable(shopper.customer, self.now)
        paying = plan_vouchers(plan=plan, vouchers=own)
        self.tally.seen["vouchers_used"] += bool(paying.covered_won)
        with_room = windows_with_room(shopper, self.now)
        chosen = self.rng.choice(with_room) if with_room else ""
        chance = self.rng.random()
        token = DECLINED if chance < 0.1 else UNAVAILABLE if chance < 0.16 else WORKS
        on_site = self.rng.random() < 0.2 and not plan.has_parcels
        return Checkout(
            basket_reference=basket.reference,
            address_reference=shopper.address.reference,
            contact_name=shopper.customer.full_name,
            contact_phone=shopper.customer.phone,
            windows={part.key: chosen for part in plan.parts if not part.at_site},
            plate=shopper.plate,
            method=PaymentMethod.ON_SITE if on_site else PaymentMethod.CARD,
            card_token="" if on_site else token,
            vouchers=[voucher.reference for voucher in own],
            voucher_won=paying.covered_won,
        )

    def _submit(self, checkout: Checkout, shopper: Shopper, key: str) -> Placed:
        """Some press the button twice, some have the page open in two tabs."""
        submit = partial(
            place_order, checkout=checkout, customer=shopper.customer, now=self._later(40)
        )
        placed = submit(key=key)
        for chance, name, again in ((0.1, "double_submits", key), (0.08, "second_tabs", f"{key}b")):
            if self.rng.random() < chance:
                repeat = submit(key=again)
                if repeat.created or repeat.order != placed.order:
                    raise DayBroken(f"{key} was ordered twice")
                self.tally.seen[name] += 1
        return placed

    def _pay(self, placed: Placed) -> None:
        for payment in placed.payments:
            if payment.method == PaymentMethod.ON_SITE:
                continue
            if self.rng.random() < 0.03:
                self.tally.seen["pages_died_before_paying"] += 1
                continue
            paid = charge_and_confirm(payment_reference=payment.reference, now=self._later(3))
            self.tally.seen[f"cards_{paid.status}"] += 1
            if paid.status == PaymentStatus.DECLINED and self.rng.random() < 0.75:
                self._pay_with_another_card(placed.order)

    def _pay_with_another_card(self, order: Order) -> None:
        opened = payments.open_payment(
            order=order, method=PaymentMethod.CARD, card_token=WORKS, now=self._later(60)
        )
        for payment in opened:
            charge_and_confirm(payment_reference=payment.reference, now=self._later(3))
            self.tally.seen["second_cards"] += 1

    def _change_mind(self, order: Order) -> None:
        chance = self.rng.random()
        if chance < 0.05:
            cancel_order(order=order, reason="shopper", now=self._later(120))
            self.tally.seen["orders_cancelled"] += 1
        elif chance < 0.08:
            order.refresh_from_db()
            part = order.fulfilments.order_by("pk").first()
            if part is not None and order.status == OrderStatus.CONFIRMED:
                cancel_part(fulfilment=part, reason="shopper", now=self._later(120))
                self.tally.seen["parts_cancelled"] += 1
