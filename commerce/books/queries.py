"""What can be asked about bundles, children and loans."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from commerce.books.models import ENDED_LOANS, Bundle, BundleStatus, Child, Library, Loan
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


def active_loans(bundle_references: Sequence[str]) -> dict[str, Loan]:
    """By bundle reference, the loan each of these bundles is out on, if any."""
    active = _whole_loans().exclude(status__in=ENDED_LOANS)
    return {x.bundle.reference: x for x in active.filter(bundle__reference__in=bundle_references)}


def _whole_bundles() -> QuerySet[Bundle]:
    return Bundle.objects.select_related("library").prefetch_related("copies__title")


def _whole_loans() -> QuerySet[Loan]:
    return Loan.objects.select_related("bundle__library").prefetch_related("bundle__copies__title")
