"""A bay at a drive-in screening, from the basket to the ledger."""

from datetime import datetime, time, timedelta

import pytest

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.catalogue.models import TaxClass, Way
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund
from commerce.receipts.receipt import receipt_of
from commerce.settlement.queries import balances
from commerce.vouchers.models import Voucher
from drivethrough.errors import DrivethroughError
from drivethrough.screenings import actions, waiting
from drivethrough.screenings.models import BayWait, Screening, Ticket, TicketStatus, WaitStatus
from logistics.seoul_time import moment
from storefront.day.invariants import check_all
from storefront.journeys.book_bay import book_bay
from storefront.journeys.call_off_screening import (
    call_off_screening,
    choose_other,
    end_unanswered,
    give_money_back,
)
from storefront.journeys.cancel_order import SHOPPER, cancel_order
from storefront.journeys.cancel_ticket import cancel_ticket
from storefront.journeys.close_day import close_day
from storefront.journeys.confirm_payment import charge_and_confirm, take_held
from storefront.journeys.displace_cars import call_off_day
from storefront.journeys.let_car_in import let_car_in
from storefront.journeys.offer_bays import offer_bays
from storefront.journeys.place_order import Checkout, Placed, place_order
from storefront.notices.models import Notice
from tests.builders.drivethrough import a_key, a_plate, a_screening, a_ticket, an_owner
from tests.builders.journeys import (
    NOW,
    TOMORROW,
    Mall,
    Shopper,
    a_basket_of,
    a_checkout,
    a_mall,
    a_shopper,
)
from tests.builders.vouchers import a_programme, a_voucher

pytestmark = pytest.mark.django_db

TO_THE_GATE = moment(TOMORROW, time(18, 40))
NIGHT = moment(TOMORROW + timedelta(days=1), time(3, 30))
LATE = moment(TOMORROW, time(18, 30))


def a_film(mall: Mall, **fields: object) -> Screening:
    return a_screening(site=mall.site, on_date=TOMORROW, **fields)


def put_in(basket: Basket, film: Screening, *, bay: int = 1) -> Ticket:
    ticket = actions.hold(
        screening_reference=film.reference,
        bay=bay,
        owner_reference=basket.reference,
        plate=a_plate(),
        phone_last4="5678",
        key=a_key(),
        now=NOW,
    )
    baskets.add_ticket(
        basket=basket,
        ticket_reference=ticket.reference,
        name=film.title,
        name_en=film.title_en,
        price_won=film.price_won,
    )
    return ticket


def placed(
    checkout: Checkout, shopper: Shopper, *, charged: bool = True, now: datetime = NOW
) -> Placed:
    done = place_order(checkout=checkout, customer=shopper.customer, key=a_key(), now=now)
    for payment in done.payments if charged else []:
        if payment.method == PaymentMethod.CARD:
            charge_and_confirm(payment_reference=payment.reference, now=now)
    return done


def paid_by_card(mall: Mall, film: Screening, *, charged: bool = True) -> Ticket:
    shopper = a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    ticket = put_in(basket, film)
    placed(a_checkout(basket, shopper, mall.window), shopper, charged=charged)
    ticket.refresh_from_db()
    return ticket


def to_pay_at_the_gate(film: Screening, *, bay: int = 1) -> Ticket:
    return book_bay(
        customer=a_shopper().customer,
        screening_reference=film.reference,
        bay=bay,
        plate=a_plate(),
        phone_last4="5678",
        key=a_key(),
        now=NOW,
    )


def let_in(ticket: Ticket, *, key: str = "press") -> Ticket:
    site = ticket.screening.site
    return let_car_in(site=site, text=ticket.reference, key=key, now=TO_THE_GATE)


def ledger() -> dict[str, int]:
    return {kind: won for kind, won in balances().items() if won}


def part_of(ticket: Ticket) -> Fulfilment:
    return Fulfilment.objects.get(ticket_reference=ticket.reference)


def test_a_bay_and_goods_are_one_order_with_one_payment() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_basket_of(shopper, (mall.spinach, Way.DELIVERY))
    ticket = put_in(basket, a_film(mall))
    order = placed(a_checkout(basket, shopper, mall.window), shopper).order
    ticket.refresh_from_db()
    assert (ticket.status, ticket.owner_reference) == (
        TicketStatus.SOLD,
        shopper.customer.user_reference,
    )
    assert order.payments.get().amount_won == 2_500 + 4_000 + 15_000
    assert ledger() == {"gateway": 21_500, "held": -21_500}
    assert {part.ticket_reference for part in order.fulfilments.all()} == {"", ticket.reference}


def test_a_ticket_bears_vat_on_the_receipt() -> None:
    mall = a_mall()
    receipt = receipt_of(part_of(paid_by_card(mall, a_film(mall))).order)
    assert (receipt.exempt_won, receipt.supply_won, receipt.vat_won) == (0, 13_636, 1_364)


