from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.books import actions
from commerce.books.models import ENDED_LOANS, Bundle, BundleStatus, Child, Copy, Loan, LoanStatus
from commerce.errors import CommerceError
from tests.builders.books import (
    BABY_BORN_ON,
    TODAY,
    a_bundle,
    a_child,
    a_copy,
    a_library,
    a_loan,
)
from tests.builders.commerce import NOW, a_customer
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db


def lend(bundle, child, *, key="k1", guardian=None, deliver_on=TODAY):
    return actions.lend_bundle(
        key=key,
        bundle_reference=bundle.reference,
        child_reference=child.reference,
        guardian=guardian or child.guardian,
        deliver_on=deliver_on,
        now=NOW,
    )


def assert_nothing_lent(bundle):
    bundle.refresh_from_db()
    assert bundle.status == BundleStatus.AVAILABLE
    assert not Loan.objects.filter(bundle=bundle).exists()


def test_a_lent_bundle_is_reserved_for_the_child():
    bundle, child = a_bundle(), a_child()
    loan = lend(bundle, child)
    bundle.refresh_from_db()
    assert (loan.bundle_id, loan.child_id) == (bundle.pk, child.pk)
    assert (loan.status, loan.requested_at) == (LoanStatus.REQUESTED, NOW)
    assert bundle.status == BundleStatus.RESERVED


def test_the_same_key_gets_the_same_loan():
    bundle, child = a_bundle(), a_child()
    assert lend(bundle, child) == lend(bundle, child)
    assert Loan.objects.count() == 1


def test_a_key_used_for_another_bundle_is_refused():
    first, second, child = a_bundle(), a_bundle(), a_child()
    lend(first, child)
    with pytest.raises(actions.IdempotencyMismatch):
        lend(second, child)
    assert_nothing_lent(second)


def test_a_taken_bundle_is_refused_with_free_ones_like_it():
    library = a_library()
    taken, free = a_bundle(library=library), a_bundle(library=library)
    a_bundle(library=library, stage="19-35")
    a_bundle()
    lend(taken, a_child())
    with pytest.raises(actions.BundleTaken) as refusal:
        lend(taken, a_child(), key="k2")
    assert refusal.value.data == {"alternatives": [free.reference]}
    assert Loan.objects.count() == 1


def test_a_child_has_one_loan_at_a_time():
    child, second = a_child(), a_bundle()
    first = lend(a_bundle(), child)
    with pytest.raises(actions.LoanActive) as refusal:
        lend(second, child, key="k2")
    assert refusal.value.data == {"loan": first.reference}
    assert_nothing_lent(second)


def test_twins_may_each_have_one():
    guardian = a_customer()
    twins = [a_child(guardian=guardian), a_child(guardian=guardian)]
    loans = [lend(a_bundle(), twin, key=twin.reference) for twin in twins]
    assert [loan.status for loan in loans] == ["requested", "requested"]


def test_a_returned_bundle_lets_the_child_have_another():
    child = a_child()
    a_loan(child=child, status=LoanStatus.RETURNED)
    assert lend(a_bundle(), child).status == LoanStatus.REQUESTED


def test_another_guardians_child_is_unknown():
    bundle = a_bundle()
    with pytest.raises(actions.ChildUnknown):
        lend(bundle, a_child(), guardian=a_customer())
    assert_nothing_lent(bundle)


def test_an_unknown_bundle_is_refused():
    child = a_child()
    with pytest.raises(actions.BundleUnknown):
        actions.lend_bundle(
            key="k",
            bundle_reference="BND-0",
            child_reference=child.reference,
            guardian=child.guardian,
            deliver_on=TODAY,
            now=NOW,
        )


def test_no_bundle_without_consent():
    bundle = a_bundle()
    with pytest.raises(actions.ConsentRequired):
        lend(bundle, a_child(consent_at=None))
    assert_nothing_lent(bundle)


def test_the_age_on_the_day_of_delivery_decides_the_stage():
    """18 months today, 19 when the van comes: the baby bundle is refused, the next is not."""
    child = a_child(born_on=date(2024, 9, 1))
    baby, toddler = a_bundle(), a_bundle(stage="19-35")
    april = date(2026, 4, 1)
    with pytest.raises(actions.AgeOutOfRange) as refusal:
        lend(baby, child, deliver_on=april)
    assert refusal.value.data == {"months": 19, "stage": "0-18"}
    assert_nothing_lent(baby)
    assert lend(toddler, child, deliver_on=april).bundle_id == toddler.pk


@pytest.mark.parametrize("status", [BundleStatus.QUARANTINE, BundleStatus.INCOMPLETE])
def test_a_bundle_that_is_not_ready_is_not_lent(status):
    bundle = a_bundle()
    Bundle.objects.filter(pk=bundle.pk).update(status=status)
    with pytest.raises(actions.BundleTaken):
        lend(bundle, a_child())
    assert not Loan.objects.exists()


