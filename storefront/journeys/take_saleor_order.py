"""An order born in a Saleor becomes an order of ours, with its slot or window and its goods."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from commerce import phone as telephone
from commerce import text
from commerce.catalogue.models import Variant, Way
from commerce.core import births
from commerce.core.births import Birth, BornLine
from commerce.customers.actions import OutsideProvince, add_address, customer_for
from commerce.customers.models import Address, Customer
from commerce.merchants.models import Market, Merchant
from commerce.money import share
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Order
from commerce.orders.pricing import price
from commerce.orders.splitting import Group, split
from commerce.saleor.app.order_there import CURRENCY, LineThere, OrderThere
from commerce.saleor.app.queries import is_the_core
from commerce.stock import actions as stock
from commerce.stock.actions import Want
from drivethrough.sites.queries import site as site_by_reference
from drivethrough.slots import actions as slots
from drivethrough.slots.queries import slot as slot_by_reference
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.delivery_windows.queries import window as window_by_reference
from logistics.network.queries import depot_for_area, place_for_area
from storefront.journeys.cancel_order import window_key
from storefront.journeys.part_loads import load_of, saying_which
from storefront.journeys.plan_checkout import OutOfArea, goods_line
from storefront.journeys.tell_core import take_place
from storefront.refusals import StorefrontError

PROVINCE = ("경기도", "경기")
ROUGHLY = "지도 위치는 대략입니다"

# A part to be, and the Saleor's ids of the lines that its lines came from.
Made = tuple[NewFulfilment, list[str]]


class GoodsUnknown(StorefrontError):
    """Some of its goods are ours, others are not. ``data``: ``count`` of those that are not."""

    code = "SALEOR_GOODS_UNKNOWN"


class TotalDiffers(StorefrontError):
    """Lines and delivery do not add up to its total. ``data``: ``sum``, ``total`` in won."""

    code = "SALEOR_TOTAL_DIFFERS"


class NotInWon(StorefrontError):
    """``data``: ``currency``."""

    code = "SALEOR_NOT_IN_WON"


class SlotElsewhere(StorefrontError):
    """The slot is at another site than the goods, or they cannot be fetched at all."""

    code = "SALEOR_SLOT_ELSEWHERE"


class NoWindowOpen(StorefrontError):
    """No window of the next days has room."""

    code = "SALEOR_NO_WINDOW"


@transaction.atomic
def take_order(*, api_url: str, there: OrderThere, now: datetime) -> Order | None:
    """Ours, with everything it needs taken; None when nothing in it is ours. Not confirmed yet.

    A slot or window that was chosen is taken or refused; without one it comes in the first window
    with room. Locks as ``place_order``. The same order gets the same answer.
    """
    variants = _our_goods(there)
    if not variants:
        return None
    _check_sums(there)
    key = _short("order", api_url, there.id)
    # Nobody who signs in here: an e-mail address that a Saleor tells proves nothing to us.
    customer = customer_for(user_reference=_short("customer", api_url, there.who), now=now)
    if there.slot:
        made = [_at_site(there, variants, key, now)]
    else:
        made = _at_home(there, variants, customer, now)
    order, created = orders.open_order(
        key=key,
        basket_reference=None,
        customer=customer,
        contact_name=text.line("name", there.full_name, longest=60),
        contact_phone=telephone.to_e164(there.phone) if there.phone else "",
        parts=[part for part, _came_from in made],
        now=now,
    )
    if created:
        _remember_birth(order, [came_from for _part, came_from in made], api_url, there, now)
        _take_everything(order, key, api_url, there, now)
    return order


def _our_goods(there: OrderThere) -> dict[str, Variant]:
    """By reference; for sale or not, since they were sold. SALEOR_GOODS_UNKNOWN for a mixture."""
    wanted = {line.variant for line in there.lines if line.variant}
    found = Variant.objects.filter(reference__in=wanted).select_related("product__merchant__market")
    variants = {variant.reference: variant for variant in found}
    missing = [line for line in there.lines if line.variant not in variants]
    if variants and missing:
        raise GoodsUnknown("lines", count=len(missing))
    return variants


def _check_sums(there: OrderThere) -> None:
    if there.currency != CURRENCY:
        raise NotInWon("currency", currency=there.currency)
    together = sum(line.total_won for line in there.lines) + there.delivery_won
    if together != there.total_won:
        raise TotalDiffers("total", sum=together, total=there.total_won)


def _at_site(there: OrderThere, variants: Mapping[str, Variant], key: str, now: datetime) -> Made:
    """NOT_FOUND, SALEOR_SLOT_ELSEWHERE, and as ``slots.hold``."""
    slot = slot_by_reference(there.slot)
    site = site_by_reference(slot.site.reference)
    groups = _groups(there, variants, Way.DRIVE_THROUGH)
    may_be_fetched = all(Way.DRIVE_THROUGH in v.product.open_ways for v in variants.values())
    if [group.hands_over for group in groups] != [site.reference] or not may_be_fetched:
        raise SlotElsewhere("slot")
    with saying_which():
        held = slots.hold(
            slot_reference=slot.reference,
            owner_reference=key,
            key=key,
            load=load_of((variants[line.variant], line.quantity) for line in there.lines),
            now=now,
        )
    part = NewFulfilment(
        way=Way.DRIVE_THROUGH,
        hands_over=site.reference,
        hands_over_name=site.name,
        hands_over_name_en=site.name_en,
        place_name=site.name,
        promised_from=slot.starts_at,
        promised_until=slot.ends_at,
        delivery_won=there.delivery_won,
        booking_reference=held.reference,
        lines=_lines(groups[0], there, variants),
    )
    return part, _came_from(groups[0], there)


def _at_home(
    there: OrderThere, variants: Mapping[str, Variant], customer: Customer, now: datetime
) -> list[Made]:
    """OUT_OF_AREA, WINDOW_UNKNOWN, SALEOR_NO_WINDOW, and as ``add_address``."""
    address = _address(there, customer)
    window = _window(there, now)
    groups = _groups(there, variants, Way.DELIVERY)
    sellers = [_seller(variants[_line_of(group, there).variant]) for group in groups]
    fees = share(there.delivery_won, [part.delivery_won for part in price(groups).parts])
    return [
        (
            NewFulfilment(
                way=Way.DELIVERY,
                hands_over=group.hands_over,
                hands_over_name=seller.name,
                hands_over_name_en=seller.name_en,
                place_name=address.one_line,
                address_reference=address.reference,
                promised_from=window.starts_at,
                promised_until=window.ends_at,
                delivery_won=fee,
                window_reference=window.reference,
                lines=_lines(group, there, variants),
            ),
            _came_from(group, there),
        )
        for group, seller, fee in zip(groups, sellers, fees, strict=True)
    ]


def _area(there: OrderThere) -> dict[str, str]:
    """``city`` and ``street`` for the depots. OUTSIDE_PROVINCE."""
    door = there.door
    if door is None or door.country != "KR" or door.area not in PROVINCE:
        raise OutsideProvince("address")
    return {
        "city": f"{door.city} {door.district}".strip(),
        "street": f"{door.street} {door.detail}".strip(),
    }


def _address(there: OrderThere, customer: Customer) -> Address:
    area = _area(there)
    found = place_for_area(**area)
    if there.door is None or found is None:
        raise OutOfArea("address")
    place, is_named = found
    street, detail = there.door.street, there.door.detail
    known = customer.addresses.filter(city=place.city, street=street, detail=detail).first()
    if known is not None:
        return known
    note = text.line("note", there.note, longest=10_000, required=False)
    return add_address(
        customer=customer,
        label="Saleor",
        city=place.city,
        locality=place.name,
        street=street,
        detail=detail,
        postcode=there.door.postcode,
        lat=place.lat,
        lon=place.lon,
        door_note=(note if is_named else f"{ROUGHLY}. {note}")[:100],
    )


def _window(there: OrderThere, now: datetime) -> DeliveryWindow:
    depot = depot_for_area(**_area(there))
    if depot is None:
        raise OutOfArea("address")
    if there.window:
        chosen = window_by_reference(there.window)
        if chosen is None:
            raise windows.WindowUnknown("window")
        if chosen.depot_id != depot.pk:
            raise OutOfArea("window")
        return chosen
    with_room = [window for window in open_windows(depot, now) if window.left]
    if not with_room:
        raise NoWindowOpen("window")
    return min(with_room, key=lambda window: (window.starts_at, window.pk))


def _groups(there: OrderThere, variants: Mapping[str, Variant], way: Way) -> list[Group]:
    return split(
        [
            goods_line(
                key=str(number),
                way=way,
                variant=variants[line.variant],
                quantity=line.quantity,
                unit_price_won=line.total_won // line.quantity,
            )
            for number, line in enumerate(there.lines)
        ]
    )


def _line_of(group: Group, there: OrderThere) -> LineThere:
    return there.lines[int(group.line_keys[0])]


def _lines(group: Group, there: OrderThere, variants: Mapping[str, Variant]) -> list[NewLine]:
    told = (there.lines[int(key)] for key in group.line_keys)
    return [made for line in told for made in _new_lines(line, variants[line.variant])]


def _came_from(group: Group, there: OrderThere) -> list[str]:
    """The Saleor's id of each line that ``_lines`` makes, in its order."""
    told = (there.lines[int(key)] for key in group.line_keys)
    return [line.id for line in told for _ in _priced(line)]