def test_a_car_let_in_earns_its_sites_screenings_once_whatever_the_gate_presses() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    assert let_in(ticket) == let_in(ticket) == ticket
    assert part_of(ticket).status == FulfilmentStatus.HANDED_OVER
    assert ledger() == {"gateway": 15_000, "screenings": -15_000}


def test_what_is_paid_at_the_gate_is_in_the_sites_till() -> None:
    mall = a_mall()
    ticket = to_pay_at_the_gate(a_film(mall))
    assert ledger() == {}
    let_in(ticket)
    payment = Payment.objects.get()
    assert (payment.status, payment.taken_by) == (PaymentStatus.PAID, mall.site.reference)
    assert ledger() == {"till": 15_000, "screenings": -15_000}


def test_the_same_press_books_one_bay_and_one_order() -> None:
    film, customer, plate = a_film(a_mall()), a_shopper().customer, a_plate()
    asked = {
        "customer": customer,
        "screening_reference": film.reference,
        "bay": 1,
        "plate": plate,
        "phone_last4": "5678",
        "key": "tap",
        "now": NOW,
    }
    assert book_bay(**asked) == book_bay(**asked)
    assert Order.objects.count() == 1


def test_a_card_that_was_not_charged_lets_nobody_in() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall), charged=False)
    with pytest.raises(InvalidTransition):
        let_in(ticket)
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.SOLD


def test_a_bay_kept_too_long_ago_is_not_ordered() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_basket_of(shopper, (mall.spinach, Way.DELIVERY))
    put_in(basket, a_film(mall))
    with pytest.raises(DrivethroughError) as refused:
        placed(a_checkout(basket, shopper, mall.window), shopper, now=NOW + timedelta(minutes=15))
    assert refused.value.code == "BAY_HOLD_OVER"
    assert not Order.objects.exists()


def test_a_bay_whose_time_in_the_basket_is_over_is_free_again() -> None:
    mall = a_mall()
    film = a_film(mall)
    ticket = put_in(a_basket_of(a_shopper()), film)
    assert actions.expire_holds(now=NOW + timedelta(minutes=14)) == 0
    assert actions.expire_holds(now=NOW + timedelta(minutes=15)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.plate, ticket.phone_last4) == (TicketStatus.EXPIRED, "", "")
    assert a_ticket(screening=film, bay=1, now=NOW).status == TicketStatus.SOLD


def test_another_bay_for_the_same_car_lets_go_of_the_first() -> None:
    film, basket, plate = a_film(a_mall()), a_basket_of(a_shopper()), a_plate()
    first, second = (
        actions.hold(
            screening_reference=film.reference,
            bay=bay,
            owner_reference=basket.reference,
            plate=plate,
            phone_last4="5678",
            key=a_key(),
            now=NOW,
        )
        for bay in (1, 2)
    )
    first.refresh_from_db()
    assert (first.status, second.status) == (TicketStatus.EXPIRED, TicketStatus.HELD)


def test_a_ticket_cancelled_in_time_is_paid_back_in_full() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    for _ in range(2):
        cancel_ticket(
            ticket_reference=ticket.reference,
            owner_reference=ticket.owner_reference,
            now=NOW + timedelta(minutes=1),
        )
    assert Refund.objects.get().amount_won == 15_000
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert ledger() == {}


def test_after_the_cut_off_neither_the_ticket_nor_its_order_is_cancelled() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    for cancel in (
        lambda: cancel_ticket(
            ticket_reference=ticket.reference, owner_reference=ticket.owner_reference, now=LATE
        ),
        lambda: cancel_order(order=Order.objects.get(), reason=SHOPPER, now=LATE),
    ):
        with pytest.raises(DrivethroughError) as refused:
            cancel()
        assert refused.value.code == "SCREENING_CLOSED"
    assert Order.objects.get().status == OrderStatus.CONFIRMED
    assert ledger() == {"gateway": 15_000, "held": -15_000}


def test_an_order_nobody_pays_gives_its_bay_up_even_after_the_cut_off() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall), charged=False)
    cancel_order(order=Order.objects.get(), reason="unpaid", now=LATE)
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.CANCELLED


def test_who_never_came_has_paid_for_the_bay_that_was_kept() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    assert close_day(until_on=TOMORROW, now=NIGHT) == [part_of(ticket)]
    assert close_day(until_on=TOMORROW, now=NIGHT) == []
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.MISSED
    assert Order.objects.get().status == OrderStatus.CLOSED
    assert ledger() == {"gateway": 15_000, "screenings": -15_000}


