"""Whatever happens to money in whatever order, and what must be true of the books after each step.

The laws count from payments, refunds, disputes and payouts, and from what the machine itself noted
when it did something; they never ask the code that posts.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from commerce.business_days import business_date, end_of
from commerce.catalogue.models import TaxClass, Way
from commerce.errors import CommerceError
from commerce.money import share
from commerce.orders.actions import NewFulfilment
from commerce.orders.models import Fulfilment, Order
from commerce.payments import actions as payments
from commerce.payments import chargebacks, charging, refunds, tenders, transfers
from commerce.payments.gateway import Declined, Dispute
from commerce.payments.models import (
    Chargeback,
    Deposit,
    Payment,
    PaymentMethod,
    PaymentShare,
    PaymentStatus,
    Refund,
    RefundShare,
    RefundStatus,
    TakenAs,
)
from commerce.payments.transfers import Seen
from commerce.references import new
from commerce.settlement import actions, deposits, payouts, runs, tills
from commerce.settlement.commissions import Wished
from commerce.settlement.models import (
    LedgerEntry,
    Payout,
    Settlement,
    SettlementRun,
    TillCount,
    TillLine,
)
from commerce.settlement.queries import balances, payable, statement
from commerce.settlement.tills import Holding
from commerce.vouchers.models import Recharge, Voucher
from storefront.journeys import voucher_programmes
from storefront.journeys.give_back_tenders import give_back_to_each
from tests.builders.commerce import NOW, a_customer, a_merchant
from tests.builders.ledger import (
    a_part_of,
    goods_of,
    parts_of,
    rule_set,
)
from tests.builders.orders import PAYS, an_order
from tests.builders.vouchers import a_programme, a_voucher, held_for

# What may be said no to; anything else that is raised is a fault.
REFUSED = {
    "HAND_OVER_UNPAID",
    "ORDER_ENDED",
    "PAYOUT_NOT_BY_HAND",
    "PAYOUT_STANDS",
    "REFUND_ABOVE_PAID",
    "REFUND_ABOVE_POSTED",
    "TILL_EMPTY",
}

WHICH = st.integers(0, 5)
PRICES = st.sampled_from([1, 3, 7, 99, 125, 2_500, 33_333])
LINES = st.lists(
    st.tuples(st.integers(0, 1), PRICES, st.sampled_from(TaxClass)), min_size=1, max_size=2
)
# What a voucher for the order holds; 0: there is none.
VOUCHERS = st.sampled_from([0, 0, 1, 2_000, 99_999])
# What costs this much is a parcel, of the merchant of its first line; 0 and 4,000 come by van.
BY_PARCEL = 3_500
FEES = st.sampled_from([0, 4_000, BY_PARCEL])
PARTS = st.lists(st.tuples(LINES, FEES), min_size=1, max_size=2)
# Of what is left, in tenths: half of all refunds give everything back.
TENTHS = st.sampled_from([1, 3, 7, 10, 10, 10])

some_part = precondition(lambda machine: machine.parts)
some_payment = precondition(lambda machine: machine.card_payments())
some_run = precondition(lambda machine: SettlementRun.objects.exists())
some_payout = precondition(lambda machine: Payout.objects.exists())


TILL = "DRV-MINSU"


class HandedIn(NamedTuple):
    expected_won: int
    counted_won: int

    @property
    def short_won(self) -> int:
        return self.expected_won - self.counted_won


class AnySequence(RuleBasedStateMachine):
    """Two merchants, one paid by the gateway and one at the bank, and orders as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone._from_testcase = True  # as Django's own TestCase: durable blocks may run inside
        self.undone.__enter__()
        self.now = NOW
        self.merchants = [
            a_merchant(payout_account="acct_greens"),
            a_merchant(commission_basis_points=0),
        ]
        self.fees = [(x.reference, NOW.date(), x.commission_basis_points) for x in self.merchants]
        self.parts: list[Fulfilment] = []
        self.agreed: dict[str, tuple[int, int]] = {}  # line: won handed over, basis points
        self.last: Callable[[], object] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # What may happen

    @rule(
        parts=PARTS,
        by_card=st.booleans(),
        voucher_won=VOUCHERS,
        taken_as=st.sampled_from(TakenAs),
    )
    def sell(
        self,
        parts: list,
        by_card: bool,
        voucher_won: int = 0,
        taken_as: TakenAs = TakenAs.CASH,
    ) -> None:
        order = self.an_order(parts, voucher_won)
        method = PaymentMethod.CARD if by_card else PaymentMethod.ON_SITE
        for payment in payments.open_payment(
            order=order, method=method, card_token=PAYS if by_card else "", now=self.now
        ):
            self.do(partial(self.take, payment.reference, by_card, taken_as, self.now))
        self.sold(order, voucher_won)

    @rule(parts=PARTS, voucher_won=VOUCHERS, above_won=st.sampled_from([0, 0, 500]))
    def sell_by_transfer(self, parts: list, voucher_won: int, above_won: int) -> None:
        """More may come in than was asked for."""
        order = self.an_order(parts, voucher_won)
        for payment in payments.open_payment(
            order=order, method=PaymentMethod.TRANSFER, pay_until=self.now, now=self.now
        ):
            seen = Seen("김영희", payment.amount_won + above_won, self.now, "op")
            self.do(partial(self.pay_in, payment, seen, new("KEY"), self.now))
        self.sold(order, voucher_won)

    def an_order(self, parts: list, voucher_won: int) -> Order:
        order = an_order(
            customer=a_customer(),
            parts=[self.a_part(lines, fee) for lines, fee in parts],
            now=self.now,
        )
        if voucher_won:
            held_for(order, self.a_voucher(voucher_won), now=self.now)
        return order

    def a_part(self, lines: list, fee: int) -> NewFulfilment:
        sends = lines[0][0]
        goods = [
            goods_of(self.merchants[sends if fee == BY_PARCEL else m], won, tax_class=tax)
            for m, won, tax in lines
        ]
        part = a_part_of(*goods, delivery_won=fee)
        if fee != BY_PARCEL:
            return part
        return replace(part, way=Way.PARCEL, hands_over=self.merchants[sends].reference)

    def sold(self, order: Order, voucher_won: int) -> None:
        if voucher_won:
            self.do(partial(self.spend, order, self.now))
        self.parts += parts_of(order)

    def a_voucher(self, won: int) -> Voucher:
        """Good for three days, and for goods alone."""
        until_on = business_date(self.now) + timedelta(days=2)
        programme = a_programme(budget_won=won, until_on=until_on, now=self.now)
        return a_voucher(won, programme=programme, now=self.now)

    @rule()
    def end_vouchers(self) -> None:
        self.now += timedelta(days=1)
        self.do(partial(voucher_programmes.expire_vouchers, now=self.now))

    @some_part
    @rule(which=WHICH, later=st.booleans())
    def hand_over(self, which: int, later: bool) -> None:
        if later:
            self.now += timedelta(days=1)
        part = self.parts[which % len(self.parts)]
        kept = {x.reference: self.kept(x.reference) for x in part.lines.all()}
        if self.do(partial(actions.record_handed_over, fulfilment=part, now=self.now)):
            for line in part.lines.all():
                points = self.fee(line.merchant_reference)
                self.agreed.setdefault(line.reference, (kept[line.reference], points))

    @some_part
    @rule(
        which=WHICH,
        tenths=TENTHS,
        one_line=st.booleans(),
        ends=st.sampled_from(["sent", "open", "refused"]),
    )
    def refund(self, which: int, tenths: int, one_line: bool, ends: str) -> None:
        part = self.parts[which % len(self.parts)]
        line = part.lines.all()[0].reference if one_line else ""
        left = self.kept(line) if line else sum(map(self.kept, self.references(part)))
        won = max(1, left * tenths // 10)
        self.do(partial(self.give_back, part, line, won, ends, new("KEY")))

    @some_part
    @rule(which=WHICH)
    def refund_too_much(self, which: int) -> None:
        part = self.parts[which % len(self.parts)]
        if tenders.are_several(part.order):  # then nobody says who gets how much
            return
        won = sum(map(self.kept, self.references(part))) + 1
        done = self.do(partial(self.give_back, part, "", won, "open", new("KEY")))
        assert not done, "captured: more was given back than was there"

    @some_payment
    @rule(which=WHICH, stages=st.sampled_from([["open"], ["open", "won"], ["open", "lost"]]))
    def dispute(self, which: int, stages: list) -> None:
        paid = self.card_payments()
        self.do(partial(self.hear_dispute, paid[which % len(paid)], stages, new("DIS")))

    @rule(which=st.integers(0, 1), points=st.sampled_from([0, 1, 600, 1_234, 3_333, 10_000]))
    def change_fee(self, which: int, points: int) -> None:
        """From tomorrow on."""
        merchant = self.merchants[which].reference
        from_on = business_date(self.now) + timedelta(days=1)
        wished = Wished(merchant, "", "", points, from_on)
        self.do(partial(rule_set, wished, key=new("CMR"), now=self.now))
        self.fees.append((merchant, from_on, points))

    def fee(self, merchant: str) -> int:
        """Today's, in basis points: the last one that has begun."""
        begun = [x for x in self.fees if x[0] == merchant and x[1] <= business_date(self.now)]
        return max(enumerate(begun), key=lambda x: (x[1][1], x[0]))[1][2]

    @rule(later=st.booleans())
    def settle(self, later: bool) -> None:
        """What was handed over until yesterday."""
        if later:
            self.now += timedelta(days=1)
        day = business_date(self.now) - timedelta(days=1)
        self.do(partial(runs.calculate, until_on=day, now=self.now))

    @some_run
    @rule()
    def approve(self) -> None:
        """Two people look through the last run."""
        last = SettlementRun.objects.latest("pk").until_on
        self.do(partial(self.say_yes, last, self.now))

    @some_payout
    @rule(account=st.sampled_from(["acct_greens", "acct_closed"]))
    def send_payouts(self, account: str) -> None:
        self.now += timedelta(minutes=5)
        Payout.objects.filter(status="open").exclude(account_reference="").update(
            account_reference=account
        )
        self.do(partial(payouts.sweep, now=self.now))

    @some_payout
    @rule(which=WHICH, again=st.booleans())
    def tend_payout(self, which: int, again: bool) -> None:
        """A person sends it at the bank, or has a refused one sent anew."""
        references = Payout.objects.order_by("pk").values_list("reference", flat=True)
        one = references[which % len(references)]
        if again:
            self.do(partial(payouts.open_again, payout_reference=one, now=self.now))
        else:
            by_hand = partial(payouts.record_sent_by_hand, sent_by="op", now=self.now)
            self.do(partial(by_hand, payout_reference=one))

    @rule(short_won=st.sampled_from([0, 0, 500, -100]), slips_short_won=st.sampled_from([0, 0, 7]))
    def count_till(self, short_won: int, slips_short_won: int = 0) -> None:
        """Whoever took money on site counts it."""
        has = tills.sums(tills.uncounted(TILL).select_related("account"))
        there = Holding(has.cash_won - short_won, has.slips_won - slips_short_won)
        asked = partial(tills.count, till_reference=TILL, seen=has, counted=there, note="그렇다")
        self.do(partial(asked, by="minsu", key=new("KEY"), now=self.now))

    @precondition(lambda machine: tills.waiting().exists())
    @rule(again=st.booleans())
    def receive_count(self, again: bool) -> None:
        """Somebody else receives the one that waits longest, or wants it counted again."""
        made = tills.waiting()[0]
        if again:
            decide = partial(tills.reject, reason="다시")
        else:
            decide = partial(tills.confirm, received_won=made.counted_cash_won)
        self.do(partial(decide, reference=made.reference, by="dispatcher", now=self.now))

    @precondition(lambda machine: machine.last is not None)
    @rule()
    def the_same_again(self) -> None:
        """What was done a moment ago, as after a lost answer."""
        assert self.last is not None
        before = self.entries()
        self.last()
        assert self.entries() == before, "repeats: something was posted twice"

    # How it is done

    def do(self, action: Callable[[], object]) -> bool:
        """False when it was refused: then nothing has changed."""
        before, refused = self.entries(), ""
        try:
            action()
        except CommerceError as refusal:
            refused = str(refusal)
            expected = refusal.code in REFUSED and self.entries() == before
        assert not refused or expected, f"refusals: {refused}"
        if not refused:
            self.last = action
        return not refused

    def take(self, reference: str, by_card: bool, taken_as: TakenAs, now: datetime) -> None:
        if by_card:
            payment = charging.charge(payment_reference=reference, now=now)
        else:
            payment = payments.take_on_site(
                payment_reference=reference, taken_by=TILL, taken_as=taken_as, now=now
            )
        actions.record_payment(payment=payment, now=now)

    @transaction.atomic
    def pay_in(self, payment: Payment, seen: Seen, key: str, now: datetime) -> None:
        deposit = transfers.record_deposit(payment=payment, seen=seen, key=key, now=now)
        deposits.record_deposit(deposit=deposit, now=now)
        actions.record_payment(payment=Payment.objects.get(pk=payment.pk), now=now)

    def spend(self, order: Order, now: datetime) -> None:
        for payment in tenders.capture(order=order, now=now):
            actions.record_payment(payment=payment, now=now)

    def give_back(self, part: Fulfilment, line: str, won: int, ends: str, key: str) -> None:
        if tenders.are_several(part.order):  # none where nothing is left of the line
            promised = self.promise_each(part, line, won, key)
        else:
            promised = [self.promise(part, line, won, key)]
        for refund in promised:
            self.end(refund, ends if refund.payment.voucher is None else "done")

    @transaction.atomic
    def promise_each(self, part: Fulfilment, line: str, won: int, key: str) -> list[Refund]:
        """As the journeys do it, line by line."""
        earlier = list(Refund.objects.filter(key__startswith=f"{key}:").order_by("pk"))
        for refund in earlier:
            if refund.status != RefundStatus.REFUSED:
                actions.record_refund(refund=refund, fulfilment=part, now=self.now)
        if earlier:
            return earlier
        lines = [x for x in part.lines.all() if line in ("", x.reference)]
        left = [self.kept(x.reference) for x in lines]
        divided = [
            pair
            for x, mine in zip(lines, share(min(won, sum(left)), left), strict=True)
            for pair in tenders.divide(line=x, won=mine)
        ]
        return give_back_to_each(
            part=part, divided=divided, reason="cancelled", key=key, now=self.now
        )

    def end(self, refund: Refund, ends: str) -> None:
        if ends == "sent":
            refunds.send_refund(refund_reference=refund.reference, now=self.now)
        if ends == "refused":
            refund = refunds._record_refund(refund, Declined("refund_refused"), self.now)
            actions.record_refund_refused(refund=refund, now=self.now)

    @transaction.atomic
    def promise(self, part: Fulfilment, line: str, won: int, key: str) -> Refund:
        own = part.order.payments.filter(fulfilment=part)
        payment = own.first() or part.order.payments.get()
        exempt = bool(line) and part.lines.get(reference=line).tax_class == TaxClass.EXEMPT
        refund = refunds.open_refund(
            payment=payment,
            amount_won=won,
            tax_free_won=won if exempt else 0,
            reason="cancelled",
            key=key,
            now=self.now,
        )
        if refund.status != RefundStatus.REFUSED:
            actions.record_refund(refund=refund, fulfilment=part, line_reference=line, now=self.now)
        return refund

    def say_yes(self, until_on: date, now: datetime) -> None:
        runs.review(until_on=until_on, by="op-one", now=now)
        runs.approve(until_on=until_on, by="op-two", now=now)

    def hear_dispute(self, payment: Payment, stages: list, reference: str) -> None:
        for stage in stages:
            told = Dispute(payment.gateway_reference, payment.amount_won, stage)
            kept = chargebacks.keep(gateway_reference=reference, dispute=told, now=self.now)
            actions.record_chargeback(chargeback=kept, now=self.now)

    # What it sees

    def entries(self) -> int:
        return LedgerEntry.objects.count()

    def card_payments(self) -> list[Payment]:
        paid = Payment.objects.filter(method=PaymentMethod.CARD, status=PaymentStatus.PAID)
        return list(paid.order_by("pk"))

    def references(self, part: Fulfilment) -> list[str]:
        return [part.reference, *(line.reference for line in part.lines.all())]

    def kept(self, reference: str) -> int:
        """Won that came in for a line or a delivery fee and did not go back."""
        return _sum(LedgerEntry.objects.filter(line_reference=reference, **MONEY))

    # What must be true

    @invariant()
    def laws_hold(self) -> None:
        self.balanced()
        self.money_is_where_it_went()
        self.refunded_is_at_most_captured()
        self.shares_are_as_agreed()
        self.fees_are_whoever_brings()
        self.each_line_is_settled_once()
        self.owed_is_settled_and_carried()
        self.vouchers_count_their_use()
        self.tills_hold_what_is_not_handed_in()
        self.each_tender_gets_back_what_it_paid()

    def balanced(self) -> None:
        connection.check_constraints()
        by_journal = (
            LedgerEntry.objects.order_by().values("journal").annotate(won=Sum("amount_won"))
        )
        assert not by_journal.exclude(won=0).exists(), "balanced: a journal is not zero"
        assert sum(balances().values()) == 0, "balanced: the trial balance is not zero"

    def money_is_where_it_went(self) -> None:
        stands = balances()
        lost = Chargeback.objects.filter(status="lost")
        disputed = Chargeback.objects.filter(status="open")
        sent = Payout.objects.filter(status="done")
        recharged = _sum(Recharge.objects.filter(seen_at__isnull=False))
        paid_in = _sum(Deposit.objects.all())
        issued = _sum(Voucher.objects.all())
        ended = Voucher.objects.aggregate(won=Sum("expired_won", default=0))["won"]
        cash = self.handed_in("cash")
        slips = self.handed_in("slips")
        expected = {
            "gateway": self.taken("card")
            - _sum(lost)
            - _sum(disputed)
            - _sum(sent.exclude(account_reference="")),
            "till": self.taken("on_site", taken_as="cash") - cash.expected_won,
            "slips": self.taken("on_site", taken_as="terminal") - slips.short_won,
            "over_short": cash.short_won + slips.short_won,
            "bank": recharged
            + cash.counted_won
            + paid_in
            - self.given_back("transfer")
            - _sum(sent.filter(account_reference="")),
            "deposits": self.charged("transfer") - paid_in,
            "budget": issued - ended - recharged,
            "voucher": self.taken("voucher") + ended - issued,
            "disputed": _sum(disputed),
            "fees": _sum(lost),
        }
        found = {kind: stands.get(kind, 0) for kind in expected}
        assert found == expected, f"money: {found} is not {expected}"

    def handed_in(self, what: str) -> HandedIn:
        confirmed = TillCount.objects.filter(status="confirmed")
        return HandedIn(
            *(
                confirmed.aggregate(won=Sum(f"{side}_{what}_won", default=0))["won"]
                for side in ("expected", "counted")
            )
        )

    def taken(self, method: str, **how: str) -> int:
        return self.charged(method, **how) - self.given_back(method, **how)

    def charged(self, method: str, **how: str) -> int:
        return _sum(Payment.objects.filter(method=method, status=PaymentStatus.PAID, **how))

    def given_back(self, method: str, **how: str) -> int:
        told = {f"payment__{field}": value for field, value in how.items()}
        back = Refund.objects.filter(payment__method=method, **told)
        return _sum(back.exclude(status=RefundStatus.REFUSED))

    def refunded_is_at_most_captured(self) -> None:
        rows = LedgerEntry.objects.filter(**MONEY).exclude(line_reference="").order_by()
        kept = dict(rows.values_list("line_reference").annotate(won=Sum("amount_won")))
        for part in self.parts:
            for line in part.lines.all():
                assert 0 <= kept.get(line.reference, 0) <= line.line_won, "captured: of a line"
            assert 0 <= kept.get(part.reference, 0) <= part.delivery_won, "captured: of a drive"
        for payment in Payment.objects.all():
            back = payment.refunds.exclude(status=RefundStatus.REFUSED)
            free = back.aggregate(won=Sum("tax_free_won", default=0))["won"]
            taxed = _sum(back) - free
            assert 0 <= free <= payment.tax_free_won, "captured: free of tax"
            assert 0 <= taxed <= payment.amount_won - payment.tax_free_won, "captured: taxed"

    def vouchers_count_their_use(self) -> None:
        for voucher in Voucher.objects.all():
            back = Refund.objects.filter(payment__voucher=voucher)
            used = _sum(voucher.payments.all()) - _sum(back)
            assert voucher.used_won == used, f"vouchers: {voucher.used_won} is not {used}"
            assert voucher.left_won >= 0, "vouchers: overspent"

    def tills_hold_what_is_not_handed_in(self) -> None:
        """Every taking and every refund is in one count, or in none yet."""
        for made in TillCount.objects.all():
            lines = TillLine.objects.filter(count=made)
            for kind, won in (("till", made.expected_cash_won), ("slips", made.expected_slips_won)):
                covered = LedgerEntry.objects.filter(
                    till_lines__in=lines, account__kind=kind, account__owner_reference=TILL
                )
                assert _sum(covered) == won, f"tills: {made} does not expect what it covers"
        mine = LedgerEntry.objects.filter(
            account__kind__in=["till", "slips"], account__owner_reference=TILL
        )
        free = mine.exclude(line_reference="").exclude(
            pk__in=TillLine.objects.exclude(count__status="rejected").values("entry")
        )
        waits = [x.expected_cash_won + x.expected_slips_won for x in tills.waiting()]
        assert _sum(mine) == _sum(free) + sum(waits), "tills: not what is to be handed in"
        has = tills.sums(tills.uncounted(TILL).select_related("account"))
        assert has.cash_won + has.slips_won == _sum(free), "tills: not all can be counted"

    def each_tender_gets_back_what_it_paid(self) -> None:
        """Of each line in proportion, up to a won for each time; but where a gateway refused its
        part of it, which stays with the card for now."""
        by_payment: Counter[int] = Counter()
        by_line: dict[str, list[PaymentShare]] = {}
        for one in PaymentShare.objects.select_related("line", "fulfilment"):
            by_payment[one.payment_id] += one.refunded_won
            by_line.setdefault(one.reference, []).append(one)
        for payment in Payment.objects.filter(pk__in=by_payment):
            told = by_payment[payment.pk]
            assert told == payment.refunded_won, f"tenders: {told} is not {payment.refunded_won}"
        times = Refund.objects.count()
        refused = RefundShare.objects.filter(refund__status=RefundStatus.REFUSED)
        partly = {one.share.reference for one in refused.select_related("share__line")}
        for reference, shares in by_line.items():
            if reference in partly:
                continue
            paid, back = sum(x.won for x in shares), sum(x.refunded_won for x in shares)
            for one in shares:
                exact = Fraction(back * one.won, paid)
                assert abs(one.refunded_won - exact) <= 1 + times, "tenders: not in proportion"

    def shares_are_as_agreed(self) -> None:
        """Each line is divided by the fee of the day it was handed over, whatever came after."""
        shares: Counter[tuple[str, str]] = Counter()
        for kind, line, won in LedgerEntry.objects.values_list(
            "account__kind", "line_reference", "amount_won"
        ):
            shares[kind, line] -= won
        refunds = Refund.objects.count()
        for line, (handed_over_won, points) in self.agreed.items():
            ours, mine = shares["commission", line], shares["merchant", line]
            kept = self.kept(line)
            assert shares["held", line] == 0, "shares: held after the hand-over"
            assert min(ours, mine) >= 0, "shares: below nothing"
            assert ours + mine == kept, "shares: not all of the line"
            exact = Fraction(kept * points, 10_000)
            if kept == handed_over_won:
                assert ours == int(exact + Fraction(1, 2)), f"shares: {ours} of {kept} at {points}"
            else:
                assert abs(ours - exact) <= 1 + refunds, f"shares: {ours} of {kept} at {points}"

    def fees_are_whoever_brings(self) -> None:
        """What was kept of a fee is held, or is the carrier's; a parcel's is its merchant's."""
        credits: Counter[tuple[str, str, str]] = Counter()
        for kind, owner, reference, won in LedgerEntry.objects.values_list(
            "account__kind", "account__owner_reference", "line_reference", "amount_won"
        ):
            credits[kind, owner, reference] -= won
        for part in self.parts:
            brings = ("merchant", part.hands_over) if part.way == Way.PARCEL else ("carrier", "")
            theirs = credits[*brings, part.reference] + credits["held", "", part.reference]
            assert theirs == self.kept(part.reference), "fees: somebody else's"

    def each_line_is_settled_once(self) -> None:
        for settlement in Settlement.objects.all():
            own = settlement.entries.exclude(journal__event="paid_out")
            assert -_sum(own) == settlement.total_won, "settled: not what its lines are"
            late = own.filter(journal__posted_at__gte=end_of(settlement.until_on))
            assert not late.exists(), "settled: a line of a later day"
            assert own.exclude(account__kind="merchant").count() == 0, "settled: of another account"
        for run in SettlementRun.objects.all():
            made = run.settlements.aggregate(won=Sum("total_won", default=0))
            assert made["won"] == run.total_won, "settled: not what the run says"
        cuts = Settlement.objects.values_list("merchant_reference", "until_on")
        for merchant, until_on in cuts:
            early = LedgerEntry.objects.filter(
                account__owner_reference=merchant,
                journal__posted_at__lt=end_of(until_on),
                journal__posted_at__lte=self.first_cut(merchant, until_on),
                settlement=None,
            )
            assert not early.exists(), "settled: a line was left behind"

    def first_cut(self, merchant: str, until_on):
        """When the run was made: what is posted for the day after that waits for the next."""
        return Settlement.objects.get(merchant_reference=merchant, until_on=until_on).made_at

    def owed_is_settled_and_carried(self) -> None:
        approved = Settlement.objects.filter(run__approved_at__isnull=False)
        for merchant in self.merchants:
            reference = merchant.reference
            told = statement(reference, NOW.date(), business_date(self.now))
            settled = approved.filter(merchant_reference=reference)
            settled_won = settled.aggregate(won=Sum("total_won", default=0))["won"]
            assert told.paid_won == settled_won, "owed: settled otherwise than told"
            paid_out_won = _sum(
                LedgerEntry.objects.filter(
                    account__owner_reference=reference, journal__event="paid_out"
                )
            )
            assert payable(reference) == told.net_won - paid_out_won, "owed: not what was told"
            assert paid_out_won == settled_won, "owed: paid out otherwise than settled"
        arrived = Payout.objects.filter(status="done").values("settlement")
        due = approved.exclude(pk__in=arrived).aggregate(won=Sum("total_won", default=0))
        assert -balances().get("payouts", 0) == due["won"], "owed: lost on its way"


# A transfer comes out of what was paid in, and goes back from the bank.
MONEY = {"account__kind__in": ["gateway", "till", "slips", "voucher", "deposits", "bank"]}


def _sum(rows) -> int:
    return rows.aggregate(won=Sum("amount_won", default=0))["won"]
