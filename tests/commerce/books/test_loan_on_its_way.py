from datetime import UTC, date, datetime, timedelta

import pytest

from commerce.books import actions, queries
from commerce.books.models import BundleStatus, LoanStatus
from commerce.orders.actions import InvalidTransition
from tests.builders.books import a_bundle, a_child, a_library, a_loan
from tests.builders.commerce import NOW, a_customer

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=5)


def statuses(loan):
    loan.refresh_from_db()
    return loan.status, loan.bundle.status


@pytest.mark.parametrize(
    "status",
    ["requested", "packed", "out", "on_loan", "collection_booked", "in_van_back", "returned"],
)
def test_a_bundle_follows_its_loan(status):
    loan = a_loan(status=LoanStatus(status))
    bundle_status = {"requested": "reserved", "returned": "quarantine"}.get(status, status)
    assert statuses(loan) == (status, bundle_status)


def test_the_loan_runs_from_the_delivered_scan():
    loan = a_loan(status=LoanStatus.OUT)
    actions.mark_delivered(loan_references=[loan.reference], now=NOW)
    loan.refresh_from_db()
    assert loan.delivered_at == NOW
    assert loan.due_on == date(2026, 3, 24)  # 21 days after Tuesday the 3rd


def test_the_delivery_date_is_the_one_in_seoul():
    loan = a_loan(status=LoanStatus.OUT)
    half_past_midnight = datetime(2026, 3, 3, 15, 30, tzinfo=UTC)  # already the 4th in Seoul
    actions.mark_delivered(loan_references=[loan.reference], now=half_past_midnight)
    loan.refresh_from_db()
    assert loan.due_on == date(2026, 3, 25)


def test_a_due_date_on_a_closed_day_moves_on():
    loan = a_loan(bundle=a_bundle(library=a_library(closed_weekdays=[1, 2])), status=LoanStatus.OUT)
    actions.mark_delivered(loan_references=[loan.reference], now=NOW)
    loan.refresh_from_db()
    assert loan.due_on == date(2026, 3, 26)


def test_a_second_delivered_scan_does_not_lengthen_the_loan():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    due = loan.due_on
    actions.mark_delivered(loan_references=[loan.reference], now=LATER)
    loan.refresh_from_db()
    assert (loan.delivered_at, loan.due_on) == (NOW, due)


def test_a_late_scan_undoes_nothing():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    actions.mark_out(loan_references=[loan.reference], now=LATER)
    assert statuses(loan) == ("in_van_back", "in_van_back")


def test_an_unpacked_bundle_cannot_be_out_and_holds_back_the_others():
    packed, unpacked = a_loan(status=LoanStatus.PACKED), a_loan()
    with pytest.raises(InvalidTransition) as refusal:
        actions.mark_out(loan_references=[packed.reference, unpacked.reference], now=NOW)
    assert refusal.value.data == {"now": "requested", "allowed": ["packed", "cancelled"]}
    assert statuses(packed) == ("packed", "packed")


def test_another_library_cannot_pack_or_check_in():
    loan = a_loan()
    with pytest.raises(actions.LoanUnknown):
        actions.pack(loan_reference=loan.reference, library=a_library(), now=NOW)
    with pytest.raises(actions.LoanUnknown):
        actions.check_in(
            loan_reference=loan.reference, library=a_library(), missing_barcodes=[], now=NOW
        )
    assert statuses(loan) == ("requested", "reserved")


def test_another_family_cannot_book_a_collection():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    with pytest.raises(actions.LoanUnknown):
        actions.book_collection(loan_reference=loan.reference, guardian=a_customer(), now=NOW)
    assert statuses(loan) == ("on_loan", "on_loan")


def test_a_collection_is_not_booked_before_delivery():
    loan = a_loan(status=LoanStatus.OUT)
    with pytest.raises(InvalidTransition):
        actions.book_collection(
            loan_reference=loan.reference, guardian=loan.child.guardian, now=NOW
        )
    assert statuses(loan) == ("out", "out")


def test_a_driver_may_collect_without_a_booking():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    actions.mark_collected(loan_references=[loan.reference], now=LATER)
    loan.refresh_from_db()
    assert (loan.status, loan.collected_at) == ("in_van_back", LATER)


def test_one_unknown_loan_moves_none():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    with pytest.raises(actions.LoanUnknown) as refusal:
        actions.mark_collected(loan_references=[loan.reference, "LOA-0"], now=NOW)
    assert refusal.value.data == {"unknown": ["LOA-0"]}
    assert statuses(loan) == ("on_loan", "on_loan")


def check_in(loan, missing=()):
    return actions.check_in(
        loan_reference=loan.reference,
        library=loan.bundle.library,
        missing_barcodes=missing,
        now=LATER,
    )


def test_a_whole_bundle_is_in_quarantine_until_released():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    check_in(loan)
    assert statuses(loan) == ("returned", "quarantine")
    assert loan.ended_at == LATER
    bundle = actions.release_bundle(
        bundle_reference=loan.bundle.reference, library=loan.bundle.library
    )
    assert bundle.status == BundleStatus.AVAILABLE


def test_a_family_may_bring_it_to_the_desk():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    check_in(loan)
    assert statuses(loan) == ("returned", "quarantine")


