"""Book bundles in the libraries: most on the shelf, some lent, late, unclean or incomplete."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from commerce.books import actions as books
from commerce.books.models import Bundle, Child, Copy, Library, Loan, LoanStatus, Title
from commerce.business_days import business_date
from commerce.customers.models import Customer
from storefront.demo.files import Row, Size, rows
from storefront.demo.people import months_before

BUNDLES_EACH = {"small": 5, "full": 20}
BOOKS_EACH = 5
INCOMPLETE = {"small": 1, "full": 3}
MONTHS = {"0-18": 9, "19-35": 26, "36-60": 45}
UNCLEAN = {"small": 1, "full": 2}


def load_bundles(size: Size) -> None:
    themes = [list(group) for _, group in groupby(rows("titles"), lambda row: row["theme_key"])]
    shelves = rows("libraries", size)
    for place, shelf in enumerate(shelves):
        library = Library.objects.get(source_id=shelf["source_id"])
        for number in range(BUNDLES_EACH[size]):
            # In a small demo two libraries share the ten themes between them.
            _bundle(library, number, themes[(number * len(shelves) + place) % len(themes)])


def _bundle(library: Library, number: int, theme: Sequence[Row]) -> None:
    copies = [
        _copy(f"{library.source_id}-{number:03d}-{place + 1}", theme[(number + place) % len(theme)])
        for place in range(BOOKS_EACH)
    ]
    if any(copy.bundle_id for copy in copies):
        return
    books.compose_bundle(
        library=library,
        stage=theme[0]["stage"],
        theme=theme[0]["theme"],
        theme_en=theme[0]["theme_en"],
        picture=f"pictures/books/{theme[0]['theme_key']}.webp",
        copies=copies,
    )


def _copy(barcode: str, row: Row) -> Copy:
    """Cataloguing is the libraries' own work, so there is no action for it."""
    title, _ = Title.objects.get_or_create(
        isbn13=row["isbn13"],
        defaults={name: row[name] for name in ("name", "author", "publisher")},
    )
    return Copy.objects.get_or_create(barcode=barcode, defaults={"title": title})[0]


def load_loans(size: Size, families: Sequence[Customer], now: datetime) -> None:
    """Bundles that have been out: one is late, the others are back and not yet on the shelf."""
    month_ago = now - timedelta(days=30)
    shelf = Bundle.objects.exclude(stage="0-18").order_by("stage", "pk").select_related("library")
    returned = INCOMPLETE[size] + UNCLEAN[size]
    for number, (family, bundle) in enumerate(
        zip(families, shelf[1::2][: returned + 1], strict=False)
    ):
        child = child_of_stage(family, bundle.stage, month_ago)
        loan = _delivered(f"demo-loan-{number}", bundle, child, family, month_ago)
        if number and loan.status == LoanStatus.ON_LOAN:
            _brought_back(loan, bundle.library, incomplete=number <= INCOMPLETE[size], now=now)


def child_of_stage(guardian: Customer, stage: str, now: datetime) -> Child:
    """A child in the middle of the stage."""
    return books.register_child(
        guardian=guardian,
        nickname="아가",
        born_on=months_before(business_date(now), MONTHS[stage]),
        consent=True,
        now=now,
    )


def _delivered(key: str, bundle: Bundle, child: Child, guardian: Customer, at: datetime) -> Loan:
    there = Loan.objects.filter(key=key).first()
    if there is not None:
        return there
    loan = books.lend_bundle(
        key=key,
        bundle_reference=bundle.reference,
        child_reference=child.reference,
        guardian=guardian,
        deliver_on=business_date(at),
        now=at,
    )
    books.pack(loan_reference=loan.reference, library=bundle.library, now=at)
    books.mark_out(loan_references=[loan.reference], now=at)
    books.mark_delivered(loan_references=[loan.reference], now=at)
    return Loan.objects.get(key=key)


def _brought_back(loan: Loan, library: Library, *, incomplete: bool, now: datetime) -> None:
    books.mark_collected(loan_references=[loan.reference], now=now - timedelta(days=2))
    first = Copy.objects.filter(bundle=loan.bundle).values_list("barcode", flat=True)[:1]
    books.check_in(
        loan_reference=loan.reference,
        library=library,
        missing_barcodes=list(first) if incomplete else [],
        now=now - timedelta(days=1),
    )
