"""The books hold after any sequence, and each of twenty-three faults put in on purpose is found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from commerce.business_days import end_of
from commerce.catalogue.models import TaxClass
from commerce.orders.models import Fulfilment, OrderLine
from commerce.payments import refunds, tenders
from commerce.payments.models import Payment, TakenAs
from commerce.references import new
from commerce.settlement import (
    actions,
    commissions,
    payouts,
    postings,
    queries,
    runs,
    shares,
    tills,
    voucher_budgets,
)
from commerce.settlement.postings import Left, Posting, Source
from commerce.settlement.queries import Statement
from commerce.settlement.shares import take as shares_taken
from commerce.vouchers import actions as vouchers
from tests.commerce.settlement import any_sequence
from tests.commerce.settlement.any_sequence import AnySequence

pytestmark = pytest.mark.django_db

# Shrinking takes minutes: the steps that were taken are printed, and tell enough.
FEW = settings(
    max_examples=max(6, settings.default.max_examples // 5),
    stateful_step_count=14,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_books_hold_after_any_sequence() -> None:
    run_state_machine_as_test(AnySequence, settings=FEW)


def _one_won_more_for_the_mall(monkeypatch: pytest.MonkeyPatch) -> None:
    def split(line_won: int, basis_points: int) -> tuple[int, int]:
        merchant_won, mall_won = shares.split(line_won, basis_points)
        return (merchant_won - 1, mall_won + 1) if merchant_won else (merchant_won, mall_won)

    monkeypatch.setattr(postings, "split", split)


def _half_a_won_rounded_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "commission", lambda won, points: won * points // 10_000)


def _a_refused_refund_is_not_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "record_refund_refused", lambda **_: None)


def _a_repeat_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_refunded_key", lambda refund: new("refunded"))


def _one_side_is_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The money goes back, and nobody gives it."""
    real = postings.refunded

    def refunded(source: Source, amount_won: int, left: Sequence[Left]) -> list[Posting]:
        return [x for x in real(source, amount_won, left) if x.kind == source.kind]

    monkeypatch.setattr(postings, "refunded", refunded)


def _the_merchant_bears_refunds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = actions.RANKS | {("commission", False): 3, ("carrier", True): 4}
    monkeypatch.setattr(actions, "RANKS", ranks)


def _the_next_day_is_settled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "end_of", lambda on: end_of(on) + timedelta(days=1))


def _a_new_fee_counts_before_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    real = commissions.rates_of
    monkeypatch.setattr(actions, "rates_of", lambda lines, on: real(lines, on + timedelta(days=1)))


def _a_lost_dispute_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "dispute_lost", lambda won: [])


def _a_payout_is_never_booked_as_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payouts, "post", lambda **_: None)


def _refunds_lose_what_is_free_of_tax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refunds, "tax_free_part", lambda amount_won, **_: 0)


def _a_statement_forgets_refunds(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*args: Any) -> Statement:
        whole = queries.statement(*args)
        return replace(whole, rows=tuple(x for x in whole.rows if x.event != "refunded"))

    monkeypatch.setattr(any_sequence, "statement", told)


def _more_is_given_back_than_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole order's payment answers for any part of it."""
    real = actions._left

    def left(scope: Sequence[Fulfilment]) -> list[Left]:
        return [replace(x, won=x.won + 1) for x in real(scope)]

    monkeypatch.setattr(actions, "_left", left)


def _a_refund_does_not_reach_its_voucher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vouchers, "put_back", lambda **_: None)


def _a_vouchers_share_goes_back_to_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """The card first, as long as it has paid for any of the line."""

    def divide(*, line: OrderLine, won: int) -> tenders.Divided:
        shares = tenders.shares_of(line.fulfilment.order, ["paid"])
        own = [x for x in shares if x.line_id == line.pk and x.left_won]
        own.sort(key=lambda x: x.payment.voucher_id is not None)
        taken = shares_taken(won, [[x.left_won] for x in own])
        return [(x, mine) for x, (mine,) in zip(own, taken, strict=True) if mine]

    monkeypatch.setattr(tenders, "divide", divide)


def _a_refused_refund_stays_in_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenders, "take_up_again", lambda refund: None)


def _an_ended_voucher_is_not_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voucher_budgets, "record_expired", lambda **_: None)


def _what_a_voucher_paid_is_asked_of_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_source", lambda payment: Source("gateway"))


def _what_a_terminal_took_is_cash(monkeypatch: pytest.MonkeyPatch) -> None:
    real = actions._source

    def source(payment: Payment) -> Source:
        told = real(payment)
        return replace(told, kind="till") if told.kind == "slips" else told

    monkeypatch.setattr(actions, "_source", source)


def _what_a_till_lacks_stays_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = postings.handed_in

    def handed_in(till: str, parts: Sequence[postings.HandedIn]) -> list[Posting]:
        return real(till, [replace(x, expected_won=x.counted_won) for x in parts])

    monkeypatch.setattr(postings, "handed_in", handed_in)


def _a_rejected_count_keeps_its_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tills, "_let_go", lambda rejected: None)


def _a_count_leaves_out_what_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tills.uncounted
    monkeypatch.setattr(tills, "uncounted", lambda *who: real(*who).filter(amount_won__gt=0))


