"""A mixed basket becomes one order with several fulfilments and one payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.basket.queries import LineView
from commerce.books import actions as books
from commerce.boxes import actions as boxes
from commerce.catalogue.models import Storage, TaxClass, Variant, Way
from commerce.customers.models import Address, Customer
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Fulfilment, Order, OrderLine, WhenShort
from commerce.orders.parcel_days import ParcelDays
from commerce.orders.return_notices import notice_for
from commerce.payments import actions as payments
from commerce.payments import tenders
from commerce.payments.models import Payment, PaymentMethod
from commerce.stock import actions as stock
from commerce.stock.actions import Want
from commerce.vouchers.models import Voucher
from drivethrough.screenings import actions as screenings
from drivethrough.screenings.errors import BayHoldOver
from drivethrough.screenings.models import Ticket
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from storefront.accounts.guests import is_guest
from storefront.journeys.book_bay import ticket_part
from storefront.journeys.cancel_order import window_key
from storefront.journeys.confirm_payment import confirm
from storefront.journeys.part_loads import saying_which
from storefront.journeys.plan_checkout import Part, plan_checkout
from storefront.journeys.take_deposit import ask_for_transfer, transfer_until
from storefront.journeys.tell_core import take_place
from storefront.refusals import StorefrontError


class SlotNeeded(StorefrontError):
    """A drive-through part has no live hold. ``data``: ``part``."""

    code = "SLOT_NEEDED"


class WindowNeeded(StorefrontError):
    """A home part has no window that is open to this door. ``data``: ``part``."""

    code = "WINDOW_NEEDED"


class ParcelNoDay(StorefrontError):
    """The merchant is away for so long that nobody can say when it is sent. ``data``: ``part``."""

    code = "PARCEL_NO_DAY"


class ParcelPaidBefore(StorefrontError):
    """A courier takes no money, so what comes by parcel is paid when it is ordered."""

    code = "PARCEL_PAID_BEFORE"


class VoucherChanged(StorefrontError):
    """The vouchers pay another amount than the shopper saw. ``data``: ``covered`` in won."""

    code = "VOUCHER_CHANGED"


class DeliveryFeeChanged(StorefrontError):
    """Bringing it there costs other than the shopper saw. ``data``: ``old`` and ``new`` in won."""

    code = "DELIVERY_FEE_CHANGED"


class AddressNeeded(StorefrontError):
    code = "ADDRESS_NEEDED"


class BoxNeedsMember(StorefrontError):
    """Who takes a box regularly looks after it under an account."""

    code = "BOX_NEEDS_MEMBER"


class BoxNeedsCard(StorefrontError):
    """The boxes to come are charged to a card that is kept for them."""

    code = "BOX_NEEDS_CARD"


class BasketGone(StorefrontError):
    """The basket was ordered or is not this shopper's."""

    code = "BASKET_GONE"


@dataclass(frozen=True)
class Checkout:
    """What the shopper chose. ``windows``: part key → delivery window reference.

    ``card_follows``: the card is picked in the gateway's own window, once the order is placed.
    ``card_kept``: ``card_token`` is a stored card's, which a regular box needs.
    ``vouchers``: their references, ``voucher_won`` what the shopper saw them pay together.
    ``delivery_won``: the delivery fees they saw, which another door may change; None: not asked.
    """

    basket_reference: str
    address_reference: str
    contact_name: str
    contact_phone: str
    windows: Mapping[str, str]
    plate: str
    method: str
    card_token: str = ""
    card_follows: bool = False
    card_kept: bool = False
    when_short: WhenShort = WhenShort.REFUND
    vouchers: Sequence[str] = ()
    voucher_won: int = 0
    delivery_won: int | None = None


@dataclass(frozen=True)
class Placed:
    order: Order
    payments: list[Payment]
    created: bool


