"""A bundle is back only when every copy was looked for."""

import pytest
from django.urls import reverse

from commerce.books.models import BundleStatus, Copy, Loan, LoanStatus
from tests.storefront.library_desk.shelves import (
    Shelves,
    a_loan_in,
    an_asked_for_loan,
    barcodes,
    some_shelves,
)

pytestmark = pytest.mark.django_db


def check_in(shelves: Shelves, loan: Loan, do: str, here: list[str], barcode: str = "") -> object:
    sent = {"do": do, "here": here, "barcode": barcode}
    return shelves.librarian.post(reverse("library_check_in", args=[loan.reference]), sent)


def test_all_copies_ticked_is_a_return() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    answer = check_in(shelves, loan, "check_in", barcodes(loan))
    loan.refresh_from_db()
    loan.bundle.refresh_from_db()
    assert answer.status_code == 302
    assert (loan.status, loan.bundle.status) == (LoanStatus.RETURNED, BundleStatus.QUARANTINE)


def test_a_copy_not_ticked_is_asked_about_first() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    lost, *here = barcodes(loan)
    answer = check_in(shelves, loan, "check_in", here)
    loan.refresh_from_db()
    assert answer.context["sure"]
    assert answer.context["looked"].missing == (lost,)
    assert loan.status == LoanStatus.IN_VAN_BACK


def test_said_to_be_missing_the_bundle_is_incomplete() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    lost, *here = barcodes(loan)
    check_in(shelves, loan, "missing", here)
    loan.bundle.refresh_from_db()
    assert loan.bundle.status == BundleStatus.INCOMPLETE
    assert list(Copy.objects.filter(missing=True).values_list("barcode", flat=True)) == [lost]


def test_a_found_copy_makes_it_whole() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    lost, *here = barcodes(loan)
    check_in(shelves, loan, "missing", here)
    url = reverse("library_found", args=[loan.bundle.reference])
    shelves.librarian.post(url, {"barcode": lost})
    loan.bundle.refresh_from_db()
    assert loan.bundle.status == BundleStatus.QUARANTINE
    assert not Copy.objects.filter(missing=True).exists()


def test_a_scan_ticks_one_copy_and_keeps_the_others() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    first, second, *_ = barcodes(loan)
    answer = check_in(shelves, loan, "scan", [first], barcode=f" {second.lower()} ")
    assert answer.context["looked"].here == {first, second}
    assert loan.status == LoanStatus.IN_VAN_BACK


def test_a_scan_of_a_stranger_is_refused_and_nothing_ticked() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    answer = check_in(shelves, loan, "scan", [], barcode="EM99999999")
    assert (answer.status_code, answer.context["refusal"]["code"]) == (404, "COPY_UNKNOWN")
    assert answer.context["looked"].here == set()


def test_a_tick_of_a_stranger_is_refused() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    assert check_in(shelves, loan, "check_in", ["EM99999999"]).status_code == 400
    assert check_in(shelves, loan, "steal", []).status_code == 400


def test_a_family_may_bring_the_bundle_to_the_desk() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.ON_LOAN)
    check_in(shelves, loan, "check_in", barcodes(loan))
    loan.refresh_from_db()
    assert loan.status == LoanStatus.RETURNED


def test_what_never_left_cannot_come_back() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves)
    answer = check_in(shelves, loan, "missing", [])
    loan.refresh_from_db()
    assert answer.url == reverse("library_bundle", args=[loan.bundle.reference])
    assert loan.status == LoanStatus.REQUESTED
    assert not Copy.objects.filter(missing=True).exists()


def test_checked_in_twice_is_once() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    check_in(shelves, loan, "check_in", barcodes(loan))
    answer = check_in(shelves, loan, "missing", [])
    assert answer.status_code == 302
    assert not Copy.objects.filter(missing=True).exists()


def test_another_librarys_loan_is_not_found() -> None:
    shelves, other = some_shelves(), some_shelves()
    loan = a_loan_in(other, LoanStatus.IN_VAN_BACK)
    assert check_in(shelves, loan, "check_in", barcodes(loan)).status_code == 404
    found = reverse("library_found", args=[loan.bundle.reference])
    barcode = barcodes(loan)[0]
    assert shelves.librarian.post(found, {"barcode": barcode}).status_code == 404
    loan.refresh_from_db()
    assert loan.status == LoanStatus.IN_VAN_BACK
