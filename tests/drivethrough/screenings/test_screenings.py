"""A screening is planned, sold bay by bay, let in at the gate, or called off."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from drivethrough.errors import DrivethroughError
from drivethrough.screenings import actions, gate, queries
from drivethrough.screenings.models import Screening, Ticket, TicketStatus
from drivethrough.slots.spans import at
from tests.builders.drivethrough import NOW, SATURDAY, a_key, a_screening, a_site, a_ticket

pytestmark = pytest.mark.django_db

EVENING = at(SATURDAY, time(18, 30))


def planned(**changes: Any) -> Screening:
    asked = {
        "title": "겨울 이야기",
        "title_en": "A Winter's Tale",
        "starts_at": at(SATURDAY, time(19)),
        "cut_off_at": at(SATURDAY, time(18)),
        "price_won": 15_000,
        "bays": 20,
        "bays_in_row": 5,
        "key": a_key(),
        "now": NOW,
    }
    return actions.plan(**asked | changes)


def code_of(refused: pytest.ExceptionInfo[DrivethroughError]) -> str:
    return refused.value.code


def check_in(ticket: Ticket, text: str, *, key: str = "", now: datetime = EVENING) -> Ticket:
    site = ticket.screening.site
    return gate.check_in(site=site, text=text, key=key or a_key(), now=now)


def test_the_same_key_plans_one_screening() -> None:
    site = a_site()
    assert planned(site=site, key="k") == planned(site=site, key="k")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "SCREENING_TITLE"),
        ({"title_en": "a" * 81}, "SCREENING_TITLE"),
        ({"cut_off_at": NOW}, "SCREENING_TIMES"),
        ({"cut_off_at": at(SATURDAY, time(19, 1))}, "SCREENING_TIMES"),
        ({"starts_at": NOW + timedelta(days=366)}, "SCREENING_TIMES"),
    ],
)
def test_a_screening_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(DrivethroughError) as refused:
        planned(site=a_site(), **changes)
    assert code_of(refused) == code
    assert not Screening.objects.exists()


def test_two_screenings_do_not_begin_at_one_site_at_once_unless_one_is_called_off() -> None:
    site = a_site()
    first = planned(site=site)
    with pytest.raises(DrivethroughError) as refused:
        planned(site=site)
    assert code_of(refused) == "SCREENING_THEN"
    actions.call_off(screening_reference=first.reference, answer_until=EVENING, now=NOW)
    assert planned(site=site) != first


def test_another_sites_key_is_not_ours() -> None:
    planned(site=a_site(), key="k")
    with pytest.raises(DrivethroughError) as refused:
        planned(site=a_site(), key="k")
    assert code_of(refused) == "KEY_REUSED"


def test_the_bays_stand_in_rows_and_a_sold_one_is_taken() -> None:
    screening = a_screening(bays=5)
    a_ticket(screening=screening, bay=4)
    rows = queries.rows_of_bays(screening)
    assert [[(bay.number, bay.taken) for bay in row] for row in rows] == [
        [(1, False), (2, False), (3, False)],
        [(4, True), (5, False)],
    ]


def test_the_same_key_is_the_same_ticket() -> None:
    screening = a_screening()
    asked = {"screening": screening, "owner_reference": "USR-1", "key": "k"}
    assert a_ticket(**asked) == a_ticket(**asked)


@pytest.mark.parametrize("changes", [{"bay": 2}, {"owner_reference": "USR-2"}, {"screening": None}])
def test_a_key_that_asks_for_something_else_is_refused(changes: dict[str, Any]) -> None:
    asked = {"screening": a_screening(), "bay": 1, "owner_reference": "USR-1", "key": "k"}
    a_ticket(**asked)
    with pytest.raises(DrivethroughError) as refused:
        a_ticket(**asked | changes)
    assert code_of(refused) == "KEY_REUSED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bay": 1}, "BAY_TAKEN"),
        ({"bay": 7}, "BAY_UNKNOWN"),
        ({"bay": 0}, "BAY_UNKNOWN"),
        ({"plate": "12가3456"}, "CAR_HAS_BAY"),
        ({"plate": "x"}, "PLATE_FORMAT"),
        ({"now": at(SATURDAY, time(18))}, "SCREENING_CLOSED"),
    ],
)
def test_a_bay_that_cannot_be_had_is_refused(changes: dict[str, Any], code: str) -> None:
    screening = a_screening()
    a_ticket(screening=screening, bay=1, plate="12가3456")
    with pytest.raises(DrivethroughError) as refused:
        a_ticket(**{"screening": screening, "bay": 2} | changes)
    assert code_of(refused) == code
    assert Ticket.objects.count() == 1


def test_a_cancelled_bay_is_sold_again_and_cancelling_twice_changes_nothing() -> None:
    ticket = a_ticket(owner_reference="USR-1")
    for _ in range(2):
        actions.cancel(ticket_reference=ticket.reference, owner_reference="USR-1", now=NOW)
    assert a_ticket(screening=ticket.screening, plate=ticket.plate).status == TicketStatus.SOLD


def test_nothing_is_cancelled_after_the_cut_off_or_by_somebody_else() -> None:
    ticket = a_ticket(owner_reference="USR-1")
    for owner, now, code in (
        ("USR-1", EVENING, "SCREENING_CLOSED"),
        ("USR-2", NOW, "TICKET_UNKNOWN"),
    ):
        with pytest.raises(DrivethroughError) as refused:
            actions.cancel(ticket_reference=ticket.reference, owner_reference=owner, now=now)
        assert code_of(refused) == code


@pytest.mark.parametrize("by", ["reference", "plate"])
def test_each_ticket_lets_one_car_in(by: str) -> None:
    ticket = a_ticket(bay=5)
    text = getattr(ticket, by)
    assert check_in(ticket, text, key="tap") == check_in(ticket, text, key="tap") == ticket
    with pytest.raises(DrivethroughError) as refused:
        check_in(ticket, text)
    assert code_of(refused) == "TICKET_USED"
    assert refused.value.data == {"time": "18:30", "bay": 5}


def test_a_double_tap_does_not_let_the_cars_next_ticket_in() -> None:
    site = a_site()
    late = a_screening(site=site, starts_at=at(SATURDAY, time(22)))
    first = a_ticket(screening=a_screening(site=site), plate="12가3456")
    second = a_ticket(screening=late, plate="12가3456")
    assert (
        check_in(first, "12가 3456", key="tap") == check_in(first, "12가3456", key="tap") == first
    )
    assert check_in(first, "12가3456") == second


def test_another_sites_gate_does_not_know_the_ticket() -> None:
    ticket = a_ticket()
    for text in (ticket.reference, ticket.plate):
        with pytest.raises(DrivethroughError) as refused:
            gate.check_in(site=a_site(), text=text, key=a_key(), now=EVENING)
        assert code_of(refused) == "TICKET_UNKNOWN"


def test_a_ticket_is_for_its_day() -> None:
    ticket = a_ticket()
    with pytest.raises(DrivethroughError) as refused:
        check_in(ticket, ticket.plate, now=NOW)
    assert code_of(refused) == "TICKET_OTHER_DAY"
    assert refused.value.data == {"on": "2026-11-28", "time": "19:00"}


def test_calling_off_ends_every_ticket_once_and_sells_no_more() -> None:
    ticket = a_ticket()
    screening = ticket.screening
    assert actions.call_off(
        screening_reference=screening.reference, answer_until=EVENING, now=NOW
    ) == [ticket]
    assert (
        actions.call_off(screening_reference=screening.reference, answer_until=EVENING, now=NOW)
        == []
    )
    for code, what in (
        ("SCREENING_CALLED_OFF", lambda: a_ticket(screening=screening, bay=2)),
        ("TICKET_OVER", lambda: check_in(ticket, ticket.reference)),
    ):
        with pytest.raises(DrivethroughError) as refused:
            what()
        assert code_of(refused) == code


def test_who_is_forgotten_leaves_a_free_bay_and_no_plate() -> None:
    ticket = a_ticket(owner_reference="USR-1")
    actions.forget(owner_reference="USR-1", now=NOW)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.plate, ticket.phone_last4) == (TicketStatus.CANCELLED, "", "")