@transaction.atomic
def place_order(*, checkout: Checkout, customer: Customer, key: str, now: datetime) -> Placed:
    """All or nothing; with a regular box in it, its subscription begins too. The same key, or a
    second tab with the same basket, gets the first order.

    Locks in the order: order, slots, screenings, windows, stock, books, vouchers. Whoever takes
    payment next calls ``charge_and_confirm`` after this commits; on-site orders are confirmed here.
    """
    # The basket's row first: a second tab waits here, then finds the first tab's order.
    wanted = Basket.objects.locked().filter(reference=checkout.basket_reference)
    basket = wanted.filter(customer=customer).first()
    if basket is None:
        raise BasketGone("basket")
    earlier = Order.objects.filter(basket_reference=basket.reference, customer=customer).first()
    if earlier is not None:
        return Placed(earlier, _asked_for(earlier), created=False)
    agreed = _agreed(checkout, basket, customer, now)
    order, created = orders.open_order(
        key=key,
        basket_reference=basket.reference,
        customer=customer,
        contact_name=checkout.contact_name,
        contact_phone=checkout.contact_phone,
        parts=[part.as_fulfilment() for part in agreed],
        when_short=checkout.when_short,
        now=now,
    )
    if not created:
        return Placed(order, _asked_for(order), created=False)
    _take_everything(order, agreed, checkout, basket, now)
    _begin_boxes(order, agreed, checkout, now)
    baskets.close(basket=basket)
    opened = _open_payment(order, checkout, now)
    return Placed(order, opened, created=True)


@dataclass(frozen=True)
class AtSite:
    part: Part
    hold: Booking

    def as_fulfilment(self) -> NewFulfilment:
        slot = self.hold.slot
        return NewFulfilment(
            way=Way.DRIVE_THROUGH,
            hands_over=self.part.group.hands_over,
            hands_over_name=self.part.hands_over_name,
            hands_over_name_en=self.part.hands_over_name_en,
            place_name=self.part.hands_over_name,
            promised_from=slot.starts_at,
            promised_until=slot.ends_at,
            delivery_won=0,
            booking_reference=self.hold.reference,
            lines=[_new_line(line, self.part) for line in self.part.lines],
        )


@dataclass(frozen=True)
class AtHome:
    part: Part
    window: DeliveryWindow
    address: Address

    def as_fulfilment(self) -> NewFulfilment:
        return NewFulfilment(
            way=Way.DELIVERY,
            hands_over=self.part.group.hands_over,
            hands_over_name=self.part.hands_over_name,
            hands_over_name_en=self.part.hands_over_name_en,
            place_name=self.address.one_line,
            address_reference=self.address.reference,
            promised_from=self.window.starts_at,
            promised_until=self.window.ends_at,
            delivery_won=self.part.price.delivery_won,
            window_reference=self.window.reference,
            lines=[_new_line(line, self.part) for line in self.part.lines],
        )


@dataclass(frozen=True)
class ByParcel:
    part: Part
    days: ParcelDays
    address: Address

    def as_fulfilment(self) -> NewFulfilment:
        return NewFulfilment(
            way=Way.PARCEL,
            hands_over=self.part.group.hands_over,
            hands_over_name=self.part.hands_over_name,
            hands_over_name_en=self.part.hands_over_name_en,
            place_name=f"({self.address.postcode}) {self.address.one_line}"[:200],
            address_reference=self.address.reference,
            promised_from=self.days.collected_at,
            promised_until=self.days.brought_by,
            delivery_won=self.part.price.delivery_won,
            lines=[_new_line(line, self.part) for line in self.part.lines],
        )


@dataclass(frozen=True)
class AtScreening:
    part: Part
    ticket: Ticket

    def as_fulfilment(self) -> NewFulfilment:
        return ticket_part(self.ticket)


Agreed = AtSite | AtHome | ByParcel | AtScreening