def test_registering_keeps_the_month_and_the_consent():
    guardian = a_customer()
    child = actions.register_child(
        guardian=guardian, nickname=" 콩이 ", born_on=date(2025, 9, 17), consent=True, now=NOW
    )
    assert (child.nickname, child.born_on, child.consent_at) == ("콩이", BABY_BORN_ON, NOW)


def test_registering_the_same_child_twice_is_one_child():
    guardian = a_customer()
    fields = {"guardian": guardian, "nickname": "콩이", "born_on": BABY_BORN_ON, "consent": True}
    first = actions.register_child(**fields, now=NOW)
    assert actions.register_child(**fields, now=NOW + timedelta(days=1)) == first
    assert Child.objects.count() == 1


def test_consent_given_again_counts_from_then():
    child = a_child(consent_at=None)
    again = actions.register_child(
        guardian=child.guardian,
        nickname=child.nickname,
        born_on=child.born_on,
        consent=True,
        now=NOW,
    )
    assert (again.pk, again.consent_at) == (child.pk, NOW)


def test_no_child_without_consent():
    with pytest.raises(actions.ConsentRequired):
        actions.register_child(
            guardian=a_customer(), nickname="콩이", born_on=BABY_BORN_ON, consent=False, now=NOW
        )
    assert not Child.objects.exists()


@pytest.mark.parametrize("born_on", [date(2021, 2, 1), date(2026, 4, 1)])
def test_a_child_too_old_or_not_yet_born_is_refused(born_on):
    with pytest.raises(actions.AgeOutOfRange):
        actions.register_child(
            guardian=a_customer(), nickname="콩이", born_on=born_on, consent=True, now=NOW
        )
    assert not Child.objects.exists()


def test_a_copy_is_in_one_bundle():
    copy = a_copy()
    a_bundle(copies=[copy])
    with pytest.raises(actions.CopyTaken) as refusal:
        a_bundle(copies=[copy, a_copy()])
    assert refusal.value.data == {"barcodes": [copy.barcode]}
    assert Bundle.objects.count() == 1


def test_a_missing_copy_goes_into_no_bundle():
    with pytest.raises(actions.CopyTaken):
        a_bundle(copies=[a_copy(missing=True)])


def test_a_bundle_of_nothing_is_refused():
    with pytest.raises(actions.BundleEmpty):
        a_bundle(copies=[])
    assert not Bundle.objects.exists()


STEPS = ("lend", "pack", "out", "deliver", "book", "collect", "check_in", "release", "cancel")


@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 1)), max_size=25)
)
def test_any_sequence_keeps_one_family_to_a_bundle_and_one_bundle_to_a_child(steps):
    with rolled_back():
        library = a_library()
        bundles = [a_bundle(library=library), a_bundle(library=library)]
        children = [a_child(), a_child()]
        for number, (step, bundle, child) in enumerate(steps):
            _try(step, library, bundles[bundle], children[child], f"k{number}")
            _assert_lending_holds()


def _try(step, library, bundle, child, key):
    loan = child.loans.order_by("-pk").first()
    reference = loan.reference if loan else "LOA-0"
    works = {
        "lend": lambda: lend(bundle, child, key=key),
        "pack": lambda: actions.pack(loan_reference=reference, library=library, now=NOW),
        "out": lambda: actions.mark_out(loan_references=[reference], now=NOW),
        "deliver": lambda: actions.mark_delivered(loan_references=[reference], now=NOW),
        "book": lambda: actions.book_collection(
            loan_reference=reference, guardian=child.guardian, now=NOW
        ),
        "collect": lambda: actions.mark_collected(loan_references=[reference], now=NOW),
        "check_in": lambda: actions.check_in(
            loan_reference=reference, library=library, missing_barcodes=[], now=NOW
        ),
        "release": lambda: actions.release_bundle(
            bundle_reference=bundle.reference, library=library
        ),
        "cancel": lambda: actions.cancel_loan(loan_reference=reference, now=NOW),
    }
    with suppress(CommerceError):
        works[step]()


def _assert_lending_holds():
    active = list(Loan.objects.exclude(status__in=ENDED_LOANS).select_related("bundle"))
    assert len({loan.bundle_id for loan in active}) == len(active)
    assert len({loan.child_id for loan in active}) == len(active)
    assert {b.pk for b in Bundle.objects.exclude(status__in=_idle())} == {
        loan.bundle_id for loan in active
    }
    for loan in Loan.objects.all():
        went_out = loan.status in ("on_loan", "collection_booked", "in_van_back", "returned")
        assert (loan.delivered_at is not None) == went_out
        assert (loan.due_on is not None) == went_out
    assert not Copy.objects.filter(bundle=None).exists()


def _idle():
    return [BundleStatus.AVAILABLE, BundleStatus.QUARANTINE, BundleStatus.INCOMPLETE]
