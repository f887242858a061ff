"""Filling a basket. Each change locks the basket's row first, so two tabs take turns."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from commerce.basket.models import Basket, BasketLine, BasketStatus
from commerce.basket.queries import BasketView
from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale
from commerce.customers.models import Customer
from commerce.errors import CommerceError, NotFound

MOST_OF_ONE = 99


class QuantityRange(CommerceError):
    code = "QTY_RANGE"


class QuantityStep(CommerceError):
    """It is ordered in multiples of ``step``."""

    code = "QTY_STEP"


class WayUnavailable(CommerceError):
    code = "WAY_UNAVAILABLE"


class NotForSale(CommerceError):
    code = "NOT_FOR_SALE"


class BasketClosed(CommerceError):
    code = "BASKET_CLOSED"


class BasketEmpty(CommerceError):
    code = "BASKET_EMPTY"


class PriceChanged(CommerceError):
    code = "PRICE_CHANGED"


def open_basket(*, customer: Customer | None, now: datetime) -> Basket:
    """The customer's one open basket, made on first need; a new one for each guest."""
    if customer is None:
        return Basket.objects.create(created_at=now)
    # The partial unique constraint decides between two tabs; the loser reads the winner's row.
    basket, _created = Basket.objects.get_or_create(
        customer=customer, status=BasketStatus.OPEN, defaults={"created_at": now}
    )
    return basket


@transaction.atomic
def add_goods(*, basket: Basket, variant: Variant, quantity: int, way: Way) -> BasketLine:
    """Put so many more of a variant in. What is added again counts up on its line.

    Raises QuantityRange (1 to 99 in all), QuantityStep, NotForSale, WayUnavailable, BasketClosed.
    """
    basket = _open(basket)
    sold = for_sale().select_related("product__merchant").filter(pk=variant.pk).first()
    if sold is None:
        raise NotForSale("variant", **_named(variant))
    if way not in sold.product.open_ways:
        raise WayUnavailable("way", ways=sold.product.open_ways)
    same = BasketLine.objects.filter(basket=basket, variant=sold, way=way, box_reference="")
    line = same.first()
    if line is None:
        line = BasketLine(
            basket=basket, variant=sold, way=way, quantity=0, price_seen_won=sold.price_won
        )
    # Checked apart: minus one more of something already there is not one less.
    _check_quantity(quantity, least=1)
    line.quantity += quantity
    _check_quantity(line.quantity, least=1)
    _check_step(line.quantity, sold)
    line.save()
    return line


@transaction.atomic
def add_bundle(*, basket: Basket, bundle_reference: str, child_reference: str) -> BasketLine:
    """Borrow a book bundle for one child; a second time says for which child.

    Raises BasketClosed.
    """
    line, _created = BasketLine.objects.update_or_create(
        basket=_open(basket),
        bundle_reference=bundle_reference,
        defaults={"child_reference": child_reference, "way": Way.DELIVERY},
    )
    return line


@transaction.atomic
def add_box(*, basket: Basket, box_reference: str, variant: Variant) -> BasketLine:
    """A regular box, of which the first is paid with the order; a second time it is there already.

    Raises BasketClosed, NotForSale.
    """
    if not for_sale().filter(pk=variant.pk).exists():
        raise NotForSale("variant", **_named(variant))
    line, _created = BasketLine.objects.get_or_create(
        basket=_open(basket),
        box_reference=box_reference,
        defaults={
            "variant": variant,
            "way": Way.DELIVERY,
            "price_seen_won": variant.price_won,
        },
    )
    return line


@transaction.atomic
def add_ticket(
    *, basket: Basket, ticket_reference: str, name: str, name_en: str, price_won: int
) -> BasketLine:
    """A ticket that whoever sells it holds for this basket; a second time it is there already.

    Raises BasketClosed.
    """
    line, _created = BasketLine.objects.get_or_create(
        ticket_reference=ticket_reference,
        basket=_open(basket),
        defaults={
            "name": name,
            "name_en": name_en,
            "price_seen_won": price_won,
            "way": Way.DRIVE_THROUGH,
        },
    )
    return line


@transaction.atomic
def set_quantity(*, line: BasketLine, quantity: int) -> BasketLine | None:
    """So many of it instead; 0 takes the line out and answers None.

    Raises QuantityRange (0 to 99; a box, a bundle or a ticket is one), QuantityStep, BasketClosed,
    NotFound for a line that another tab took out.
    """
    if quantity == 0:
        remove(line=line)
        return None
    _open(line.basket)
    counted = line.variant is not None and not line.box_reference
    _check_quantity(quantity, least=0, most=MOST_OF_ONE if counted else 1)
    if line.variant is not None and counted:
        _check_step(quantity, line.variant)
    if not BasketLine.objects.filter(pk=line.pk).update(quantity=quantity):
        raise NotFound("line", reference=line.reference)
    line.quantity = quantity
    return line


@transaction.atomic
def remove(*, line: BasketLine) -> None:
    """Take a line out; one that is gone already is no trouble. Raises BasketClosed."""
    _open(line.basket)
    BasketLine.objects.filter(pk=line.pk).delete()


@transaction.atomic
def change_way(*, basket: Basket, instead_of: Way, way: Way) -> int:
    """All goods that were to come one way and can be had another now are, but for boxes, which a
    van brings; answers how many lines changed.

    A line that is there both ways becomes one, of at most 99. BASKET_CLOSED.
    """
    basket = _open(basket)
    goods = basket.lines.filter(box_reference="")
    lines = goods.select_related("variant__product__merchant")
    there = {line.variant_id: line for line in lines.filter(way=way)}
    changed = 0
    for line in lines.filter(variant__isnull=False, way=instead_of):
        if line.variant is None or way not in line.variant.product.open_ways:
            continue
        _bring(line, line.variant, there.get(line.variant_id), way)
        changed += 1
    return changed


