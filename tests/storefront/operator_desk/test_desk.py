"""The operator sees the day's numbers, admits merchants, settles, and finds what went wrong."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from commerce.business_days import SEOUL, business_date
from commerce.catalogue.models import Way
from commerce.core.steps import confirming
from commerce.harvests.models import Harvest, HarvestShare
from commerce.merchants.models import Merchant, MerchantStatus
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, OrderLine, ShortReason
from commerce.payments import charging, refunds
from commerce.payments.models import (
    Chargeback,
    GatewayEvent,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.saleor.app.models import Delivery, ForeignOrder
from commerce.settlement import actions as settlement
from commerce.settlement.models import LedgerAccount, Payout, Settlement, SettlementRun
from commerce.settlement.queries import balances, lines_given_back
from storefront.accounts.models import Application, Role
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import charge_and_confirm, send_refunds
from storefront.journeys.follow_saleor_order import follow_order
from storefront.journeys.give_back_line import give_back_line
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.tasks import send_payouts
from storefront.operator_desk.figures import figures_of, sales_by_day
from storefront.refusals import message
from tests.builders.boxes import a_renewal
from tests.builders.commerce import NOW, a_merchant, a_variant
from tests.builders.drivethrough import a_site
from tests.builders.journeys import a_mall, a_placed_order
from tests.builders.ledger import a_part_of, card_money, goods_of, parts_of
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_card_payment, a_gate_part, an_order
from tests.builders.saleor import allow, an_event, an_installation, receive, there_is
from tests.fakes.saleor import FakeSaleor

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def sold(merchant: Merchant, won: int, *, days_ago: int = 0) -> None:
    """Paid by card and handed over, that many days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    order = an_order(parts=[a_part_of(goods_of(merchant, won))], confirmed=True, now=at)
    settlement.record_payment(payment=card_money(order), now=at)
    (part,) = parts_of(order)
    orders.mark_handed_over(references=[part.reference], now=at)
    settlement.record_handed_over(fulfilment=part, now=at)