def test_who_never_came_keeps_its_bay_paid_although_the_money_was_only_held() -> None:
    mall, shopper = a_mall(), a_shopper()
    mall.tofu.by_weight = True
    mall.tofu.save()
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    put_in(basket, a_film(mall))
    placed(a_checkout(basket, shopper, mall.window), shopper)
    assert len(close_day(until_on=TOMORROW, now=NIGHT)) == 2
    take_held(now=NIGHT)
    assert Payment.objects.get().amount_won == 15_000
    assert ledger() == {"gateway": 15_000, "screenings": -15_000}


def with_voucher(mall: Mall, voucher: Voucher, *, method: str, covered_won: int) -> Ticket:
    """A bay for 15,000 won of which the voucher pays some."""
    shopper = a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    ticket = put_in(basket, a_film(mall))
    told = {"vouchers": [voucher.reference], "voucher_won": covered_won}
    placed(a_checkout(basket, shopper, mall.window, method=method, **told), shopper)
    ticket.refresh_from_db()
    return ticket


def test_who_never_came_and_was_to_pay_some_at_the_gate_gets_the_voucher_back() -> None:
    voucher = a_voucher(5_000)
    with_voucher(a_mall(), voucher, method="on_site", covered_won=5_000)
    close_day(until_on=TOMORROW, now=NIGHT)
    voucher.refresh_from_db()
    assert voucher.left_won == 5_000
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert check_all(NIGHT) == []


def test_of_a_bay_that_is_called_off_each_gets_back_what_it_paid() -> None:
    voucher = a_voucher(5_000, programme=a_programme(tax_class=TaxClass.TAXABLE))
    ticket = with_voucher(a_mall(), voucher, method="card", covered_won=5_000)
    call_off_screening(screening=ticket.screening, now=NOW)
    give_money_back(ticket_reference=ticket.reference, now=NOW)
    back = dict(Refund.objects.values_list("payment__method", "amount_won"))
    assert back == {"voucher": 5_000, "card": 10_000}
    assert balances()["held"] == 0
    assert check_all(NOW) == []


def test_who_never_came_and_was_to_pay_at_the_gate_owes_nothing() -> None:
    ticket = to_pay_at_the_gate(a_film(a_mall()))
    close_day(until_on=TOMORROW, now=NIGHT)
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.MISSED
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert Payment.objects.get().status == PaymentStatus.CANCELLED


def test_snow_calls_the_evening_off_and_whoever_does_not_choose_is_paid_back() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    for _ in range(2):
        call_off_day(site=mall.site, on_date=TOMORROW, reason="폭설", now=NOW)
    told = Notice.objects.get(kind="screening_called_off")
    assert (told.user_reference, told.facts["until"]) == (ticket.owner_reference, "오전 10:00")
    assert end_unanswered(now=NOW + timedelta(hours=23)) == 0
    assert end_unanswered(now=NOW + timedelta(hours=24)) == 1
    assert end_unanswered(now=NOW + timedelta(hours=24)) == 0
    assert Refund.objects.get().amount_won == 15_000
    assert ledger() == {}


def test_another_screening_of_the_same_price_takes_the_money_over() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    after = TOMORROW + timedelta(days=1)
    other = a_screening(site=mall.site, on_date=after, title="봄 이야기", title_en="Spring")
    call_off_screening(screening=ticket.screening, now=NOW)
    swapped = [
        choose_other(
            ticket_reference=ticket.reference, screening_reference=other.reference, now=NOW
        )
        for _ in range(2)
    ]
    new = swapped[0]
    assert swapped == [new, new]
    assert (new.bay, new.plate, new.owner_reference) == (1, ticket.plate, ticket.owner_reference)
    part = part_of(new)
    assert (part.promised_from, part.lines.get().name) == (other.starts_at, "봄 이야기")
    assert end_unanswered(now=NOW + timedelta(hours=24)) == 0
    site = mall.site
    let_car_in(site=site, text=new.reference, key="k", now=other.starts_at)
    assert ledger() == {"gateway": 15_000, "screenings": -15_000}


def test_whoever_has_cancelled_the_order_has_nothing_left_to_swap() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    other = a_screening(site=mall.site, on_date=TOMORROW + timedelta(days=1))
    call_off_screening(screening=ticket.screening, now=NOW)
    cancel_order(order=Order.objects.get(), reason=SHOPPER, now=NOW + timedelta(minutes=1))
    with pytest.raises(DrivethroughError) as refused:
        choose_other(
            ticket_reference=ticket.reference, screening_reference=other.reference, now=NOW
        )
    assert refused.value.code == "TICKET_CHOICE_OVER"
    assert ledger() == {}