@transaction.atomic
def change_line_way(*, line: BasketLine, way: Way) -> None:
    """These goods another way; a repeat changes nothing. A line that is there both ways becomes
    one, of at most 99. BASKET_CLOSED, NOT_FOUND, WAY_UNAVAILABLE."""
    basket = _open(line.basket)
    goods = basket.lines.filter(variant__isnull=False, box_reference="")
    own = goods.select_related("variant__product__merchant").filter(pk=line.pk).first()
    if own is None or own.variant is None:
        raise NotFound("line", reference=line.reference)
    if way not in own.variant.product.open_ways:
        raise WayUnavailable("way", ways=own.variant.product.open_ways)
    if own.way != way:
        _bring(own, own.variant, goods.filter(variant=own.variant, way=way).first(), way)


def _bring(line: BasketLine, variant: Variant, same: BasketLine | None, way: Way) -> None:
    """``same``: the line that brings the variant this way already."""
    if same is None:
        line.way = way
        line.save(update_fields=["way"])
        return
    same.quantity = most_of(variant, same.quantity + line.quantity)
    same.save(update_fields=["quantity"])
    line.delete()


@transaction.atomic
def accept_prices(*, basket: Basket) -> None:
    """The shopper says yes to the prices of this moment. Raises BasketClosed."""
    basket = _open(basket)
    price = Variant.objects.filter(pk=OuterRef("variant_id")).values("price_won")
    goods = BasketLine.objects.filter(basket=basket, variant__isnull=False)
    goods.update(price_seen_won=Subquery(price))


@transaction.atomic
def claim(*, basket: Basket, customer: Customer) -> None:
    """A visitor's basket is the customer's from now on, with whatever is held for it; somebody's
    is left alone. Raises BasketClosed."""
    basket = _open(basket)
    if basket.customer_id is None:
        basket.customer = customer
        basket.save(update_fields=["customer"])


@transaction.atomic
def adopt(*, basket: Basket, customer: Customer, now: datetime) -> Basket:
    """On sign-in: the guest's basket becomes the customer's, merged into one already open.

    Answers the customer's open basket. A basket that is gone, ordered or somebody's is left alone.
    """
    own = _locked_open_basket(customer, now)
    # Guests' baskets are locked after customers', always, so two sign-ins cannot deadlock.
    guest = Basket.objects.locked().filter(pk=basket.pk, customer=None).first()
    if guest and guest.status == BasketStatus.OPEN:
        _merge(guest, own)
    return own


def check_ready(*, view: BasketView) -> None:
    """May this become an order, as far as shelf and prices go? Stock is for allocate to say.

    Raises BasketEmpty, NotForSale, QuantityStep, PriceChanged (old, new) until accept_prices.
    """
    if not view.lines:
        raise BasketEmpty("basket")
    for line in view.lines:
        if not line.for_sale and line.variant:
            raise NotForSale("line", **_named(line.variant), line=line.reference)
        if line.variant and not line.box_reference:  # the merchant may have changed it since
            _check_step(line.quantity, line.variant)
    for line in view.price_changes:
        if line.variant:
            prices = {"old": line.price_seen_won, "new": line.unit_price_won}
            raise PriceChanged("line", **_named(line.variant), line=line.reference, **prices)


def close(*, basket: Basket) -> bool:
    """Mark the basket ordered. False when it was not open: somebody else has ordered it."""
    still_open = Basket.objects.filter(pk=basket.pk, status=BasketStatus.OPEN)
    return still_open.update(status=BasketStatus.ORDERED) == 1


def _open(basket: Basket) -> Basket:
    locked = Basket.objects.locked().filter(pk=basket.pk).first()
    if locked is None or locked.status != BasketStatus.OPEN:
        raise BasketClosed("basket")
    return locked


def _locked_open_basket(customer: Customer, now: datetime) -> Basket:
    # The basket found may be ordered before it is locked; then there is a new one to find.
    while True:
        found = open_basket(customer=customer, now=now)
        still_open = Basket.objects.locked().filter(pk=found.pk, status=BasketStatus.OPEN)
        if own := still_open.first():
            return own


def _check_quantity(quantity: int, *, least: int, most: int = MOST_OF_ONE) -> None:
    if not least <= quantity <= most:
        raise QuantityRange("quantity", least=least, max=most)


def _check_step(quantity: int, variant: Variant) -> None:
    if quantity % variant.order_step:
        raise QuantityStep("quantity", **_named(variant), step=variant.order_step)


def most_of(variant: Variant, quantity: int) -> int:
    """As many of ``quantity`` as one line may have; a step's worth at least."""
    most = min(quantity, MOST_OF_ONE)
    return max(variant.order_step, most - most % variant.order_step)


def _named(variant: Variant) -> dict[str, str]:
    product = variant.product
    return {"name": product.name, "name_en": product.name_en or product.name}


def _merge(guest: Basket, own: Basket) -> None:
    """Both rows are locked. A line in both counts up to 99 and keeps the price seen first."""
    there = {_what(line): line for line in own.lines.select_related("variant")}
    for line in guest.lines.all():
        same = there.get(_what(line))
        if same is None:
            line.basket = own
            line.save(update_fields=["basket"])
        elif same.variant is not None and not same.box_reference:
            same.quantity = most_of(same.variant, same.quantity + line.quantity)
            same.save(update_fields=["quantity"])
    guest.delete()


def _what(line: BasketLine) -> tuple[object, ...]:
    others = (line.box_reference, line.bundle_reference, line.ticket_reference)
    return (line.variant_id, line.way, *others)
