"""What can be asked about bundles, children and loans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from commerce.books.models import (
    ENDED_LOANS,
    Bundle,
    BundleStatus,
    Child,
    Copy,
    Library,
    Loan,
    LoanStatus,
)
from commerce.business_days import SEOUL
from commerce.customers.models import Customer


def libraries() -> QuerySet[Library]:
    return Library.objects.all()


def library(reference: str) -> Library | None:
    return Library.objects.filter(reference=reference).first()


def bundle(reference: str) -> Bundle | None:
    """With library, copies and titles."""
    return _whole_bundles().filter(reference=reference).first()


def bundles_by_reference(references: Sequence[str]) -> dict[str, Bundle]:
    """With library, copies and titles; unknown references are absent."""
    return {b.reference: b for b in _whole_bundles().filter(reference__in=references)}


def available_bundles(*, city: str | None, stage: str | None) -> QuerySet[Bundle]:
    """Free bundles, with titles: of the libraries that serve a city or of all, one stage or all."""
    free = _whole_bundles().filter(status=BundleStatus.AVAILABLE)
    if city is not None:
        free = free.filter(Q(library__city=city) | Q(library__serves_cities__contains=[city]))
    return free.filter(stage=stage) if stage else free


def children_of(customer: Customer) -> QuerySet[Child]:
    """The guardian's own children, and only while consent stands."""
    return Child.objects.filter(guardian=customer, consent_at__isnull=False)


def loans_of(customer: Customer) -> QuerySet[Loan]:
    """The family's loans, newest first, with child, bundle, library and titles."""
    return _whole_loans().select_related("child").filter(child__guardian=customer)


def loan(reference: str) -> Loan | None:
    return _whole_loans().select_related("child").filter(reference=reference).first()


def for_library(library_reference: str) -> QuerySet[Loan]:
    """The library's loans under way, oldest first. Without the child: a desk needs no names."""
    active = _whole_loans().exclude(status__in=ENDED_LOANS)
    return active.filter(bundle__library__reference=library_reference).order_by("requested_at")


def bundles_of(library_reference: str) -> QuerySet[Bundle]:
    return _whole_bundles().filter(library__reference=library_reference)


def copies_by_barcode(barcodes: Sequence[str]) -> dict[str, Copy]:
    """Unknown barcodes are absent."""
    return {copy.barcode: copy for copy in Copy.objects.filter(barcode__in=barcodes)}


@dataclass(frozen=True)
class MonthOfLoans:
    """So many loans of one stage asked for in the month that begins on ``month``."""

    month: date
    stage: str
    loans: int


def loans_by_month(library_reference: str, since: datetime) -> list[MonthOfLoans]:
    """Oldest month first; cancelled loans are left out, months without loans are absent."""
    lent = Loan.objects.filter(
        bundle__library__reference=library_reference, requested_at__gte=since
    ).exclude(status=LoanStatus.CANCELLED)
    rows = (
        lent.annotate(month=TruncMonth("requested_at", tzinfo=SEOUL))
        .order_by("month", "bundle__stage")
        .values_list("month", "bundle__stage")
        .annotate(loans=Count("pk"))
    )
    return [MonthOfLoans(month.date(), stage, loans) for month, stage, loans in rows]


@dataclass(frozen=True)
class Returns:
    on_time: int
    late: int


def returns(library_reference: str, since: datetime) -> Returns:
    """Loans ended since then; on time when the van (or the desk) had them by the due day."""
    back = Loan.objects.filter(
        bundle__library__reference=library_reference,
        status=LoanStatus.RETURNED,
        ended_at__gte=since,
        due_on__isnull=False,
    ).annotate(back_on=TruncDate(Coalesce("collected_at", "ended_at"), tzinfo=SEOUL))
    counted = back.aggregate(
        on_time=Count("pk", filter=Q(back_on__lte=F("due_on"))),
        late=Count("pk", filter=Q(back_on__gt=F("due_on"))),
    )
    return Returns(**counted)


def bundle_counts(library_reference: str) -> dict[str, int]:
    """Bundles by status, every status present."""
    of_library = Bundle.objects.filter(library__reference=library_reference)
    counted = dict(of_library.order_by().values_list("status").annotate(bundles=Count("pk")))
    return {status: counted.get(status, 0) for status in BundleStatus.values}


def missing_copies(library_reference: str) -> QuerySet[Copy]:
    """Copies that did not come back, with title and bundle."""
    of_library = Copy.objects.filter(missing=True, bundle__library__reference=library_reference)
    return of_library.select_related("title", "bundle")


def active_loans(bundle_references: Sequence[str]) -> dict[str, Loan]:
    """By bundle reference, the loan each of these bundles is out on, if any."""
    active = _whole_loans().exclude(status__in=ENDED_LOANS)
    return {x.bundle.reference: x for x in active.filter(bundle__reference__in=bundle_references)}


def _whole_bundles() -> QuerySet[Bundle]:
    return Bundle.objects.select_related("library").prefetch_related("copies__title")


def _whole_loans() -> QuerySet[Loan]:
    return Loan.objects.select_related("bundle__library").prefetch_related("bundle__copies__title")
