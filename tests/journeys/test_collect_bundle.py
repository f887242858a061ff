from datetime import timedelta

import pytest

from commerce.books import actions as books_actions
from commerce.books.actions import LoanUnknown
from commerce.books.models import BundleStatus, Loan, LoanStatus
from logistics.consignments.models import Consignment
from logistics.delivery_windows.actions import WindowFull
from storefront.journeys.collect_bundle import CollectionBooked, book_collection
from storefront.journeys.record_stop import depart, record
from storefront.journeys.request_moves import visit_reference
from storefront.refusals import NotFound
from tests.builders import books, logistics
from tests.builders.journeys import (
    NEXT_MORNING,
    NOW,
    Mall,
    Shopper,
    a_mall,
    a_placed_order,
    a_published_plan,
    a_report,
    a_shopper,
    the_route,
)

pytestmark = pytest.mark.django_db


def _at_home(mall: Mall, shopper: Shopper) -> Loan:
    return books.a_loan(bundle=mall.bundle, child=shopper.child, status=LoanStatus.ON_LOAN)


def _book(mall: Mall, shopper: Shopper, loan: Loan) -> Loan:
    return book_collection(
        loan_reference=loan.reference,
        guardian=shopper.customer,
        address_reference=shopper.address.reference,
        window_reference=mall.window.reference,
        now=NOW,
    )


def _visit(mall: Mall, loan: Loan) -> str:
    return visit_reference(loan.reference, mall.window.reference)


def test_asking_twice_books_one_van() -> None:
    mall, shopper = a_mall(), a_shopper()
    loan = _at_home(mall, shopper)
    for _ in range(2):
        assert _book(mall, shopper, loan).status == LoanStatus.COLLECTION_BOOKED
    mall.window.refresh_from_db()
    assert mall.window.taken_stops == 1
    move = Consignment.objects.get()
    assert (move.kind, move.owner_reference) == ("collect", _visit(mall, loan))


def test_a_full_window_books_nothing() -> None:
    mall, shopper = a_mall(stops=1), a_shopper()
    loan = _at_home(mall, shopper)
    a_placed_order(mall, goods=((mall.spinach, "delivery"),))
    with pytest.raises(WindowFull):
        _book(mall, shopper, loan)
    loan.refresh_from_db()
    assert loan.status == LoanStatus.ON_LOAN


def test_nobody_books_for_another_family() -> None:
    mall, shopper, stranger = a_mall(), a_shopper(), a_shopper()
    loan = _at_home(mall, shopper)
    with pytest.raises(LoanUnknown):
        _book(mall, stranger, loan)
    with pytest.raises(NotFound):
        book_collection(
            loan_reference=loan.reference,
            guardian=stranger.customer,
            address_reference=shopper.address.reference,
            window_reference=mall.window.reference,
            now=NOW,
        )


def test_the_driver_fetches_the_books_and_the_library_checks_them_in() -> None:
    mall, shopper = a_mall(), a_shopper()
    loan = _at_home(mall, shopper)
    _book(mall, shopper, loan)
    a_published_plan(mall)
    route, driver = the_route(mall), mall.shift.driver.reference
    depart(route_reference=route.reference, driver_reference=driver, now=NEXT_MORNING)
    report = a_report(_visit(mall, loan), "collected")
    for _ in range(2):
        record(report=report, driver_reference=driver, received_at=NEXT_MORNING)
    loan.refresh_from_db()
    assert loan.status == LoanStatus.IN_VAN_BACK
    books_actions.check_in(
        loan_reference=loan.reference, library=mall.library, missing_barcodes=[], now=NEXT_MORNING
    )
    mall.bundle.refresh_from_db()
    assert mall.bundle.status == BundleStatus.QUARANTINE


def test_a_door_that_did_not_open_can_be_visited_again() -> None:
    mall, shopper = a_mall(), a_shopper()
    loan = _at_home(mall, shopper)
    _book(mall, shopper, loan)
    a_published_plan(mall)
    record(
        report=a_report(_visit(mall, loan), "failed", reason="absent"),
        driver_reference=mall.shift.driver.reference,
        received_at=NEXT_MORNING,
    )
    loan.refresh_from_db()
    assert loan.status == LoanStatus.ON_LOAN
    later = logistics.a_window(depot=mall.depot, on_date=mall.window.on_date + timedelta(days=1))
    booked = book_collection(
        loan_reference=loan.reference,
        guardian=shopper.customer,
        address_reference=shopper.address.reference,
        window_reference=later.reference,
        now=NOW,
    )
    assert booked.status == LoanStatus.COLLECTION_BOOKED
    assert Consignment.objects.filter(status="requested").count() == 1


def test_a_second_window_is_refused_while_the_van_is_still_to_come() -> None:
    mall, shopper = a_mall(), a_shopper()
    loan = _at_home(mall, shopper)
    _book(mall, shopper, loan)
    later = logistics.a_window(depot=mall.depot, on_date=mall.window.on_date + timedelta(days=1))
    with pytest.raises(CollectionBooked):
        book_collection(
            loan_reference=loan.reference,
            guardian=shopper.customer,
            address_reference=shopper.address.reference,
            window_reference=later.reference,
            now=NOW,
        )
    later.refresh_from_db()
    assert later.taken_stops == 0
