"""What a basket would become: the parts it is handed over in, what each costs, when each could be.

The checkout page shows this and ``place_order`` acts on the same: what was shown is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet

from commerce.basket.models import Basket
from commerce.basket.queries import BasketView, LineView, basket_for_checkout
from commerce.books.models import Bundle, Library
from commerce.books.queries import bundles_by_reference
from commerce.boxes.models import Box, Cycle
from commerce.boxes.queries import boxes_by_reference, next_cycles
from commerce.business_days import business_date
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.models import Product, TaxClass, Variant, Way
from commerce.customers.models import Address
from commerce.merchants.models import Market, Merchant
from commerce.merchants.opening import Opening
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.merchants.queries import openings_of, parcel_terms
from commerce.orders.parcel_days import ParcelDays, parcel_days
from commerce.orders.pricing import Fees, PartPrice, Price, price
from commerce.orders.splitting import Group, SplitLine, split
from drivethrough.screenings.models import Ticket
from drivethrough.screenings.queries import is_held_for
from drivethrough.screenings.queries import tickets as tickets_by_reference
from drivethrough.sites.models import Site
from drivethrough.sites.queries import site as site_by_reference
from drivethrough.slots.fitting import Fit, fits
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking, Slot
from drivethrough.slots.queries import holds_of
from drivethrough.slots.queries import open_slots as open_slots_at
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for
from storefront.journeys.part_loads import load_of
from storefront.refusals import StorefrontError

# How far ahead of its hand-over goods are ordered, and a regular box is begun.
GOODS_DAYS, BOX_DAYS = 7, 14


class OutOfArea(StorefrontError):
    """No depot drives to this door; the drive-through still serves it, and parcels do."""

    code = "OUT_OF_AREA"


@dataclass(frozen=True)
class _Days:
    """On which days everybody whose goods are in a part is there, by merchant reference, and the
    products that are ordered in time for them."""

    sellers: Mapping[str, Merchant]
    openings: Mapping[str, Opening]
    cut_offs: frozenset[CutOff]

    def can_be(self, at: datetime, asked_at: datetime) -> bool:
        """A hand-over at ``at`` that is asked for at ``asked_at``."""
        return self.can_be_on(business_date(at), asked_at)

    def can_be_on(self, on: date, asked_at: datetime) -> bool:
        there = all(self.openings[reference].is_open(on) for reference in self.sellers)
        return there and all(cut_off.takes(on, asked_at) for cut_off in self.cut_offs)

    def away(self, times: Iterable[datetime]) -> list[Merchant]:
        """Who is not there at one of these times at least."""
        days = {business_date(at) for at in times}
        return [
            self.sellers[reference]
            for reference in sorted(self.sellers)
            if not all(self.openings[reference].is_open(on) for on in days)
        ]


@dataclass(frozen=True)
class Unfit:
    """A slot with a place in which not all fits: only ``left`` of ``product`` are left that day, or
    it is time to prepare that is lacking (None)."""

    slot: Slot
    product: Product | None
    left: int


@dataclass(frozen=True)
class Part:
    """One future fulfilment. At the gate: ``site``, the basket's live ``hold``, what of a slot its
    lines take (``load``), the ``slots`` in which all of that fits, and ``unfit``, which have a
    place and lack something else.
    A regular box: ``box``, and the ``cycle`` that its first one is of.
    At a screening: ``ticket``, and whether its bay ``is_held`` for this basket.
    At home: ``windows`` (empty without an address). Only days on which all its merchants are
    there and for which its products can still be ordered; ``resting`` are those who are away on
    some day that could have been. Slots are read when they are shown. By parcel: its merchant's
    ``terms``, and its ``days`` unless that merchant is away for long; without an address they are
    those of a door near by."""

    group: Group
    price: PartPrice
    lines: list[LineView]
    box: Box | None
    cycle: Cycle | None
    bundle: Bundle | None
    ticket: Ticket | None
    is_held: bool
    hands_over_name: str
    hands_over_name_en: str
    site: Site | None
    hold: Booking | None
    windows: list[DeliveryWindow]
    terms: ParcelTerms | None
    days: ParcelDays | None
    _days: _Days
    _all_slots: QuerySet[Slot]
    _all_windows: list[DeliveryWindow]
    _now: datetime

    @cached_property
    def load(self) -> Load:
        return load_of((line.variant, line.quantity) for line in self.lines)

    @cached_property
    def slots(self) -> list[Slot]:
        return [fit.slot for fit in self._fits if not fit.lacks]

    @cached_property
    def _fits(self) -> list[Fit]:
        there = [slot for slot in self._all_slots if self._days.can_be(slot.starts_at, self._now)]
        return fits(there, self.load, self._now, self.hold)

    @cached_property
    def unfit(self) -> list[Unfit]:
        """Of a day that has too few of something, its first slot stands for all."""
        goods = {line.variant.reference: line.product for line in self.lines if line.variant}
        found: dict[tuple[object, str], Unfit] = {}
        for fit in self._fits:
            product = goods.get(fit.lacks)
            when = business_date(fit.slot.starts_at) if product else fit.slot.pk
            if fit.lacks:
                found.setdefault((when, fit.lacks), Unfit(fit.slot, product, fit.left))
        return list(found.values())

    @property
    def closing(self) -> list[Product]:
        """Those of its products with a cut-off of their own."""
        products = {line.product.pk: line.product for line in self.lines if line.product}
        return [product for product in products.values() if product.own_cut_off]

    @cached_property
    def resting(self) -> list[Merchant]:
        slots = [slot.starts_at for slot in self._all_slots]
        return self._days.away([*slots, *(window.starts_at for window in self._all_windows)])

    @property
    def key(self) -> str:
        return self.group.key

    @property
    def at_site(self) -> bool:
        """In a lane, in a slot."""
        return self.group.way == Way.DRIVE_THROUGH and not self.group.is_ticket

    @property
    def at_home(self) -> bool:
        """By our own van, in a window."""
        return self.group.way == Way.DELIVERY

    @property
    def by_parcel(self) -> bool:
        return self.group.way == Way.PARCEL

    def can_be_sent(self, on: date) -> bool:
        """Whether its merchant is there on that day, and all of it can still be ordered for it."""
        return self._days.can_be_on(on, self._now)


@dataclass(frozen=True)
class CheckoutPlan:
    view: BasketView
    parts: list[Part]
    price: Price

    @property
    def needs_address(self) -> bool:
        return any(part.at_home or part.by_parcel for part in self.parts)

    @property
    def has_parcels(self) -> bool:
        return any(part.by_parcel for part in self.parts)

    @property
    def boxes(self) -> list[Part]:
        return [part for part in self.parts if part.box is not None]

    @property
    def may_fall_short(self) -> bool:
        """Goods may; books and bays are there or not."""
        return any(line.variant is not None for line in self.view.lines)


def plan_checkout(
    *, basket: Basket, address: Address | None, by_van: bool = True, now: datetime
) -> CheckoutPlan:
    """Reads only. OUT_OF_AREA when the address has no depot and a van must come to it; without
    ``by_van`` what a van was to bring has no windows instead."""
    view = basket_for_checkout(basket.reference)
    wanted = [line.box_reference for line in view.lines if line.box_reference]
    boxes = boxes_by_reference(wanted) if wanted else {}
    cycles = next_cycles(boxes.values(), now) if boxes else {}
    books = [line.bundle_reference for line in view.lines if line.bundle_reference]
    bundles = bundles_by_reference(books) if books else {}
    held = [line.ticket_reference for line in view.lines if line.ticket_reference]
    tickets = tickets_by_reference(held) if held else {}
    groups = split([_split_line(line, bundles, tickets) for line in view.lines])
    sellers = {line.merchant.reference: line.merchant for line in view.lines if line.merchant}
    far = address is not None and address.is_far
    terms = {reference: parcel_terms(merchant) for reference, merchant in sellers.items()}
    priced = price(groups, Fees(parcels=terms, far=far))
    windows = _windows(groups, address, now) if by_van else []
    holds = {hold.site.reference: hold for hold in holds_of(basket.reference, now)}
    by_reference = {line.reference: line for line in view.lines}
    there = openings_of(sellers.values(), business_date(now))
    kept = {who for who, one in tickets.items() if is_held_for(one, basket.reference, now)}
    parts = [
        _part(
            group,
            part_price,
            by_reference,
            boxes,
            cycles,
            bundles,
            tickets,
            kept,
            windows,
            holds,
            there,
            now,
        )
        for group, part_price in zip(groups, priced.parts, strict=True)
    ]
    parts = [_sent(part, terms, far=far, now=now) if part.by_parcel else part for part in parts]
    return CheckoutPlan(view=view, parts=parts, price=priced)


def _sent(part: Part, terms: Mapping[str, ParcelTerms], *, far: bool, now: datetime) -> Part:
    return replace(
        part,
        terms=terms[part.group.hands_over],
        days=parcel_days(part.can_be_sent, far=far, ordered_at=now),
    )


def _split_line(
    line: LineView, bundles: dict[str, Bundle], tickets: dict[str, Ticket]
) -> SplitLine:
    if line.ticket_reference:
        return SplitLine(
            key=line.reference,
            way=line.way,
            site_reference=tickets[line.ticket_reference].screening.site.reference,
            ticket_reference=line.ticket_reference,
            unit_price_won=line.unit_price_won,
            tax_class=TaxClass.TAXABLE,
        )
    if line.variant is None:
        return SplitLine(
            key=line.reference,
            way=line.way,
            library_reference=bundles[line.bundle_reference].library.reference,
            bundle_reference=line.bundle_reference,
        )
    goods = goods_line(
        key=line.reference,
        way=line.way,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_won=line.unit_price_won,
    )
    return replace(goods, box_reference=line.box_reference)


def goods_line(
    *, key: str, way: str, variant: Variant, quantity: int, unit_price_won: int
) -> SplitLine:
    """``variant`` with its product, merchant and market."""
    product = variant.product
    return SplitLine(
        key=key,
        way=way,
        merchant_reference=product.merchant.reference,
        market_reference=product.merchant.market.reference if product.merchant.market else "",
        site_reference=product.merchant.site_reference,
        unit_price_won=unit_price_won,
        quantity=quantity,
        tax_class=product.tax_class,
    )


def _windows(
    groups: Sequence[Group], address: Address | None, now: datetime
) -> list[DeliveryWindow]:
    if address is None or not any(group.way == Way.DELIVERY for group in groups):
        return []
    depot = depot_for(address.lat, address.lon)
    if depot is None:
        raise OutOfArea("address")
    days = BOX_DAYS if any(group.is_box for group in groups) else GOODS_DAYS
    return open_windows(depot, now, days)


def _part(
    group: Group,
    part_price: PartPrice,
    by_reference: dict[str, LineView],
    boxes: dict[str, Box],
    cycles: dict[str, Cycle],
    bundles: dict[str, Bundle],
    tickets: dict[str, Ticket],
    kept: set[str],
    windows: list[DeliveryWindow],
    holds: dict[str, Booking],
    there: dict[str, Opening],
    now: datetime,
) -> Part:
    lines = [by_reference[key] for key in group.line_keys]
    box = boxes.get(lines[0].box_reference)
    cycle = cycles.get(lines[0].box_reference)
    bundle = bundles[lines[0].bundle_reference] if group.is_books else None
    ticket = tickets[lines[0].ticket_reference] if group.is_ticket else None
    at_site = group.way == Way.DRIVE_THROUGH and ticket is None
    who = _hands_over(group, lines[0], bundle)
    sellers = {line.merchant.reference: line.merchant for line in lines if line.merchant}
    cut_offs = (line.product.own_cut_off for line in lines if line.product)
    days = _Days(sellers, there, frozenset(cut_off for cut_off in cut_offs if cut_off))
    windows = windows if group.way == Way.DELIVERY else []
    if box is not None:
        windows = [window for window in windows if cycle and window.on_date == cycle.hand_over_on]
    else:
        last = now + timedelta(GOODS_DAYS)
        windows = [window for window in windows if window.starts_at <= last]
    slots = open_slots_at(group.hands_over, now) if at_site else Slot.objects.none()
    hold = holds.get(group.hands_over) if at_site else None
    return Part(
        group=group,
        price=part_price,
        lines=lines,
        box=box,
        cycle=cycle,
        bundle=bundle,
        ticket=ticket,
        is_held=ticket is not None and ticket.reference in kept,
        hands_over_name=who.name,
        hands_over_name_en=who.name_en or who.name,
        site=who if isinstance(who, Site) else None,
        # A place that was kept in time stays good while it is kept.
        hold=hold if hold and days.can_be(hold.slot.starts_at, hold.made_at) else None,
        windows=[window for window in windows if days.can_be(window.starts_at, now)],
        terms=None,
        days=None,
        _days=days,
        _all_slots=slots,
        _all_windows=windows,
        _now=now,
    )


def _hands_over(
    group: Group, line: LineView, bundle: Bundle | None
) -> Site | Library | Market | Merchant:
    if group.way == Way.DRIVE_THROUGH:
        return site_by_reference(group.hands_over)
    if bundle is not None:
        return bundle.library
    if line.box_reference or group.way == Way.PARCEL:
        return line.merchant  # type: ignore[return-value]  # a box has one
    return line.market or line.merchant  # type: ignore[return-value]  # goods have a merchant
