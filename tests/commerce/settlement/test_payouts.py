import logging
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from commerce.merchants.models import Merchant
from commerce.payments.sweeping import STALE_AFTER
from commerce.settlement import actions, payouts
from commerce.settlement.models import Payout, PayoutStatus, Settlement
from commerce.settlement.payouts import PayoutNotByHand, PayoutStands, PayoutUnknown
from commerce.settlement.queries import balances, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    an_ordered_part,
    card_money,
    goods_of,
    settled,
)
from tests.builders.webhooks import a_stripe
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.payment_adapters import TOSS

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
SOON = NOW + timedelta(minutes=1)
LATER = SOON + STALE_AFTER


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    return a_stripe(settings)


def a_settlement(merchant: Merchant | None = None, won: int = 10_000) -> Settlement:
    """Of goods for so many won, less six in a hundred."""
    merchant = merchant or a_merchant(payout_account="acct_greens")
    part = an_ordered_part(goods_of(merchant, won))
    actions.record_payment(payment=card_money(part.order), now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    (made,) = settled(until_on=TUESDAY, now=NOW)
    return made


def the_payout() -> Payout:
    return Payout.objects.get()


def test_a_settlement_opens_one_payout_and_is_on_its_way(api: StripeApi) -> None:
    settlement = a_settlement()
    settled(until_on=TUESDAY, now=SOON)
    payout = the_payout()
    assert (payout.settlement, payout.amount_won) == (settlement, 9_400)
    assert (payout.status, payout.account_reference) == (PayoutStatus.OPEN, "acct_greens")
    assert (balances()["payouts"], "bank" in balances()) == (-9_400, False)


def test_the_gateway_sends_it_once_however_often_it_is_swept(api: StripeApi) -> None:
    a_settlement()
    assert [len(payouts.sweep(now=SOON)) for _ in range(2)] == [1, 0]
    payout = the_payout()
    (transfer,) = api.books.of("transfer")
    assert (transfer["destination"], transfer["amount"]) == ("acct_greens", 9_400)
    assert (payout.status, payout.gateway_reference) == (PayoutStatus.DONE, transfer["id"])
    assert payout.done_at == SOON


def test_what_was_sent_is_taken_from_what_the_gateway_owes(api: StripeApi) -> None:
    a_settlement()
    payouts.sweep(now=SOON)
    standing = balances()
    assert (standing["payouts"], standing["gateway"]) == (0, 10_000 - 9_400)
    assert trial_balance() == 0


def test_a_silent_gateway_is_asked_again_with_the_same_key(api: StripeApi) -> None:
    a_settlement()
    api.down = True
    assert payouts.sweep(now=SOON) == []
    assert the_payout().status == PayoutStatus.SENT
    api.down = False
    assert payouts.sweep(now=LATER - timedelta(seconds=1)) == []
    assert len(payouts.sweep(now=LATER)) == 1
    (transfer,) = api.books.of("transfer")
    assert transfer["metadata"]["key"] == the_payout().reference


def test_a_refused_one_is_still_owed_and_told_loudly(
    api: StripeApi, caplog: pytest.LogCaptureFixture
) -> None:
    a_settlement(a_merchant(payout_account="acct_closed"))
    payouts.sweep(now=SOON)
    payout = the_payout()
    assert (payout.status, payout.decline_code) == (PayoutStatus.REFUSED, "no_such_account")
    assert balances()["payouts"] == -9_400
    assert logging.ERROR in [record.levelno for record in caplog.records]


def test_after_a_refusal_another_is_sent_with_a_key_of_its_own(api: StripeApi) -> None:
    merchant = a_merchant(payout_account="acct_closed")
    a_settlement(merchant)
    payouts.sweep(now=SOON)
    refused = the_payout()
    Merchant.objects.update(payout_account="acct_tofu")
    second = payouts.open_again(payout_reference=refused.reference, now=SOON)
    assert payouts.open_again(payout_reference=refused.reference, now=SOON) == second
    payouts.sweep(now=LATER)
    (transfer,) = api.books.of("transfer")
    assert (transfer["destination"], transfer["metadata"]["key"]) == ("acct_tofu", second.reference)
    assert balances()["payouts"] == 0


def test_one_that_stands_is_not_opened_again(api: StripeApi) -> None:
    a_settlement()
    with pytest.raises(PayoutStands) as refusal:
        payouts.open_again(payout_reference=the_payout().reference, now=SOON)
    assert refusal.value.data == {"status": "open"}


def test_the_database_keeps_one_live_payout_a_settlement(api: StripeApi) -> None:
    settlement = a_settlement()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(settlement=settlement, amount_won=1, opened_at=NOW)


@pytest.mark.parametrize("by", ["a gateway that sends to nobody", "a merchant without account"])
def test_what_no_gateway_sends_waits_for_a_person(settings: Settings, by: str) -> None:
    if by == "a gateway that sends to nobody":
        TOSS.use(settings)
        a_settlement()
    else:
        a_stripe(settings)
        a_settlement(a_merchant())
    assert payouts.sweep(now=LATER) == []
    payout = the_payout()
    assert (payout.status, payout.account_reference) == (PayoutStatus.OPEN, "")


def test_a_person_says_once_that_it_was_sent(settings: Settings) -> None:
    TOSS.use(settings)
    a_settlement()
    reference = the_payout().reference
    for who, when in (("usr-1", SOON), ("usr-2", LATER)):
        payouts.record_sent_by_hand(payout_reference=reference, sent_by=who, now=when)
    payout = the_payout()
    assert (payout.status, payout.sent_by, payout.done_at) == (PayoutStatus.DONE, "usr-1", SOON)
    assert (balances()["bank"], balances()["payouts"]) == (-9_400, 0)


def test_what_the_gateway_sends_no_person_sends_too(api: StripeApi) -> None:
    a_settlement()
    with pytest.raises(PayoutNotByHand):
        payouts.record_sent_by_hand(
            payout_reference=the_payout().reference, sent_by="usr-1", now=SOON
        )
    assert balances()["payouts"] == -9_400


def test_one_that_fails_stops_no_other(api: StripeApi) -> None:
    a_settlement(a_merchant(payout_account="acct_greens"))
    greens = the_payout()
    # Another amount was sent under its key: a mistake of ours that only a person can clear up.
    api.books.create_transfer(
        {
            "amount": "1",
            "currency": "krw",
            "destination": "acct_greens",
            "transfer_group": greens.reference,
        }
    )
    tofu = a_merchant(payout_account="acct_tofu")
    part = an_ordered_part(goods_of(tofu, 5_000))
    actions.record_payment(payment=card_money(part.order), now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    settled(until_on=TUESDAY + timedelta(days=1), now=NOW)
    (ended,) = payouts.sweep(now=SOON)
    assert ended.settlement.merchant_reference == tofu.reference


def test_one_that_is_not_there() -> None:
    with pytest.raises(PayoutUnknown):
        payouts.send(payout_reference="OUT-NONE", now=NOW)
    with pytest.raises(PayoutUnknown):
        payouts.open_again(payout_reference="OUT-NONE", now=NOW)