def _priced(line: LineThere) -> list[tuple[int, int]]:
    """Quantities with their unit prices: one, or two when a discount left a total that no unit
    price gives: 10,000 won for three are one for 3,334 and two for 3,333."""
    each, odd = divmod(line.total_won, line.quantity)
    prices = ((odd, each + 1), (line.quantity - odd, each))
    return [(quantity, unit_won) for quantity, unit_won in prices if quantity]


def _new_lines(line: LineThere, variant: Variant) -> Iterator[NewLine]:
    for quantity, unit_won in _priced(line):
        yield NewLine(
            merchant_reference=variant.product.merchant.reference,
            variant=variant,
            bundle_reference="",
            name=variant.product.name,
            name_en=variant.product.name_en,
            unit=variant.unit,
            quantity=quantity,
            unit_price_won=unit_won,
            tax_class=variant.product.tax_class,
        )


def _seller(variant: Variant) -> Market | Merchant:
    merchant = variant.product.merchant
    return merchant.market or merchant


def _remember_birth(
    order: Order, came_from: Sequence[list[str]], api_url: str, there: OrderThere, now: datetime
) -> None:
    """What becomes of each part is told there from now on. ``came_from`` by part, by line."""
    parts = order.fulfilments.order_by("pk")
    for part, ids in zip(parts, came_from, strict=True):
        lines = part.lines.order_by("pk").select_related("variant")
        born = tuple(
            BornLine(line.reference, line.variant.reference, line.quantity, id_)  # type: ignore[union-attr]  # goods
            for line, id_ in zip(lines, ids, strict=True)
        )
        birth = Birth(api_url, there.id, is_the_core(api_url), born)
        births.remember(part.reference, birth, now=now)


def _take_everything(
    order: Order, key: str, api_url: str, there: OrderThere, now: datetime
) -> None:
    """In the order of ``place_order``. Goods that the core's own Saleor sold, it holds already."""
    parts = list(order.fulfilments.order_by("pk").prefetch_related("lines__variant"))
    first = parts[0]
    if first.booking_reference:
        slots.confirm(
            booking_reference=first.booking_reference,
            owner_reference=key,
            new_owner_reference=first.reference,
            plate=there.plate,
            phone_last4=order.contact_phone[-4:],
            now=now,
        )
    else:
        windows.take(window_reference=first.window_reference, key=window_key(first), now=now)
    lines = [line for part in parts for line in part.lines.all()]
    wants = [Want(line.variant_id, line.reference, line.quantity) for line in lines]  # type: ignore[arg-type]  # goods
    stock.allocate(wants=wants, now=now)
    if not is_the_core(api_url):
        take_place(fulfilments=parts, now=now)


def _short(*words: str) -> str:
    """The same words, the same 32 letters."""
    return sha256("\n".join(words).encode()).hexdigest()[:32]
