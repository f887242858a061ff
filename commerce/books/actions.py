"""What can happen to bundles, children and loans.

Locks: loans by row number, then bundles, then copies; a lending locks its bundle, then the child.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from commerce import text
from commerce.books import eligibility, transitions
from commerce.books.due_dates import due_on
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
from commerce.business_days import business_date
from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch, InvalidTransition


class AgeOutOfRange(CommerceError):
    """``data``: the child's age in ``months`` and the ``stage`` asked for, e.g. ``19-35``."""

    code = "AGE_OUT_OF_RANGE"


class BundleEmpty(CommerceError):
    code = "BUNDLE_EMPTY"


class BundleNotBack(CommerceError):
    """Only a bundle that was checked in whole can be lent again. ``data``: its status ``now``."""

    code = "BUNDLE_NOT_BACK"


class BundleTaken(CommerceError):
    """``data``: ``alternatives``, up to three free bundles of the same library and stage."""

    code = "BUNDLE_TAKEN"


class BundleUnknown(CommerceError):
    code = "BUNDLE_UNKNOWN"


class ChildUnknown(CommerceError):
    """No such child, or not this guardian's; the two read alike on purpose."""

    code = "CHILD_UNKNOWN"


class ConsentRequired(CommerceError):
    code = "CONSENT_REQUIRED"


class CopyTaken(CommerceError):
    """``data``: ``barcodes`` of copies that are in another bundle or missing."""

    code = "COPY_TAKEN"


class CopyUnknown(CommerceError):
    """``data``: ``barcodes`` that do not belong here."""

    code = "COPY_UNKNOWN"


class LoanActive(CommerceError):
    """The child has a bundle already. ``data``: ``loan``, its reference."""

    code = "LOAN_ACTIVE"


class LoanUnknown(CommerceError):
    """No such loan, or not this family's or library's."""

    code = "LOAN_UNKNOWN"


FREED = (BundleStatus.QUARANTINE, BundleStatus.AVAILABLE)
BUNDLE_WHILE = {
    LoanStatus.REQUESTED: BundleStatus.RESERVED,
    LoanStatus.PACKED: BundleStatus.PACKED,
    LoanStatus.OUT: BundleStatus.OUT,
    LoanStatus.ON_LOAN: BundleStatus.ON_LOAN,
    LoanStatus.COLLECTION_BOOKED: BundleStatus.COLLECTION_BOOKED,
    LoanStatus.IN_VAN_BACK: BundleStatus.IN_VAN_BACK,
}


@transaction.atomic
def compose_bundle(
    *,
    library: Library,
    stage: str,
    theme: str,
    theme_en: str,
    picture: str,
    copies: Sequence[Copy],
) -> Bundle:
    """A set of copies lent together, free at once. BUNDLE_EMPTY, COPY_TAKEN."""
    if not copies:
        raise BundleEmpty("copies")
    locked = list(Copy.objects.locked().filter(pk__in=[copy.pk for copy in copies]))
    taken = [c.barcode for c in locked if c.bundle_id is not None or c.missing]
    if taken:
        raise CopyTaken("copies", barcodes=sorted(taken))
    bundle = Bundle.objects.create(
        library=library,
        stage=stage,
        theme=text.line("theme", theme, longest=40),
        theme_en=text.line("theme_en", theme_en, longest=60),
        picture=picture,
    )
    Copy.objects.filter(pk__in=[copy.pk for copy in locked]).update(bundle=bundle)
    return bundle