def _agreed(checkout: Checkout, basket: Basket, customer: Customer, now: datetime) -> list[Agreed]:
    """Every part with its slot or window as the shopper saw it, or what is missing."""
    address = Address.objects.filter(
        reference=checkout.address_reference, customer=customer
    ).first()
    plan = plan_checkout(basket=basket, address=address, now=now)
    baskets.check_ready(view=plan.view)
    if plan.boxes and is_guest(customer.user_reference):
        raise BoxNeedsMember("box")
    if plan.boxes and not (checkout.card_kept and checkout.card_token):
        raise BoxNeedsCard("method")
    if checkout.delivery_won not in (None, plan.price.delivery_won):
        raise DeliveryFeeChanged("address", old=checkout.delivery_won, new=plan.price.delivery_won)
    return [_agreed_part(part, checkout, address) for part in plan.parts]


def _agreed_part(part: Part, checkout: Checkout, address: Address | None) -> Agreed:
    if part.ticket is not None:
        if not part.is_held:
            raise BayHoldOver("bay", bay=part.ticket.bay)
        return AtScreening(part, part.ticket)
    if part.at_site:
        if part.hold is None:
            raise SlotNeeded("slot", part=part.hands_over_name)
        return AtSite(part, part.hold)
    if address is None:
        raise AddressNeeded("address")
    if part.by_parcel:
        return _by_parcel(part, checkout, address)
    chosen = checkout.windows.get(part.key, "")
    window = next((w for w in part.windows if w.reference == chosen), None)
    if window is None:
        raise WindowNeeded("window", part=part.hands_over_name)
    return AtHome(part, window, address)


def _by_parcel(part: Part, checkout: Checkout, address: Address) -> ByParcel:
    if part.days is None:
        raise ParcelNoDay("part", part=part.hands_over_name)
    if checkout.method == PaymentMethod.ON_SITE and part.price.total_won:
        raise ParcelPaidBefore("method")
    return ByParcel(part, part.days, address)


def _new_line(line: LineView, part: Part) -> NewLine:
    bundle, box = part.bundle, part.box
    if bundle is not None:
        return NewLine(
            merchant_reference="",
            variant=None,
            bundle_reference=bundle.reference,
            name=bundle.theme,
            name_en=bundle.theme_en,
            unit="책 묶음",
            quantity=1,
            unit_price_won=0,
            tax_class=TaxClass.EXEMPT,
        )
    variant = cast("Variant", line.variant)  # what is not a bundle is goods
    return NewLine(
        merchant_reference=variant.product.merchant.reference,
        variant=variant,
        bundle_reference="",
        name=box.name if box else variant.product.name,
        name_en=box.name_en if box else variant.product.name_en,
        unit=variant.unit,
        quantity=line.quantity,
        unit_price_won=line.unit_price_won,
        tax_class=variant.product.tax_class,
        return_notice=notice_for(keeps=variant.product.storage == Storage.AMBIENT).code,
    )


def _take_everything(
    order: Order, agreed: list[Agreed], checkout: Checkout, basket: Basket, now: datetime
) -> None:
    """Slots, then bays, then windows, then stock, then books: one order of locks for every
    journey."""
    with_variants = OrderLine.objects.select_related("variant")
    fulfilments = list(
        order.fulfilments.order_by("pk").prefetch_related(Prefetch("lines", with_variants))
    )
    pairs = list(zip(fulfilments, agreed, strict=True))
    at_sites = {part.hold.reference: part.part.load for part in agreed if isinstance(part, AtSite)}
    if len(at_sites) > 1:
        slots.lock_together(at_sites)
    for fulfilment, part in sorted(pairs, key=lambda pair: pair[0].hands_over):
        if isinstance(part, AtSite):
            with saying_which():
                slots.confirm(
                    booking_reference=part.hold.reference,
                    owner_reference=basket.reference,
                    new_owner_reference=fulfilment.reference,
                    plate=checkout.plate,
                    phone_last4=checkout.contact_phone[-4:],
                    load=part.part.load,
                    now=now,
                )
    with_bays = [f.ticket_reference for f in fulfilments if f.ticket_reference]
    for ticket_reference in sorted(with_bays):
        screenings.confirm(
            ticket_reference=ticket_reference,
            owner_reference=basket.reference,
            new_owner_reference=order.customer.user_reference,
            now=now,
        )
    # One place for all parts that come in the same window.
    places = {f.window_reference: window_key(f) for f in fulfilments if f.window_reference}
    for window_reference, key in sorted(places.items()):
        windows.take(window_reference=window_reference, key=key, now=now)
    stock.allocate(wants=wants_of(fulfilments), kept_for=basket.reference, now=now)
    take_place(fulfilments=fulfilments, now=now)
    books_wanted = [(f, p.part.lines[0]) for f, p in pairs if p.part.bundle is not None]
    for fulfilment, line in sorted(books_wanted, key=lambda pair: pair[1].bundle_reference):
        _lend(fulfilment, line, order.customer, now)