def _a_parcels_fee_goes_to_the_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    def brought(fee: postings.Fee) -> Posting:
        return Posting("carrier", "", -fee.won, fee.reference)

    monkeypatch.setattr(postings, "_brought", brought)


FAULTS = {
    _what_a_terminal_took_is_cash: "money",
    _what_a_till_lacks_stays_in_it: "money",
    _a_rejected_count_keeps_its_money: "tills",
    _a_count_leaves_out_what_went_back: "tills",
    _one_won_more_for_the_mall: "shares",
    _half_a_won_rounded_down: "shares",
    _a_parcels_fee_goes_to_the_carrier: "fees",
    _a_refused_refund_is_not_reversed: "money",
    _a_repeat_is_posted_again: "repeats|money",
    _one_side_is_posted: "refusals: .*JOURNAL_UNBALANCED",
    _the_merchant_bears_refunds_alone: "shares",
    _the_next_day_is_settled_too: "settled",
    _a_new_fee_counts_before_its_day: "shares",
    _a_lost_dispute_stays_open: "money",
    _a_payout_is_never_booked_as_sent: "money|owed",
    _refunds_lose_what_is_free_of_tax: "captured",
    _a_statement_forgets_refunds: "owed",
    _more_is_given_back_than_came_in: "captured|shares",
    _a_refund_does_not_reach_its_voucher: "vouchers",
    _a_vouchers_share_goes_back_to_the_card: "tenders: not in proportion",
    _a_refused_refund_stays_in_its_share: "tenders",
    _an_ended_voucher_is_not_booked: "money",
    _what_a_voucher_paid_is_asked_of_the_gateway: "money",
}


def tell_a_story(books: AnySequence) -> None:
    """A bit of everything that the machine may do, by its own rules; then undone."""
    try:
        _tell(books)
    finally:
        books.teardown()


def _tell(books: AnySequence) -> None:
    exempt, taxable = TaxClass.EXEMPT, TaxClass.TAXABLE
    greens = ([(0, 2_500, exempt), (0, 125, taxable)], 4_000)
    books.sell(parts=[greens, ([(1, 33_333, taxable)], 0)], by_card=True)
    books.sell(parts=[([(0, 7, exempt), (0, 99, taxable)], 0)], by_card=False)
    for step in (
        partial(books.count_till, short_won=0),
        partial(books.receive_count, again=True),
        partial(books.count_till, short_won=7),
        partial(books.hand_over, which=0, later=False),
        books.the_same_again,
        partial(books.change_fee, which=0, points=3_333),
        partial(books.refund, which=0, tenths=3, one_line=True, ends="refused"),
        partial(books.refund, which=0, tenths=3, one_line=True, ends="sent"),
        books.the_same_again,
        partial(books.refund, which=2, tenths=1, one_line=True, ends="sent"),
        partial(books.hand_over, which=2, later=False),
        partial(books.settle, later=True),
        books.approve,
        partial(books.hand_over, which=1, later=True),
        partial(books.settle, later=False),
        books.the_same_again,
        partial(books.dispute, which=0, stages=["open", "lost"]),
        partial(books.refund_too_much, which=0),
        partial(books.refund, which=0, tenths=10, one_line=False, ends="sent"),
        partial(books.refund, which=1, tenths=10, one_line=False, ends="sent"),
        partial(books.settle, later=True),
        books.approve,
        partial(books.send_payouts, account="acct_greens"),
        partial(books.tend_payout, which=0, again=False),
        partial(books.sell, parts=[([(0, 33_333, exempt)], 0)], by_card=True, voucher_won=20_000),
        partial(books.refund, which=3, tenths=3, one_line=True, ends="refused"),
        partial(books.refund, which=3, tenths=3, one_line=True, ends="sent"),
        books.the_same_again,
        partial(books.sell, parts=[greens], by_card=False, voucher_won=99_999),
        partial(books.hand_over, which=4, later=False),
        partial(books.refund, which=4, tenths=7, one_line=False, ends="sent"),
        partial(books.sell, parts=[([(0, 33_333, exempt)], 0)], by_card=True, voucher_won=20_000),
        partial(books.refund, which=5, tenths=3, one_line=True, ends="sent"),
        # Nothing of it comes back, so that it ends after three days.
        partial(books.sell, parts=[([(1, 7, exempt)], 0)], by_card=True, voucher_won=2_000),
        partial(books.sell, parts=[greens], by_card=False, taken_as=TakenAs.TERMINAL),
        partial(books.receive_count, again=False),
        books.the_same_again,
        partial(books.count_till, short_won=-100, slips_short_won=7),
        partial(books.receive_count, again=False),
        *[books.end_vouchers] * 3,
        books.the_same_again,
        partial(books.refund, which=3, tenths=10, one_line=False, ends="sent"),
        partial(books.sell, parts=[([(0, 2_500, exempt)], any_sequence.BY_PARCEL)], by_card=True),
        partial(books.hand_over, which=8, later=False),
        books.the_same_again,
        partial(books.refund, which=8, tenths=7, one_line=False, ends="sent"),
        partial(books.settle, later=True),
    ):
        step()
        books.laws_hold()


def test_the_story_alone_breaks_no_law() -> None:
    tell_a_story(AnySequence())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_in_on_purpose_is_found(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = AnySequence()
    fault(monkeypatch)
    with pytest.raises(AssertionError, match=FAULTS[fault]):
        tell_a_story(books)