@transaction.atomic
def register_child(
    *, guardian: Customer, nickname: str, born_on: date, consent: bool, now: datetime
) -> Child:
    """A child by birth month, with the guardian's consent. The same child again is the same row.

    CONSENT_REQUIRED, AGE_OUT_OF_RANGE, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    if not consent:
        raise ConsentRequired("consent")
    today = business_date(now)
    if eligibility.stage_on(born_on, today) is None:
        months = eligibility.age_in_months(born_on, today)
        raise AgeOutOfRange("born_on", months=months, stage="0-60")
    child, _ = Child.objects.get_or_create(
        guardian=guardian,
        nickname=text.line("nickname", nickname, longest=20),
        born_on=born_on.replace(day=1),
        defaults={"consent_at": now},
    )
    if child.consent_at is None:
        child.consent_at = now
        child.save(update_fields=["consent_at"])
    return child


@transaction.atomic
def lend_bundle(
    *,
    key: str,
    bundle_reference: str,
    child_reference: str,
    guardian: Customer,
    deliver_on: date,
    now: datetime,
) -> Loan:
    """Reserve a bundle for a guardian's own child; a repeat of the key gets the first loan.

    CHILD_UNKNOWN, BUNDLE_UNKNOWN, CONSENT_REQUIRED, AGE_OUT_OF_RANGE (age on ``deliver_on``),
    BUNDLE_TAKEN, LOAN_ACTIVE, IDEMPOTENCY_MISMATCH.
    """
    # Sixteen families may want this bundle now: they queue here and all but one find it taken.
    bundle = Bundle.objects.locked().filter(reference=bundle_reference).first()
    if bundle is None:
        raise BundleUnknown("bundle_reference")
    # And two tabs may want two bundles for one child: they queue here.
    child = Child.objects.locked().filter(reference=child_reference, guardian=guardian).first()
    if child is None:
        raise ChildUnknown("child_reference")
    loan = Loan.objects.filter(key=key).first()
    if loan is not None:
        return _same(loan, bundle, child)
    _check_lendable(bundle, child, deliver_on)
    try:
        with transaction.atomic():
            loan = Loan.objects.create(
                key=key, bundle=bundle, child=child, requested_at=now, status_changed_at=now
            )
    except IntegrityError as rival:
        # Both rows are locked, so only the key can clash: it was just used for another bundle.
        raise IdempotencyMismatch("key") from rival
    bundle.status = BundleStatus.RESERVED
    bundle.save(update_fields=["status"])
    return loan


def _same(loan: Loan, bundle: Bundle, child: Child) -> Loan:
    if (loan.bundle_id, loan.child_id) != (bundle.pk, child.pk):
        raise IdempotencyMismatch("key")
    return loan


def _check_lendable(bundle: Bundle, child: Child, deliver_on: date) -> None:
    if child.consent_at is None:
        raise ConsentRequired("child_reference")
    if eligibility.stage_on(child.born_on, deliver_on) != bundle.stage:
        months = eligibility.age_in_months(child.born_on, deliver_on)
        raise AgeOutOfRange("child_reference", months=months, stage=bundle.stage)
    active = child.loans.exclude(status__in=ENDED_LOANS).first()
    if active is not None:
        raise LoanActive("child_reference", loan=active.reference)
    if bundle.status != BundleStatus.AVAILABLE:
        free = Bundle.objects.filter(
            library=bundle.library_id, stage=bundle.stage, status=BundleStatus.AVAILABLE
        )
        raise BundleTaken(
            "bundle_reference", alternatives=list(free.values_list("reference", flat=True)[:3])
        )


@transaction.atomic
def pack(*, loan_reference: str, library: Library, now: datetime) -> Loan:
    """The library has packed the bundle. LOAN_UNKNOWN for another library's, INVALID_TRANSITION."""
    (loan,) = _locked([loan_reference])
    if loan.bundle.library_id != library.pk:
        raise LoanUnknown("loan_reference")
    _scan([loan], LoanStatus.PACKED, now)
    return loan


@transaction.atomic
def mark_out(*, loan_references: Sequence[str], now: datetime) -> list[Loan]:
    """In the van. All or none; one already out or further is left as it is.

    LOAN_UNKNOWN, INVALID_TRANSITION for one that was not packed.
    """
    loans = _locked(loan_references)
    _scan(loans, LoanStatus.OUT, now)
    return loans


@transaction.atomic
def mark_delivered(*, loan_references: Sequence[str], now: datetime) -> list[Loan]:
    """Scanned at the door at ``now``: the loan runs from that day. A repeat changes nothing.

    LOAN_UNKNOWN, INVALID_TRANSITION for one that was not out.
    """
    loans = _locked(loan_references)
    for loan in _scan(loans, LoanStatus.ON_LOAN, now):
        library = loan.bundle.library
        loan.delivered_at = now
        loan.due_on = due_on(business_date(now), library.loan_days, library.closed_weekdays)
        loan.save(update_fields=["delivered_at", "due_on"])
    return loans


@transaction.atomic
def book_collection(*, loan_reference: str, guardian: Customer, now: datetime) -> Loan:
    """The family asks for the bundle to be fetched; a repeat changes nothing.

    LOAN_UNKNOWN for another family's, INVALID_TRANSITION before delivery or after collection.
    """
    (loan,) = _locked([loan_reference])
    if loan.child.guardian_id != guardian.pk:
        raise LoanUnknown("loan_reference")
    if loan.status != LoanStatus.COLLECTION_BOOKED:
        _move(loan, LoanStatus.COLLECTION_BOOKED, now)
    return loan


@transaction.atomic
def collection_missed(*, loan_reference: str, now: datetime) -> Loan:
    """The van came and nobody opened: the loan goes on and can be booked again.

    A loan that was not waiting for a van stays as it is. LOAN_UNKNOWN.
    """
    (loan,) = _locked([loan_reference])
    if loan.status == LoanStatus.COLLECTION_BOOKED:
        _move(loan, LoanStatus.ON_LOAN, now)
    return loan


@transaction.atomic
def mark_collected(*, loan_references: Sequence[str], now: datetime) -> list[Loan]:
    """Fetched at the door, booked or not. All or none; LOAN_UNKNOWN, INVALID_TRANSITION."""
    loans = _locked(loan_references)
    for loan in _scan(loans, LoanStatus.IN_VAN_BACK, now):
        loan.collected_at = now
        loan.save(update_fields=["collected_at"])
    return loans