def _begin_boxes(order: Order, agreed: list[Agreed], checkout: Checkout, now: datetime) -> None:
    """What is paid with the order is the first box of each; SUBSCRIPTION_EXISTS."""
    at_home = [part for part in agreed if isinstance(part, AtHome)]
    for home in sorted(at_home, key=lambda one: one.part.key):
        if home.part.cycle is None:
            continue
        boxes.begin_with_order(
            key=f"{order.reference}:{home.part.key}",
            cycle=home.part.cycle,
            customer=order.customer,
            address=home.address,
            card_token=checkout.card_token,
            order_reference=order.reference,
            now=now,
        )


def wants_of(fulfilments: list[Fulfilment]) -> list[Want]:
    """What their goods take from the shelves."""
    return [
        Want(variant_id=line.variant_id, line_reference=line.reference, quantity=line.quantity)
        for fulfilment in fulfilments
        for line in fulfilment.lines.all()
        if line.variant_id is not None
    ]


def _lend(fulfilment: Fulfilment, line: LineView, guardian: Customer, now: datetime) -> None:
    books.lend_bundle(
        key=fulfilment.reference,
        bundle_reference=line.bundle_reference,
        child_reference=line.child_reference,
        guardian=guardian,
        deliver_on=timezone.localdate(fulfilment.promised_from),
        now=now,
    )


def _asked_for(order: Order) -> list[Payment]:
    """What vouchers leave."""
    asked = order.payments.exclude(method=PaymentMethod.VOUCHER)
    return list(asked.order_by("pk"))


def _open_payment(order: Order, checkout: Checkout, now: datetime) -> list[Payment]:
    """Nothing to pay, or to be paid where it is handed over: the order stands at once. A transfer
    is waited for. TRANSFER_NOT_OFFERED, TRANSFER_TOO_LATE."""
    if order.total_won == 0:
        confirm(order=order, now=now)
        return []
    by_transfer = checkout.method == PaymentMethod.TRANSFER
    _hold_vouchers(order, checkout, now)
    opened = payments.open_payment(
        order=order,
        method=checkout.method,
        card_token=checkout.card_token,
        card_follows=checkout.card_follows,
        off_session=checkout.card_kept,
        pay_until=transfer_until(order=order, now=now) if by_transfer else None,
        now=now,
    )
    if checkout.method == PaymentMethod.ON_SITE or not opened:
        confirm(order=order, now=now)
    if by_transfer:
        for payment in opened:
            ask_for_transfer(payment=payment, now=now)
    return opened


def _hold_vouchers(order: Order, checkout: Checkout, now: datetime) -> None:
    """What they pay is what the shopper saw, or nobody pays another amount unasked."""
    if not checkout.vouchers and not checkout.voucher_won:
        return
    own = Voucher.objects.filter(reference__in=checkout.vouchers).values_list("pk", flat=True)
    held = tenders.hold(
        order=order,
        voucher_pks=list(own),
        member=not is_guest(order.customer.user_reference),
        now=now,
    )
    covered_won = sum(payment.amount_won for payment in held)
    if covered_won != checkout.voucher_won:
        raise VoucherChanged("voucher", covered=covered_won)