def words(client: Client, page: str, *args: str) -> str:
    answer = client.get(reverse(page, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def settled(client: Client, until_on: object) -> str:
    answer = client.post(reverse("operator_settle"), {"until_on": str(until_on)}, follow=True)
    return answer.content.decode()


PAGES = ["home", "merchants", "people", "ledger", "settlements", "commission", "watch"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_before_anything_has_happened(operator: Client, page: str) -> None:
    words(operator, f"operator_{page}")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_in_english(operator: Client, page: str) -> None:
    operator.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert 'lang="en"' in words(operator, f"operator_{page}")


def test_the_day_is_counted_in_seoul() -> None:
    late = datetime(2026, 3, 3, 23, 59, tzinfo=SEOUL)
    early = datetime(2026, 3, 4, 0, 1, tzinfo=SEOUL)
    an_order(confirmed=True, now=late)
    an_order(confirmed=True, now=early)
    an_order(confirmed=True, now=early)
    an_order(now=early)  # not paid
    assert figures_of(business_date(late)).orders == 1
    tomorrow = figures_of(business_date(early))
    assert (tomorrow.orders, tomorrow.sales_won) == (2, 18_000)
    assert list(sales_by_day(business_date(early), 3).values()) == [0, 9_000, 18_000]


def test_what_was_handed_over_and_what_came_back_is_counted() -> None:
    now = timezone.now()
    sold(a_merchant(), 5_000)
    (part,) = parts_of(an_order(confirmed=True))
    orders.mark_out(references=[part.reference], now=now)
    orders.mark_undelivered(references=[part.reference], now=now)
    figures = figures_of(business_date(now))
    assert (figures.handed_over, figures.undelivered) == (1, 1)


def test_the_plot_has_the_same_numbers_in_a_table(operator: Client) -> None:
    sold(a_merchant(), 125_000)
    page = words(operator, "operator_home")
    assert "12.5만" in page
    assert '<td class="num">125,000원</td>' in page


def test_a_waiting_merchant_is_shown_with_its_number_checked(operator: Client) -> None:
    site = a_site(name="북문 주차장")
    merchant = a_merchant(
        name="새 농장", status=MerchantStatus.SUBMITTED, site_reference=site.reference
    )
    page = words(operator, "operator_merchants")
    assert "새 농장" in page
    assert "검증번호 맞음" in page
    assert "북문 주차장" in page
    Merchant.objects.filter(pk=merchant.pk).update(business_number="1234567890")
    assert "검증번호 틀림" in words(operator, "operator_merchants")


def test_approving_opens_the_desk_of_who_applied(operator: Client) -> None:
    merchant = a_merchant(status=MerchantStatus.SUBMITTED)
    user = a_user("new@jangteo.test")
    Application.objects.create(user=user, merchant_reference=merchant.reference)
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPROVED
    assert a_client(user).get(reverse("merchant_home")).status_code == 200


def test_refusing_leaves_no_desk_and_may_be_undone(operator: Client) -> None:
    merchant = a_merchant(status=MerchantStatus.SUBMITTED)
    operator.post(reverse("operator_suspend", args=[merchant.reference]))
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.SUSPENDED
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPROVED


def test_a_closed_business_is_not_reopened(operator: Client) -> None:
    merchant = a_merchant(status=MerchantStatus.CLOSED)
    url = reverse("operator_approve", args=[merchant.reference])
    assert "note-bad" in operator.post(url, follow=True).content.decode()
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.CLOSED


def test_a_merchant_nobody_knows_is_not_found(operator: Client) -> None:
    assert operator.post(reverse("operator_approve", args=["MER-NOBODY"])).status_code == 404
    assert operator.post(reverse("operator_suspend", args=["MER-NOBODY"])).status_code == 404


def test_the_ledger_balances_and_names_whose_each_account_is(operator: Client) -> None:
    sold(a_merchant(name="새벽채소"), 10_000)
    page = words(operator, "operator_ledger")
    assert "모두 더하면 0원" in page
    assert "새벽채소" in page
    assert "-9,400원" in page
    assert LedgerAccount.objects.count() == 4


def test_a_run_settles_what_was_handed_over_until_then_once(operator: Client) -> None:
    greens = a_merchant(name="새벽채소")
    sold(greens, 10_000, days_ago=1)
    sold(greens, 3_000)
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    assert "9,400원" in settled(operator, yesterday)
    settled(operator, yesterday)
    assert Settlement.objects.get().total_won == 9_400
    page = words(operator, "operator_settlement_run", yesterday.isoformat())
    assert "새벽채소" in page
    assert "2,820원" in words(operator, "operator_settlements")  # waits for the next run


@pytest.mark.parametrize("until_on", ["", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_meant_settles_nothing(operator: Client, until_on: str) -> None:
    sold(a_merchant(), 10_000, days_ago=1)
    assert "note-bad" in settled(operator, until_on)
    assert not Settlement.objects.exists()


def test_a_run_that_is_rejected_is_calculated_again(operator: Client) -> None:
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    sold(a_merchant(), 10_000, days_ago=1)
    settled(operator, yesterday)
    run = SettlementRun.objects.get()
    address = reverse("operator_run_reject", args=[yesterday.isoformat()])
    page = operator.post(address, {"number": run.pk, "reason": ""}, follow=True).content.decode()
    assert "note-bad" in page
    said = {"number": run.pk, "reason": "수수료가 다름"}
    page = operator.post(address, said, follow=True).content.decode()
    assert "수수료가 다름" in page
    assert "돌려보냄" in page
    assert "검토 기다림" in settled(operator, yesterday)
    assert "수수료가 다름" in words(operator, "operator_settlement_run", yesterday.isoformat())


@pytest.mark.parametrize("number", ["", "x", "99999999999999999999", "0"])
def test_a_run_that_is_not_there_is_not_rejected(operator: Client, number: str) -> None:
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    settled(operator, yesterday)
    address = reverse("operator_run_reject", args=[yesterday.isoformat()])
    answer = operator.post(address, {"number": number, "reason": "까닭"})
    assert answer.status_code in (302, 400)
    assert SettlementRun.objects.get().status == "calculated"


def test_a_day_that_is_not_over_settles_nothing(operator: Client) -> None:
    sold(a_merchant(), 10_000)
    assert "아직 끝나지 않은 날" in settled(operator, business_date(timezone.now()))
    assert not Settlement.objects.exists()


@pytest.mark.parametrize("until_on", ["2026-01-01", "never"])
def test_a_run_that_never_was_is_not_found(operator: Client, until_on: str) -> None:
    answer = operator.get(reverse("operator_settlement_run", args=[until_on]))
    assert answer.status_code == 404


def test_a_box_that_never_became_an_order_is_found(operator: Client) -> None:
    renewal = a_renewal()
    cut_off_at = renewal.cycle.cut_off_at
    assert cut_off_at < timezone.now() - timedelta(hours=1)
    assert renewal.reference in words(operator, "operator_watch")


def a_charge_without_an_answer() -> Payment:
    payment = a_card_payment(order=an_order(parts=[a_gate_part()]))
    long_ago = timezone.now() - timedelta(minutes=5)
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.CHARGING, asked_at=long_ago)
    return payment


def test_a_charge_without_an_answer_is_shown_and_asked_again(operator: Client) -> None:
    payment = a_charge_without_an_answer()
    assert payment.reference in words(operator, "operator_watch")
    operator.post(reverse("operator_ask_again"))
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID
    assert payment.reference not in words(operator, "operator_watch")


def a_refused_refund(settings: Settings) -> Refund:
    order = an_order(parts=[a_gate_part()])
    payment = a_card_payment(order=order)
    charge_and_confirm(payment_reference=payment.reference, now=NOW)
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.RefusingGateway"
    cancel_order(order=order, reason="shopper", now=NOW + timedelta(minutes=5))
    send_refunds(now=NOW + timedelta(minutes=6))
    return Refund.objects.get()


def test_a_refused_refund_waits_until_a_person_asks_again(
    operator: Client, settings: Settings
) -> None:
    gateway = settings.PAYMENT_GATEWAY
    refund = a_refused_refund(settings)
    assert refund.status == RefundStatus.REFUSED
    assert "거절됨" in words(operator, "operator_watch")
    settings.PAYMENT_GATEWAY = gateway
    operator.post(reverse("operator_refund_again", args=[refund.reference]))
    assert Refund.objects.latest("pk").status == RefundStatus.DONE
    assert refund.reference not in words(operator, "operator_watch")
    assert set(balances().values()) == {0}


def test_a_refund_is_asked_for_again_once(operator: Client, settings: Settings) -> None:
    gateway = settings.PAYMENT_GATEWAY
    refund = a_refused_refund(settings)
    settings.PAYMENT_GATEWAY = gateway
    url = reverse("operator_refund_again", args=[refund.reference])
    operator.post(url)
    assert operator.post(url).status_code == 404
    assert Refund.objects.filter(status=RefundStatus.DONE).count() == 1


def test_money_of_a_short_line_that_was_refused_is_sent_again_out_of_that_line(
    operator: Client, settings: Settings
) -> None:
    gateway = settings.PAYMENT_GATEWAY
    order = a_placed_order(mall := a_mall(), goods=((mall.tofu, Way.DELIVERY),) * 2)
    line = OrderLine.objects.get(fulfilment__order=order)
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.RefusingGateway"
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=1,
        reason=ShortReason.SOLD_OUT,
        now=NOW,
    )
    send_refunds(now=NOW)
    refused = Refund.objects.get()
    assert (refused.status, refused.amount_won) == (RefundStatus.REFUSED, 3_300)
    settings.PAYMENT_GATEWAY = gateway
    url = reverse("operator_refund_again", args=[refused.reference])
    assert [operator.post(url).status_code for _twice in range(2)] == [302, 404]
    assert Refund.objects.get(status=RefundStatus.DONE).amount_won == 3_300
    assert refused.reference not in words(operator, "operator_watch")
    assert lines_given_back(Refund.objects.latest("pk")) == [line.reference]
    assert balances()["held"] == -(3_300 + 4_000)


def test_what_the_bank_let_go_of_after_the_hand_over_is_shown(operator: Client) -> None:
    assert "전해 드렸는데 결제되지 않은 것" not in words(operator, "operator_watch")
    order = a_placed_order(a_mall())
    Fulfilment.objects.filter(way=Way.DELIVERY).update(status="handed_over", ended_at=NOW)
    Payment.objects.update(status=PaymentStatus.DECLINED, held_won=30_000)
    page = words(operator, "operator_watch")
    assert "전해 드렸는데 결제되지 않은 것" in page
    assert order.reference in page
    assert "tel:+821012345678" in page


def test_of_two_refunds_of_the_same_won_the_refused_one_stays_in_sight(
    operator: Client, settings: Settings
) -> None:
    order = a_placed_order(mall := a_mall(), goods=((mall.tofu, Way.DELIVERY),))
    facts = {"line": OrderLine.objects.get(fulfilment__order=order), "reason": "return_defect"}
    gateway = settings.PAYMENT_GATEWAY
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.RefusingGateway"
    give_back_line(won=1_000, key="return:one", now=NOW, **facts)
    send_refunds(now=NOW)
    settings.PAYMENT_GATEWAY = gateway
    give_back_line(won=1_000, key="return:two", now=NOW, **facts)
    send_refunds(now=NOW)
    refused = Refund.objects.get(status=RefundStatus.REFUSED)
    assert refused.reference in words(operator, "operator_watch")


def test_news_from_a_saleor_that_was_given_up_is_shown(
    operator: Client, settings: Settings
) -> None:
    assert "Saleor" not in words(operator, "operator_watch")
    saleor = FakeSaleor()
    allow(settings, saleor)
    an_installation(saleor)
    receive(saleor, an_event())
    Delivery.objects.update(due_at=None, last_error="SALEOR_APP_SILENT")
    page = words(operator, "operator_watch")
    assert "order_updated" in page
    assert "SALEOR_APP_SILENT" in page


def test_what_the_core_could_not_be_told_is_shown_until_it_is_told(operator: Client) -> None:
    step = confirming("FUL-7Q4KM2XB9T")
    step.written_at, step.last_error = NOW, "CoreUnavailable"
    step.save()
    page = words(operator, "operator_watch")
    assert "confirm FUL-7Q4KM2XB9T" in page
    assert "CoreUnavailable" in page
    operator.post(reverse("operator_tell_core_again"))
    step.refresh_from_db()
    assert step.refused == "CORE_ORDER_UNKNOWN"
    assert "CORE_ORDER_UNKNOWN" in words(operator, "operator_watch")


def test_a_harvest_that_could_not_be_shared_out_is_shown_until_it_is(operator: Client) -> None:
    line = OrderLine.objects.get(fulfilment__order=an_order())
    facts = {"on_date": NOW.date(), "ordered": 2, "picked": 1, "declared_at": NOW}
    harvest = Harvest.objects.create(key="k", variant=a_variant(), **facts)
    share = HarvestShare.objects.create(
        harvest=harvest, line=line, ordered=2, gets=1, tries=10, refused="LINE_UNKNOWN"
    )
    shown = (line.fulfilment.order.reference, message("LINE_UNKNOWN"))
    page = words(operator, "operator_watch")
    assert [fact in page for fact in shown] == [True, True]
    operator.post(reverse("operator_cut_harvests_again"))
    share.refresh_from_db()
    assert share.done_at is not None
    assert shown[0] not in words(operator, "operator_watch")


def test_a_refund_that_is_being_sent_is_shown(operator: Client) -> None:
    order = an_order()
    payment = a_card_payment(order=order)
    charging.charge(payment_reference=payment.reference, now=NOW)
    payment.refresh_from_db()
    refund = refunds.open_refund(
        payment=payment, amount_won=1_000, reason="goodwill", key="once", now=NOW
    )
    page = words(operator, "operator_watch")
    assert refund.reference in page
    assert "보내는 중" in page


def test_what_a_gateway_told_in_vain_is_on_the_watch_page(operator: Client) -> None:
    GatewayEvent.objects.create(
        gateway="stripe",
        event_id="evt_1",
        about="dispute",
        gateway_reference="du_7",
        tries=8,
        last_error="GatewayUnavailable",
        received_at=NOW,
    )
    page = words(operator, "operator_watch")
    assert "stripe dispute du_7" in page
    assert "GatewayUnavailable" in page


def test_a_dispute_is_on_the_watch_page_until_the_bank_decides(operator: Client) -> None:
    row = Chargeback.objects.create(
        payment=a_card_payment(),
        gateway_reference="du_7",
        amount_won=9_000,
        status="open",
        opened_at=NOW,
    )
    assert "du_7" in words(operator, "operator_watch")
    row.status = "lost"
    row.save()
    assert "du_7" not in words(operator, "operator_watch")


def a_settled_run(operator: Client, account: str = "") -> Payout:
    """Calculated and reviewed by one operator, approved by another."""
    sold(a_merchant(payout_account=account), 10_000, days_ago=1)
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    settled(operator, yesterday)
    step(operator, "review", yesterday)
    step(another_operator(), "approve", yesterday)
    return Payout.objects.get()


def another_operator() -> Client:
    return a_client(a_user("operator2@jangteo.test", (Role.OPERATOR, "")))


def step(client: Client, name: str, until_on: date) -> str:
    address = reverse(f"operator_run_{name}", args=[until_on.isoformat()])
    return client.post(address, follow=True).content.decode()


def test_a_run_takes_two_operators_and_each_step_is_told(operator: Client) -> None:
    sold(a_merchant(), 10_000, days_ago=1)
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    assert "검토 기다림" in settled(operator, yesterday)
    assert "note-bad" in step(operator, "approve", yesterday)  # not reviewed yet
    assert "승인 기다림" in step(operator, "review", yesterday)
    assert "다른 운영자가 승인합니다" in step(operator, "approve", yesterday)
    assert not Payout.objects.exists()
    other = another_operator()
    for _ in range(2):
        page = step(other, "approve", yesterday)
    assert "보내는 중" in page
    run = SettlementRun.objects.get()
    assert run.approved_by not in ("", run.calculated_by)
    assert "note-bad" in step(operator, "reconcile", yesterday)  # not paid yet
    operator.post(reverse("operator_payout_sent", args=[Payout.objects.get().reference]))
    assert "대사 마침" in step(operator, "reconcile", yesterday)
    assert SettlementRun.objects.get().status == "reconciled"


def test_a_run_is_nobody_elses(operator: Client) -> None:
    merchant = a_merchant()
    sold(merchant, 10_000, days_ago=1)
    yesterday = business_date(timezone.now()) - timedelta(days=1)
    settled(operator, yesterday)
    other = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, merchant.reference)))
    for name in ("review", "approve", "reconcile"):
        address = reverse(f"operator_run_{name}", args=[yesterday.isoformat()])
        assert other.post(address).status_code == 403
    assert SettlementRun.objects.get().status == "calculated"


