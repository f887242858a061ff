"""Thursday at the desks: merchants and libraries pack, and what comes back is looked through."""

from random import Random

from commerce.books import actions as books
from commerce.books.models import Loan, LoanStatus
from commerce.orders import actions as orders
from commerce.orders.models import FulfilmentStatus, OrderLine
from storefront.day.dates import HANDING_OVER, at
from storefront.day.tally import Tally
from storefront.journeys.weigh_line import weigh_line

MORNING = at(HANDING_OVER, 7)
EVENING = at(HANDING_OVER, 21, 30)


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
