"""The day's work: packing, and what the desk may know."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.books.models import BundleStatus, Loan, LoanStatus
from commerce.orders.models import FulfilmentStatus
from tests.builders.books import a_bundle
from tests.storefront.library_desk.shelves import (
    a_loan_in,
    an_asked_for_loan,
    barcodes,
    some_shelves,
    the_part,
)

pytestmark = pytest.mark.django_db


def test_a_request_is_on_the_pick_list_with_its_barcodes() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves)
    page = shelves.librarian.get(reverse("library_home"))
    text = page.content.decode()
    assert [asked.reference for asked, _ in page.context["to_pack"]] == [loan.reference]
    assert all(barcode in text for barcode in barcodes(loan))


def test_packing_readies_the_loan_and_the_familys_order() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves)
    shelves.librarian.post(reverse("library_pack", args=[loan.reference]))
    loan.refresh_from_db()
    assert loan.status == LoanStatus.PACKED
    assert the_part(loan).status == FulfilmentStatus.READY


def test_packing_twice_is_once() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves)
    for _ in range(2):
        shelves.librarian.post(reverse("library_pack", args=[loan.reference]))
    page = shelves.librarian.get(reverse("library_home"))
    assert {message.level_tag for message in page.context["messages"]} == {"success"}


def test_a_request_still_to_be_paid_is_not_packed() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves, confirmed=False)
    page = shelves.librarian.get(reverse("library_home"))
    assert (page.context["to_pack"], page.context["unpaid"]) == ([], 1)
    shelves.librarian.post(reverse("library_pack", args=[loan.reference]))
    loan.refresh_from_db()
    assert loan.status == LoanStatus.REQUESTED
    assert the_part(loan).status == FulfilmentStatus.PLACED


def test_another_librarys_request_is_not_found() -> None:
    shelves, other = some_shelves(), some_shelves()
    loan = an_asked_for_loan(other)
    answer = shelves.librarian.post(reverse("library_pack", args=[loan.reference]))
    loan.refresh_from_db()
    assert (answer.status_code, loan.status) == (404, LoanStatus.REQUESTED)
    assert loan.bundle.reference not in (
        shelves.librarian.get(reverse("library_home")).content.decode()
    )


def test_what_was_due_is_overdue_and_what_is_due_today_is_not() -> None:
    shelves = some_shelves()
    late, punctual = (a_loan_in(shelves, LoanStatus.ON_LOAN) for _ in range(2))
    today = timezone.localdate()
    Loan.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    Loan.objects.filter(pk=punctual.pk).update(due_on=today)
    page = shelves.librarian.get(reverse("library_home"))
    assert [loan.pk for loan in page.context["overdue"]] == [late.pk]
    listed = shelves.librarian.get(reverse("library_loans"), {"state": "overdue"})
    assert [loan.pk for loan in listed.context["loans"]] == [late.pk]


def test_a_clean_bundle_is_lent_again() -> None:
    shelves = some_shelves()
    bundle = a_loan_in(shelves, LoanStatus.RETURNED).bundle
    url = reverse("library_release", args=[bundle.reference])
    answer = shelves.librarian.post(url, {"back": "today"})
    bundle.refresh_from_db()
    assert (answer.url, bundle.status) == (reverse("library_home"), BundleStatus.AVAILABLE)


def test_another_librarys_bundle_is_not_released() -> None:
    shelves, other = some_shelves(), some_shelves()
    bundle = a_loan_in(other, LoanStatus.RETURNED).bundle
    answer = shelves.librarian.post(reverse("library_release", args=[bundle.reference]))
    bundle.refresh_from_db()
    assert (answer.status_code, bundle.status) == (404, BundleStatus.QUARANTINE)


@pytest.mark.parametrize(
    "page", ["library_home", "library_loans", "library_bundles", "library_statistics"]
)
def test_no_page_names_a_child_or_its_guardian(page: str) -> None:
    shelves = some_shelves()
    an_asked_for_loan(shelves, nickname="비밀이")
    text = shelves.librarian.get(reverse(page)).content.decode()
    assert "비밀이" not in text
    assert "김영희" not in text


def test_the_pages_of_one_loan_name_nobody_either() -> None:
    shelves = some_shelves()
    loan = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    child = loan.child
    for url in (
        reverse("library_check_in", args=[loan.reference]),
        reverse("library_bundle", args=[loan.bundle.reference]),
    ):
        text = shelves.librarian.get(url).content.decode()
        assert child.nickname not in text
        assert child.guardian.full_name not in text


def test_loans_are_listed_by_state() -> None:
    shelves = some_shelves()
    back = a_loan_in(shelves, LoanStatus.IN_VAN_BACK)
    a_loan_in(shelves, LoanStatus.ON_LOAN)
    page = shelves.librarian.get(reverse("library_loans"), {"state": "in_van_back"})
    assert [loan.pk for loan in page.context["loans"]] == [back.pk]
    assert page.context["all_count"] == 2


def test_a_state_that_does_not_exist_is_refused() -> None:
    shelves = some_shelves()
    assert shelves.librarian.get(reverse("library_loans"), {"state": "x"}).status_code == 400
    assert shelves.librarian.get(reverse("library_bundles"), {"stage": "x"}).status_code == 400


def test_an_empty_library_has_nothing_to_do() -> None:
    shelves = some_shelves()
    a_bundle(picture="")
    for page in ("library_home", "library_loans", "library_bundles", "library_statistics"):
        assert shelves.librarian.get(reverse(page)).status_code == 200