@transaction.atomic
def check_in(
    *, loan_reference: str, library: Library, missing_barcodes: Collection[str], now: datetime
) -> Loan:
    """Every copy was looked for: back, and in quarantine, or incomplete when some are missing.

    A repeat changes nothing. LOAN_UNKNOWN, COPY_UNKNOWN, INVALID_TRANSITION before delivery.
    """
    (loan,) = _locked([loan_reference])
    if loan.bundle.library_id != library.pk:
        raise LoanUnknown("loan_reference")
    if loan.status == LoanStatus.RETURNED:
        return loan
    missing = set(missing_barcodes)
    copies = Copy.objects.locked().filter(bundle=loan.bundle)
    strangers = missing - {copy.barcode for copy in copies}
    if strangers:
        raise CopyUnknown("missing_barcodes", barcodes=sorted(strangers))
    status = BundleStatus.INCOMPLETE if missing else BundleStatus.QUARANTINE
    _move(loan, LoanStatus.RETURNED, now, bundle_status=status)
    Copy.objects.filter(bundle=loan.bundle, barcode__in=missing).update(missing=True)
    return loan


@transaction.atomic
def mark_found(*, barcode: str, library: Library) -> Copy:
    """A missing copy turned up; a bundle that is whole again goes to quarantine. COPY_UNKNOWN."""
    bundle = Bundle.objects.locked().filter(copies__barcode=barcode, library=library).first()
    if bundle is None:
        raise CopyUnknown("barcode", barcodes=[barcode])
    copy = Copy.objects.locked().get(barcode=barcode)
    copy.missing = False
    copy.save(update_fields=["missing"])
    whole = not bundle.copies.filter(missing=True).exists()
    if whole and bundle.status == BundleStatus.INCOMPLETE:
        bundle.status = BundleStatus.QUARANTINE
        bundle.save(update_fields=["status"])
    return copy


@transaction.atomic
def release_bundle(*, bundle_reference: str, library: Library) -> Bundle:
    """Cleaned and whole: may be lent again. A repeat changes nothing.

    BUNDLE_UNKNOWN for another library's, BUNDLE_NOT_BACK when it is lent or incomplete.
    """
    bundle = Bundle.objects.locked().filter(reference=bundle_reference, library=library).first()
    if bundle is None:
        raise BundleUnknown("bundle_reference")
    if bundle.status not in FREED:
        raise BundleNotBack("bundle_reference", now=bundle.status)
    bundle.status = BundleStatus.AVAILABLE
    bundle.save(update_fields=["status"])
    return bundle


@transaction.atomic
def cancel_loan(*, loan_reference: str, now: datetime) -> Loan:
    """Given up before it was delivered; a repeat changes nothing.

    The bundle is free at once, or in quarantine when it has been in the van.
    LOAN_UNKNOWN, INVALID_TRANSITION once the family has it.
    """
    (loan,) = _locked([loan_reference])
    if loan.status != LoanStatus.CANCELLED:
        was_out = loan.status == LoanStatus.OUT
        status = BundleStatus.QUARANTINE if was_out else BundleStatus.AVAILABLE
        _move(loan, LoanStatus.CANCELLED, now, bundle_status=status)
    return loan


def _locked(loan_references: Sequence[str]) -> list[Loan]:
    """These loans, and their bundles, under lock."""
    wanted = set(loan_references)
    loans = list(
        Loan.objects.locked().filter(reference__in=wanted).select_related("bundle", "child")
    )
    missing = wanted - {loan.reference for loan in loans}
    if missing:
        raise LoanUnknown("loan_references", unknown=sorted(missing))
    bundles = Bundle.objects.locked().filter(pk__in=[loan.bundle_id for loan in loans])
    by_id = {bundle.pk: bundle for bundle in bundles.select_related("library")}
    for loan in loans:
        loan.bundle = by_id[loan.bundle_id]
    return loans


def _scan(loans: Sequence[Loan], status: LoanStatus, now: datetime) -> list[Loan]:
    """Move those not there yet, and return them: a late or repeated scan undoes nothing."""
    moving = [loan for loan in loans if not transitions.has_passed(loan.status, status)]
    for loan in moving:
        _move(loan, status, now)
    return moving


def _move(
    loan: Loan, status: LoanStatus, now: datetime, bundle_status: BundleStatus | None = None
) -> None:
    if not transitions.may(loan.status, status):
        raise InvalidTransition(
            "loan_reference", now=loan.status, allowed=list(transitions.LOAN[loan.status])
        )
    loan.status = status
    loan.status_changed_at = now
    loan.ended_at = now if status in ENDED_LOANS else None
    loan.save(update_fields=["status", "status_changed_at", "ended_at"])
    loan.bundle.status = bundle_status or BUNDLE_WHILE[status]
    loan.bundle.save(update_fields=["status"])