def test_a_missing_copy_makes_the_bundle_incomplete():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    lost = loan.bundle.copies.all()[2]
    check_in(loan, [lost.barcode])
    lost.refresh_from_db()
    assert statuses(loan) == ("returned", "incomplete")
    assert lost.missing
    with pytest.raises(actions.BundleNotBack) as refusal:
        actions.release_bundle(bundle_reference=loan.bundle.reference, library=loan.bundle.library)
    assert refusal.value.data == {"now": "incomplete"}


def test_the_last_copy_found_makes_it_whole():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    first, second = loan.bundle.copies.all()[:2]
    check_in(loan, [first.barcode, second.barcode])
    actions.mark_found(barcode=first.barcode, library=loan.bundle.library)
    assert statuses(loan) == ("returned", "incomplete")
    actions.mark_found(barcode=second.barcode, library=loan.bundle.library)
    assert statuses(loan) == ("returned", "quarantine")


def test_a_copy_of_another_library_is_not_found_here():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    lost = loan.bundle.copies.all()[0]
    check_in(loan, [lost.barcode])
    with pytest.raises(actions.CopyUnknown):
        actions.mark_found(barcode=lost.barcode, library=a_library())
    lost.refresh_from_db()
    assert lost.missing


def test_a_strange_barcode_stops_the_check_in():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    with pytest.raises(actions.CopyUnknown) as refusal:
        check_in(loan, ["EM-STRANGE"])
    assert refusal.value.data == {"barcodes": ["EM-STRANGE"]}
    assert statuses(loan) == ("in_van_back", "in_van_back")


def test_a_repeated_check_in_changes_nothing():
    loan = a_loan(status=LoanStatus.IN_VAN_BACK)
    check_in(loan)
    check_in(loan, [loan.bundle.copies.all()[0].barcode])
    assert statuses(loan) == ("returned", "quarantine")
    assert not loan.bundle.copies.filter(missing=True).exists()


@pytest.mark.parametrize(
    ("status", "bundle_status"),
    [("requested", "available"), ("packed", "available"), ("out", "quarantine")],
)
def test_a_loan_given_up_before_delivery_frees_the_bundle(status, bundle_status):
    loan = a_loan(status=LoanStatus(status))
    actions.cancel_loan(loan_reference=loan.reference, now=LATER)
    assert statuses(loan) == ("cancelled", bundle_status)
    assert loan.ended_at == LATER
    assert loan.due_on is None


def test_a_second_cancel_does_not_free_it_from_the_next_family():
    loan = a_loan()
    actions.cancel_loan(loan_reference=loan.reference, now=NOW)
    following = a_loan(bundle=loan.bundle)
    actions.cancel_loan(loan_reference=loan.reference, now=LATER)
    assert statuses(following) == ("requested", "reserved")


def test_a_delivered_loan_is_not_cancelled():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    with pytest.raises(InvalidTransition):
        actions.cancel_loan(loan_reference=loan.reference, now=NOW)
    assert statuses(loan) == ("on_loan", "on_loan")


def test_a_lent_bundle_is_not_released():
    loan = a_loan(status=LoanStatus.ON_LOAN)
    with pytest.raises(actions.BundleNotBack):
        actions.release_bundle(bundle_reference=loan.bundle.reference, library=loan.bundle.library)
    with pytest.raises(actions.BundleUnknown):
        actions.release_bundle(bundle_reference=loan.bundle.reference, library=a_library())
    assert statuses(loan) == ("on_loan", "on_loan")


def test_a_city_sees_the_free_bundles_of_the_libraries_that_serve_it():
    near = a_library(city="수원시", serves_cities=[])
    serving = a_library(city="용인시", serves_cities=["수원시"])
    far = a_library(city="용인시", serves_cities=["용인시"])
    shown = {a_bundle(library=near), a_bundle(library=serving, stage="19-35")}
    a_bundle(library=far)
    a_loan(bundle=a_bundle(library=near))
    assert set(queries.available_bundles(city="수원시", stage=None)) == shown
    assert [b.stage for b in queries.available_bundles(city="수원시", stage="19-35")] == ["19-35"]


def test_a_list_of_bundles_costs_the_same_queries_however_long(django_assert_num_queries):
    library = a_library()
    for _ in range(3):
        a_bundle(library=library)
    with django_assert_num_queries(3):
        for bundle in queries.available_bundles(city="수원시", stage=None):
            assert len([copy.title.name for copy in bundle.copies.all()]) == 5
            assert bundle.library.name


def test_a_family_sees_only_its_own():
    loan, other = a_loan(), a_loan()
    guardian = loan.child.guardian
    assert list(queries.loans_of(guardian)) == [loan]
    assert list(queries.children_of(guardian)) == [loan.child]
    assert other.child not in queries.children_of(guardian)


def test_a_child_is_not_shown_once_consent_is_gone():
    child = a_child(consent_at=None)
    assert list(queries.children_of(child.guardian)) == []


def test_a_library_sees_only_its_own():
    loan, other = a_loan(), a_loan()
    a_loan(bundle=a_bundle(library=loan.bundle.library), status=LoanStatus.RETURNED)
    reference = loan.bundle.library.reference
    assert list(queries.for_library(reference)) == [loan]
    assert other.bundle not in queries.bundles_of(reference)
    assert queries.bundles_of(reference).count() == 2


def test_a_bundle_leads_to_the_loan_it_is_out_on():
    ended = a_loan(status=LoanStatus.RETURNED)
    loan = a_loan()
    references = [loan.bundle.reference, ended.bundle.reference]
    assert queries.active_loans(references) == {loan.bundle.reference: loan}
