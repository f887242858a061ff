from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from commerce.books import actions
from commerce.books.models import Bundle, BundleStatus, Loan, LoanStatus
from tests.builders.books import TODAY, a_bundle, a_child, a_loan
from tests.builders.commerce import NOW
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

FAMILIES = 16


def lend(bundle, child, key):
    return actions.lend_bundle(
        key=key,
        bundle_reference=bundle.reference,
        child_reference=child.reference,
        guardian=child.guardian,
        deliver_on=TODAY,
        now=NOW,
    )


def look_then_lend(bundle, child, all_looked):
    """Lending as it would be without the bundle's row lock."""
    free = Bundle.objects.get(pk=bundle.pk).status == BundleStatus.AVAILABLE
    all_looked.wait()
    assert free
    loan = Loan.objects.create(
        key=child.reference, bundle=bundle, child=child, requested_at=NOW, status_changed_at=NOW
    )
    Bundle.objects.filter(pk=bundle.pk).update(status=BundleStatus.RESERVED)
    return loan


@contextmanager
def without_index(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f'DROP INDEX "{name}"')
        try:
            yield
        finally:
            Loan.objects.all().delete()
            cursor.execute(definition)


def test_control_without_lock_and_constraint_every_family_gets_the_last_bundle():
    """The setup does race: if this fails, the tests below prove nothing."""
    bundle, all_looked = a_bundle(), Barrier(FAMILIES, timeout=20)
    children = [a_child() for _ in range(FAMILIES)]
    with without_index("bundle_with_at_most_one_family"):
        at_once([partial(look_then_lend, bundle, child, all_looked) for child in children])
        assert bundle.loans.count() == FAMILIES


def test_the_constraint_alone_lets_one_family_through():
    bundle, all_looked = a_bundle(), Barrier(FAMILIES, timeout=20)
    children = [a_child() for _ in range(FAMILIES)]
    answers = at_once([partial(look_then_lend, bundle, child, all_looked) for child in children])
    assert [type(answer) for answer in answers].count(IntegrityError) == FAMILIES - 1
    assert bundle.loans.count() == 1


def test_sixteen_families_want_the_last_bundle_and_one_gets_it():
    bundle = a_bundle()
    children = [a_child() for _ in range(FAMILIES)]
    answers = at_once([partial(lend, bundle, child, child.reference) for child in children])
    kinds = [type(answer) for answer in answers]
    assert (kinds.count(Loan), kinds.count(actions.BundleTaken)) == (1, FAMILIES - 1)
    bundle.refresh_from_db()
    assert bundle.status == BundleStatus.RESERVED
    assert bundle.loans.count() == 1


def test_two_tabs_want_two_bundles_for_one_child_and_one_gets_it():
    child = a_child()
    bundles = [a_bundle(), a_bundle()]
    answers = at_once([partial(lend, bundle, child, bundle.reference) for bundle in bundles])
    assert sorted(type(answer).__name__ for answer in answers) == ["Loan", "LoanActive"]
    assert child.loans.count() == 1
    assert Bundle.objects.filter(status=BundleStatus.AVAILABLE).count() == 1


def test_the_same_key_at_once_is_one_loan():
    bundle, child = a_bundle(), a_child()
    answers = at_once([partial(lend, bundle, child, "same")] * 4)
    assert {answer.pk for answer in answers} == {Loan.objects.get().pk}


def test_one_key_for_two_bundles_at_once_lends_one():
    bundles, children = [a_bundle(), a_bundle()], [a_child(), a_child()]
    answers = at_once([partial(lend, b, c, "same") for b, c in zip(bundles, children, strict=True)])
    assert sorted(type(answer).__name__ for answer in answers) == ["IdempotencyMismatch", "Loan"]
    assert Bundle.objects.filter(status=BundleStatus.AVAILABLE).count() == 1


def test_a_scan_delivered_twice_at_once_counts_once():
    loan = a_loan(status=LoanStatus.OUT)
    answers = at_once(
        [partial(actions.mark_delivered, loan_references=[loan.reference], now=NOW)] * 4
    )
    assert not any(isinstance(answer, Exception) for answer in answers)
    loan.refresh_from_db()
    assert (loan.status, loan.bundle.status) == ("on_loan", "on_loan")