@pytest.mark.parametrize(
    ("fields", "sold_out"), [({"price_won": 9_000}, False), ({"bays": 1}, True)]
)
def test_a_dearer_a_cheaper_or_a_full_screening_is_no_swap(
    fields: dict[str, int], sold_out: bool
) -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    other = a_screening(site=mall.site, on_date=TOMORROW + timedelta(days=1), **fields)
    if sold_out:
        a_ticket(screening=other, now=NOW)
    call_off_screening(screening=ticket.screening, now=NOW)
    with pytest.raises(DrivethroughError) as refused:
        choose_other(
            ticket_reference=ticket.reference, screening_reference=other.reference, now=NOW
        )
    assert refused.value.code == "SCREENING_NO_SWAP"
    assert give_money_back(ticket_reference=ticket.reference, now=NOW)


def test_a_film_that_is_broken_off_is_paid_back_to_who_sat_in_it() -> None:
    mall = a_mall()
    ticket = paid_by_card(mall, a_film(mall))
    let_in(ticket)
    call_off_screening(screening=ticket.screening, now=TO_THE_GATE)
    assert end_unanswered(now=TO_THE_GATE) == 1
    assert Notice.objects.filter(kind="screening_broken_off").count() == 1
    assert Refund.objects.get().amount_won == 15_000
    assert ledger() == {}


def full(film: Screening) -> list[Ticket]:
    return [to_pay_at_the_gate(film, bay=bay) for bay in range(1, film.bays + 1)]


def waits(film: Screening, owner: str, *, minutes: int = 0) -> BayWait:
    return waiting.join(
        screening_reference=film.reference,
        owner_reference=owner,
        now=NOW + timedelta(minutes=minutes),
    )


def test_a_bay_that_comes_free_goes_to_whoever_has_waited_longest_then_to_the_next() -> None:
    film = a_film(a_mall(), bays=2)
    tickets = full(film)
    first, second = (waits(film, who, minutes=n) for n, who in enumerate(("USR-1", "USR-2")))
    assert waits(film, "USR-1") == first
    assert offer_bays(now=NOW) == 0
    cancel_ticket(
        ticket_reference=tickets[1].reference, owner_reference=tickets[1].owner_reference, now=NOW
    )
    assert offer_bays(now=NOW) == 1
    told = Notice.objects.get(kind="bay_free")
    assert (told.user_reference, told.facts["bay"]) == ("USR-1", 2)
    first.refresh_from_db()
    over = first.ticket.held_until
    actions.expire_holds(now=over)
    assert offer_bays(now=over) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (WaitStatus.LAPSED, WaitStatus.OFFERED)


def test_nobody_else_gets_a_bay_that_is_waited_for() -> None:
    film = a_film(a_mall(), bays=1)
    (ticket,) = full(film)
    waits(film, "USR-1")
    cancel_ticket(
        ticket_reference=ticket.reference, owner_reference=ticket.owner_reference, now=NOW
    )
    with pytest.raises(DrivethroughError) as refused:
        a_ticket(screening=film, now=NOW)
    assert refused.value.code == "BAYS_AWAITED"


def test_an_offered_bay_is_taken_into_the_basket_and_ordered() -> None:
    mall, shopper = a_mall(), a_shopper()
    film = a_film(mall, bays=1)
    (old,) = full(film)
    waits(film, shopper.customer.user_reference)
    cancel_ticket(ticket_reference=old.reference, owner_reference=old.owner_reference, now=NOW)
    offer_bays(now=NOW)
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    asked = {
        "screening_reference": film.reference,
        "owner_reference": shopper.customer.user_reference,
        "basket_reference": basket.reference,
        "plate": "99가9999",
        "phone_last4": "5678",
        "now": NOW,
    }
    ticket = waiting.take_offer(**asked)
    assert waiting.take_offer(**asked) == ticket
    baskets.add_ticket(
        basket=basket, ticket_reference=ticket.reference, name="a", name_en="a", price_won=15_000
    )
    placed(a_checkout(basket, shopper, mall.window), shopper)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.plate) == (TicketStatus.SOLD, "99가9999")


def test_leaving_the_line_hands_the_offered_bay_on() -> None:
    film = a_film(a_mall(), bays=1)
    (old,) = full(film)
    row = waits(film, "USR-1")
    cancel_ticket(ticket_reference=old.reference, owner_reference=old.owner_reference, now=NOW)
    offer_bays(now=NOW)
    for _ in range(2):
        waiting.leave(screening_reference=film.reference, owner_reference="USR-1", now=NOW)
    row.refresh_from_db()
    assert (row.status, row.ticket.status) == (WaitStatus.LEFT, TicketStatus.EXPIRED)


def test_waiting_is_refused_while_a_bay_is_free_and_ends_at_the_cut_off() -> None:
    film = a_film(a_mall(), bays=1)
    with pytest.raises(DrivethroughError) as refused:
        waits(film, an_owner())
    assert refused.value.code == "SCREENING_HAS_ROOM"
    full(film)
    row = waits(film, an_owner())
    offer_bays(now=film.cut_off_at)
    row.refresh_from_db()
    assert row.status == WaitStatus.OVER
