"""Thursday at the desks: merchants and libraries pack, couriers take parcels, and what comes back
is looked through."""

from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from commerce.books import actions as books
from commerce.books.models import Loan, LoanStatus
from commerce.catalogue.models import Way
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, OrderLine
from commerce.parcels.couriers import Courier
from commerce.parcels.queries import on_the_way_since
from storefront.day.dates import AFTERWARDS, HANDING_OVER, at
from storefront.day.tally import Tally
from storefront.journeys.send_parcel import say_it_came, send_parcel, take_as_come
from storefront.journeys.weigh_line import weigh_line

MORNING = at(HANDING_OVER, 7)
COURIERS_COME = at(HANDING_OVER, 17)
EVENING = at(HANDING_OVER, 21, 30)
BROUGHT = at(AFTERWARDS, 15)


def pack(rng: Random, tally: Tally) -> None:
    """Most lines and bundles are tapped as packed; a few busy hands forget."""
    lines = OrderLine.objects.filter(
        fulfilment__status=FulfilmentStatus.CONFIRMED, ready_at=None
    ).select_related("fulfilment")
    for line in lines.order_by("pk"):
        if rng.random() < 0.94:
            owner = line.merchant_reference or line.fulfilment.hands_over
            if line.to_weigh:
                _weigh(line, rng)
            else:
                orders.mark_line_ready(
                    line_reference=line.reference, merchant_reference=owner, now=MORNING
                )
            tally.seen["lines_packed"] += 1
    wanted = Loan.objects.filter(status=LoanStatus.REQUESTED).select_related("bundle__library")
    for loan in wanted.order_by("pk"):
        if rng.random() < 0.9:
            library = loan.bundle.library
            books.pack(loan_reference=loan.reference, library=library, now=MORNING)


def _weigh(line: OrderLine, rng: Random) -> None:
    """A cut is never quite what was asked for; now and then it is a little more."""
    grams = (line.most_grams or 0) * rng.randint(85, 104) // 100
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=grams,
        now=MORNING,
    )


def send_parcels(rng: Random, tally: Tally) -> None:
    """Couriers come to the stalls. Some press twice, and now and then a number was misread."""
    to_send = Fulfilment.objects.filter(
        way=Way.PARCEL, status__in=[FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY]
    )
    for part in to_send.order_by("pk"):
        number = f"{rng.randrange(10**12):012}"
        tries = [("first", number), ("first", number)]
        if rng.random() < 0.1:
            tries.append(("right", f"{rng.randrange(10**12):012}"))
        for key, written in tries:
            send_parcel(
                key=f"{part.reference}-{key}",
                fulfilment_reference=part.reference,
                merchant_reference=part.hands_over,
                courier=Courier.CJ,
                number=written,
                by="stall",
                now=COURIERS_COME,
            )
        tally.seen["parcels_sent"] += 1


def parcels_come(rng: Random, tally: Tally) -> datetime:
    """Some merchants look and say so on the day after; of the rest the clock does, at the moment
    answered."""
    for part in on_the_way_since(COURIERS_COME):
        if rng.random() < 0.5:
            came = say_it_came(
                fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=BROUGHT
            )
            tally.seen["parcels_said_to_have_come"] += came
    long_after = COURIERS_COME + timedelta(days=settings.PARCEL_DAYS)
    tally.seen["parcels_taken_as_come"] += take_as_come(now=long_after)
    return long_after


def check_in(rng: Random, tally: Tally) -> None:
    """Every bundle in a van is opened; now and then a book stayed under a sofa."""
    back = Loan.objects.filter(status=LoanStatus.IN_VAN_BACK).select_related("bundle__library")
    for loan in back.order_by("pk"):
        barcodes = loan.bundle.copies.values_list("barcode", flat=True)
        missing = [barcodes[0]] if rng.random() < 0.15 else []
        library = loan.bundle.library
        for _ in range(2):
            books.check_in(
                loan_reference=loan.reference,
                library=library,
                missing_barcodes=missing,
                now=EVENING,
            )
        if not missing:
            books.release_bundle(bundle_reference=loan.bundle.reference, library=library)
        tally.seen["collected"] += 1