def test_what_was_sent_at_the_bank_is_written_down_with_who_did_it(operator: Client) -> None:
    payout = a_settled_run(operator)
    page = words(operator, "operator_settlement_run", payout.settlement.until_on.isoformat())
    assert "은행에서 보냈음" in page
    operator.post(reverse("operator_payout_sent", args=[payout.reference]))
    payout.refresh_from_db()
    assert payout.status == "done"
    assert payout.sent_by
    assert balances()["bank"] == -9_400


def test_what_the_gateway_sends_is_not_sent_by_hand(operator: Client) -> None:
    payout = a_settled_run(operator, "acct_greens")
    page = words(operator, "operator_settlement_run", payout.settlement.until_on.isoformat())
    assert "결제사가 보내는 중" in page
    answer = operator.post(reverse("operator_payout_sent", args=[payout.reference]), follow=True)
    assert "결제사가 보내거나" in answer.content.decode()
    send_payouts()
    payout.refresh_from_db()
    assert payout.status == "done"


def test_a_payout_the_gateway_refused_is_watched_and_sent_again(operator: Client) -> None:
    payout = a_settled_run(operator, "acct_closed")
    send_payouts()
    again = reverse("operator_payout_again", args=[payout.reference])
    assert again in words(operator, "operator_watch")
    Merchant.objects.update(payout_account="acct_greens")
    operator.post(again)
    assert again not in words(operator, "operator_watch")
    send_payouts()
    assert [p.status for p in Payout.objects.order_by("pk")] == ["refused", "done"]


