"""One bay, many cars; one ticket, many gates; and a screening called off meanwhile."""

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from drivethrough.screenings import actions, gate, queries, waiting
from drivethrough.screenings.errors import BayTaken, ScreeningCalledOff, TicketUsed
from drivethrough.screenings.models import HAS_THE_BAY, BayWait, Screening, Ticket, TicketStatus
from tests.builders.drivethrough import (
    AT_THE_GATE,
    NOW,
    a_key,
    a_plate,
    a_screening,
    a_ticket,
    an_owner,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CARS = 16


def buying(screening: Screening, bay: int = 1, key: str = "") -> Callable[[], Ticket]:
    return partial(
        a_ticket,
        screening=screening,
        bay=bay,
        owner_reference="USR-TABS" if key else an_owner(),
        plate="99가9999" if key else a_plate(),
        key=key or a_key(),
    )


def sold(answers: list[object]) -> list[Ticket]:
    return [answer for answer in answers if isinstance(answer, Ticket)]


def refused(answers: list[object]) -> list[type]:
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def test_control_looking_before_selling_is_stopped_by_the_database_alone() -> None:
    screening = a_screening()
    both_have_looked = Barrier(2, timeout=20)

    def sold_after_looking() -> Ticket:
        assert not Ticket.objects.filter(screening=screening, bay=1).exists()
        both_have_looked.wait()
        return Ticket.objects.create(
            screening=screening,
            bay=1,
            key=a_key(),
            owner_reference=an_owner(),
            plate=a_plate(),
            sold_at=NOW,
        )

    answers = at_once([sold_after_looking] * 2)

    assert refused(answers) == [IntegrityError]  # both saw it free; a person would see a failure


def test_control_calling_off_without_the_lock_leaves_a_ticket_that_nobody_ended() -> None:
    screening = a_screening()
    has_looked, is_off = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def sold_after_looking() -> Ticket:
        assert Screening.objects.get(pk=screening.pk).status == "open"
        has_looked.wait()
        is_off.wait()
        return Ticket.objects.create(
            screening=screening, bay=1, key=a_key(), owner_reference=an_owner(), sold_at=NOW
        )

    def called_off() -> None:
        has_looked.wait()
        Screening.objects.filter(pk=screening.pk).update(status="called_off")
        Ticket.objects.filter(screening=screening).update(status=TicketStatus.CALLED_OFF)
        is_off.wait()

    at_once([sold_after_looking, called_off])

    assert Ticket.objects.get().status == TicketStatus.SOLD


def test_a_bay_goes_to_one_of_many_cars() -> None:
    screening = a_screening()

    answers = at_once([buying(screening) for _ in range(CARS)])

    assert sold(answers) == [Ticket.objects.get()]
    assert refused(answers) == [BayTaken] * (CARS - 1)


def test_one_car_in_many_tabs_gets_one_ticket() -> None:
    screening = a_screening()

    answers = at_once([buying(screening, key="tap")] * 8)

    assert answers == [Ticket.objects.get()] * 8


def test_a_screening_called_off_while_bays_are_sold_leaves_no_ticket_behind() -> None:
    screening = a_screening()
    off = partial(
        actions.call_off,
        screening_reference=screening.reference,
        answer_until=AT_THE_GATE,
        now=NOW,
    )

    answers = at_once([off, *(buying(screening, bay) for bay in range(1, 7))])

    assert not Ticket.objects.filter(status__in=HAS_THE_BAY).exists()
    assert set(refused(answers)) <= {ScreeningCalledOff}
    assert answers[0] == sorted(sold(answers), key=lambda ticket: ticket.pk)


def test_a_ticket_shown_at_many_gates_lets_one_car_in() -> None:
    ticket = a_ticket()
    site = ticket.screening.site
    gates = [
        partial(gate.check_in, site=site, text=ticket.plate, key=a_key(), now=AT_THE_GATE)
        for _ in range(8)
    ]

    answers = at_once(gates)

    assert sold(answers) == [ticket]
    assert refused(answers) == [TicketUsed] * 7


def holding(screening: Screening) -> Callable[[], Ticket]:
    return partial(
        actions.hold,
        screening_reference=screening.reference,
        bay=1,
        owner_reference=an_owner(),
        plate=a_plate(),
        phone_last4="5678",
        key=a_key(),
        now=NOW,
    )


def test_a_bay_goes_to_one_of_many_baskets_and_gates() -> None:
    screening = a_screening()

    answers = at_once([who(screening) for who in (holding, buying) for _ in range(8)])

    assert sold(answers) == [Ticket.objects.get()]
    assert refused(answers) == [BayTaken] * 15


def two_wait_for_the_only_bay() -> Screening:
    screening = a_screening(bays=1)
    ticket = a_ticket(screening=screening, owner_reference="USR-1")
    for owner in ("USR-2", "USR-3"):
        waiting.join(screening_reference=screening.reference, owner_reference=owner, now=NOW)
    actions.cancel(ticket_reference=ticket.reference, owner_reference="USR-1", now=NOW)
    return screening


def test_control_sweeps_that_do_not_wait_for_the_line_are_stopped_by_the_database_alone() -> None:
    screening = two_wait_for_the_only_bay()
    both_have_looked = Barrier(2, timeout=20)

    def offered_after_looking() -> Ticket:
        row = BayWait.objects.order_by("joined_at", "pk")[0]
        bay = queries.free_bay(screening)
        both_have_looked.wait()
        return Ticket.objects.create(
            screening=screening,
            bay=bay,
            key=a_key(),
            owner_reference=row.reference,
            status=TicketStatus.HELD,
            held_until=AT_THE_GATE,
            sold_at=NOW,
        )

    answers = at_once([offered_after_looking] * 2)

    assert refused(answers) == [IntegrityError]  # a sweep would fail, and offer nothing else


def test_many_sweeps_offer_the_one_free_bay_to_the_first_in_line() -> None:
    screening = two_wait_for_the_only_bay()
    sweep = partial(waiting.offer_next, screening=screening, now=NOW)

    answers = at_once([sweep] * 8)

    (offered,) = [answer for answer in answers if answer is not None]
    assert (offered.owner_reference, offered.ticket.bay) == ("USR-2", 1)
    assert Ticket.objects.filter(status=TicketStatus.HELD).count() == 1


def test_a_bay_ordered_while_its_screening_is_called_off_is_never_left_sold() -> None:
    screening = a_screening()
    held = [
        actions.hold(
            screening_reference=screening.reference,
            bay=bay,
            owner_reference="BKT-1",
            plate=a_plate(),
            phone_last4="5678",
            key=a_key(),
            now=NOW,
        )
        for bay in range(1, 7)
    ]
    off = partial(
        actions.call_off,
        screening_reference=screening.reference,
        answer_until=AT_THE_GATE,
        now=NOW,
    )
    ordering = [
        partial(
            actions.confirm,
            ticket_reference=ticket.reference,
            owner_reference="BKT-1",
            new_owner_reference="USR-1",
            now=NOW,
        )
        for ticket in held
    ]

    answers = at_once([off, *ordering])

    assert not Ticket.objects.filter(status__in=HAS_THE_BAY).exists()
    assert answers[0] == sorted(sold(answers), key=lambda ticket: ticket.pk)
    assert set(refused(answers)) <= {ScreeningCalledOff}
