"""Hand goods and books to logistics: what must be brought to, or fetched from, which door."""

from datetime import datetime
from typing import cast

from django.utils import timezone

from commerce.books.models import Loan
from commerce.catalogue.models import Storage
from commerce.customers.models import Address
from commerce.orders.models import Fulfilment
from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.delivery_windows.models import DeliveryWindow

SECONDS_AT_THE_DOOR = 150
SECONDS_PER_EXTRA_LINE = 10


def request_delivery(*, fulfilment: Fulfilment, now: datetime) -> Consignment:
    """The fulfilment's goods or books to the shopper's door, within the promised window.

    ``fulfilment``: with its lines and their products fetched along, or each costs a query.
    """
    window = DeliveryWindow.objects.select_related("depot").get(
        reference=fulfilment.window_reference
    )
    order = fulfilment.order
    address = Address.objects.get(reference=fulfilment.address_reference)
    lines = list(fulfilment.lines.all())
    goods = [(line.variant, line.quantity) for line in lines if line.variant is not None]
    bundles = _loans(fulfilment) if any(line.bundle_reference for line in lines) else []
    return consignments.request(
        owner_reference=fulfilment.reference,
        kind=ConsignmentKind.DELIVER,
        depot=window.depot,
        on_date=window.on_date,
        earliest_at=window.starts_at,
        latest_at=window.ends_at,
        contact_name=order.contact_name,
        contact_phone=order.contact_phone,
        address=fulfilment.place_name,
        door_note=address.door_note,
        lat=cast("float", address.lat),  # a window is only promised to a door on the map
        lon=cast("float", address.lon),
        label=_label(goods_count=sum(quantity for _, quantity in goods), books=len(bundles)),
        weight_grams=sum(variant.weight_grams * quantity for variant, quantity in goods)
        + sum(loan.bundle.weight_grams for loan in bundles),
        volume_ml=sum(variant.volume_ml * quantity for variant, quantity in goods)
        + sum(loan.bundle.volume_ml for loan in bundles),
        chilled=any(variant.product.storage != Storage.AMBIENT for variant, _ in goods),
        chilled_ml=sum(
            variant.volume_ml * quantity
            for variant, quantity in goods
            if variant.product.storage != Storage.AMBIENT
        ),
        service_seconds=SECONDS_AT_THE_DOOR + SECONDS_PER_EXTRA_LINE * (len(lines) - 1),
        now=now,
    )


def _loans(fulfilment: Fulfilment) -> list[Loan]:
    return list(Loan.objects.filter(key=fulfilment.reference).select_related("bundle"))


def visit_reference(loan_reference: str, window_reference: str) -> str:
    """One attempt to fetch one loan's books. A second attempt is another visit."""
    return f"{loan_reference}:{window_reference}"


def loan_of_visit(reference: str) -> str:
    return reference.partition(":")[0]


def request_collection(
    *, loan: Loan, address: Address, window: DeliveryWindow, now: datetime
) -> Consignment:
    """A borrowed bundle from the family's door back to the depot."""
    guardian = loan.child.guardian
    return consignments.request(
        owner_reference=visit_reference(loan.reference, window.reference),
        kind=ConsignmentKind.COLLECT,
        depot=window.depot,
        on_date=timezone.localdate(window.starts_at),
        earliest_at=window.starts_at,
        latest_at=window.ends_at,
        contact_name=guardian.full_name,
        contact_phone=guardian.phone,
        address=address.one_line,
        door_note=address.door_note,
        lat=cast("float", address.lat),
        lon=cast("float", address.lon),
        label="책 1상자",
        weight_grams=loan.bundle.weight_grams,
        volume_ml=loan.bundle.volume_ml,
        chilled=False,
        service_seconds=SECONDS_AT_THE_DOOR,
        now=now,
    )


def _label(*, goods_count: int, books: int) -> str:
    """What the driver looks for; never a child's name or a title."""
    parts = [f"장보기 {goods_count}개"] if goods_count else []
    return ", ".join(parts + ([f"책 {books}상자"] if books else []))
