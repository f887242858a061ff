"""A year of lending in numbers."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.books.models import Loan, LoanStatus
from storefront.library_desk.statistics import last_months
from tests.storefront.library_desk.shelves import a_loan_in, an_asked_for_loan, some_shelves

pytestmark = pytest.mark.django_db


def test_the_months_end_with_this_one() -> None:
    months = last_months(date(2026, 2, 28), 4)
    assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_loans_are_counted_in_the_month_they_were_asked_for_in_seoul() -> None:
    shelves = some_shelves()
    loan = an_asked_for_loan(shelves)
    first_of_month = timezone.localdate().replace(day=1)
    # Seoul's midnight is still the day before in UTC.
    midnight = timezone.make_aware(datetime.combine(first_of_month, datetime.min.time()))
    Loan.objects.filter(pk=loan.pk).update(requested_at=midnight)
    page = shelves.librarian.get(reverse("library_statistics"))
    assert [bar.value for bar in page.context["bars"]] == [0] * 11 + [1]
    assert page.context["by_stage"] == [("0-18", 1), ("19-35", 0), ("36-60", 0)]


def test_returns_are_in_time_or_late_by_the_day_the_van_had_them() -> None:
    shelves = some_shelves()
    in_time, late = (a_loan_in(shelves, LoanStatus.RETURNED) for _ in range(2))
    today = timezone.localdate()
    Loan.objects.filter(pk=in_time.pk).update(due_on=today)
    Loan.objects.filter(pk=late.pk).update(due_on=date(2020, 1, 1))
    returns = shelves.librarian.get(reverse("library_statistics")).context["returns"]
    assert (returns.on_time, returns.late) == (1, 1)


def test_another_librarys_loans_are_not_counted() -> None:
    shelves, other = some_shelves(), some_shelves()
    an_asked_for_loan(other)
    page = shelves.librarian.get(reverse("library_statistics"))
    assert (page.context["lent"], page.context["bundle_count"]) == (0, 0)