def test_a_merchants_account_with_the_gateway_is_named_by_the_operator(operator: Client) -> None:
    merchant = a_merchant()
    address = reverse("operator_payout_account", args=[merchant.reference])
    operator.post(address, {"payout_account": " acct_1 "})
    answer = operator.post(address, {"payout_account": "두 낱말"}, follow=True)
    assert "영문자, 숫자" in answer.content.decode()
    merchant.refresh_from_db()
    assert merchant.payout_account == "acct_1"


def test_a_saleors_order_that_was_not_taken_is_shown_until_it_is(
    operator: Client, settings: Settings
) -> None:
    saleor = FakeSaleor()
    allow(settings, saleor)
    an_installation(saleor)
    order = there_is(saleor, (a_variant(), 1), currency="USD")
    follow_order(api_url=saleor.api_url, order_id=order.id, now=NOW)
    page = words(operator, "operator_watch")
    assert "원화가 아닌 주문(USD)은 맡을 수 없습니다" in page
    again = reverse("operator_follow_saleor_order_again", args=[ForeignOrder.objects.get().pk])
    assert "아직 풀리지 않았습니다" in operator.post(again, follow=True).content.decode()
    saleor.there[order.id] = replace(order, status="CANCELED")
    operator.post(again)
    assert "원화가 아닌" not in words(operator, "operator_watch")
    assert operator.post(again).status_code == 404
