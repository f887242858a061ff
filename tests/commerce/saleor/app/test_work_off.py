import logging
from datetime import datetime, timedelta

import pytest

from commerce.errors import NotFound
from commerce.saleor.app.actions import MOST_TRIES, Handler, Hint, work_off
from commerce.saleor.app.models import Delivery
from commerce.saleor.app.queries import given_up
from tests.builders.saleor import NOW, ORDER_ID, an_event, an_installation, receive
from tests.fakes.saleor import API_URL, FakeSaleor

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=10)


def noting(hints: list[Hint]) -> Handler:
    return lambda hint, now: hints.append(hint)


def failing_for(order_id: str, hints: list[Hint], error: Exception) -> Handler:
    def handle(hint: Hint, now: datetime) -> None:
        if hint.ids["order"] == order_id:
            raise error
        hints.append(hint)

    return handle


def an_order(number: int) -> bytes:
    return an_event(number, order={"id": f"order-{number}"})


@pytest.fixture
def installed(saleor: FakeSaleor) -> FakeSaleor:
    an_installation(saleor)
    return saleor


def test_a_handler_gets_the_ids_and_nothing_else(installed: FakeSaleor) -> None:
    body = an_event(fulfillment={"id": "F1", "status": "X"}, order={"id": ORDER_ID, "number": "7"})
    receive(installed, body)
    hints: list[Hint] = []
    assert work_off(handlers={"order_updated": noting(hints)}, now=SOON, limit=10) == 1
    assert hints == [Hint(API_URL, "order_updated", {"order": ORDER_ID, "fulfillment": "F1"})]


def test_what_is_worked_off_is_done(installed: FakeSaleor) -> None:
    receive(installed, an_event())
    hints: list[Hint] = []
    handlers = {"order_updated": noting(hints)}
    work_off(handlers=handlers, now=SOON, limit=10)
    assert work_off(handlers=handlers, now=SOON + timedelta(days=1), limit=10) == 0
    delivery = Delivery.objects.get()
    assert (delivery.done_at, delivery.due_at, delivery.tries) == (SOON, None, 1)
    assert len(hints) == 1


def test_each_event_goes_to_its_own_handler(installed: FakeSaleor) -> None:
    receive(installed, an_event(1), event="order_created")
    receive(installed, an_event(2), event="order_expired")
    created: list[Hint] = []
    expired: list[Hint] = []
    handlers = {"order_created": noting(created), "order_expired": noting(expired)}
    work_off(handlers=handlers, now=SOON, limit=10)
    assert ([h.event for h in created], [h.event for h in expired]) == (
        ["order_created"],
        ["order_expired"],
    )


def test_an_event_nobody_handles_is_done(installed: FakeSaleor) -> None:
    receive(installed, an_event())
    work_off(handlers={}, now=SOON, limit=10)
    assert Delivery.objects.get().done_at == SOON


def test_they_are_taken_in_the_order_they_came_whatever_they_say(installed: FakeSaleor) -> None:
    """An event that was issued first may come last; a handler reads the order itself anyhow."""
    for number in (3, 1, 2):
        receive(installed, an_order(number))
    hints: list[Hint] = []
    work_off(handlers={"order_updated": noting(hints)}, now=SOON, limit=10)
    assert [hint.ids["order"] for hint in hints] == ["order-3", "order-1", "order-2"]


def test_so_many_at_a_time(installed: FakeSaleor) -> None:
    for number in range(3):
        receive(installed, an_order(number))
    assert work_off(handlers={}, now=SOON, limit=2) == 2
    assert Delivery.objects.filter(done_at=None).count() == 1


def test_one_that_fails_does_not_stop_the_others(installed: FakeSaleor) -> None:
    for number in range(3):
        receive(installed, an_order(number))
    hints: list[Hint] = []
    handler = failing_for("order-0", hints, ZeroDivisionError())
    work_off(handlers={"order_updated": handler}, now=SOON, limit=10)
    assert [hint.ids["order"] for hint in hints] == ["order-1", "order-2"]
    failed = Delivery.objects.get(done_at=None)
    assert (failed.last_error, failed.tries) == ("ZeroDivisionError", 1)
    assert failed.due_at == SOON + timedelta(minutes=1)


def test_a_refusal_is_remembered_by_its_code(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))
    handler = failing_for("order-0", [], NotFound("order"))
    work_off(handlers={"order_updated": handler}, now=SOON, limit=10)
    assert Delivery.objects.get().last_error == "NOT_FOUND"


def test_it_is_tried_again_later_and_later(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))
    handlers = {"order_updated": failing_for("order-0", [], ZeroDivisionError())}
    pauses = []
    now = NOW
    for _ in range(4):
        work_off(handlers=handlers, now=now, limit=10)
        due_at = Delivery.objects.get().due_at
        assert due_at is not None
        pauses.append(due_at - now)
        now = due_at
    assert pauses == [timedelta(minutes=n) for n in (1, 2, 4, 8)]


def test_it_is_not_tried_before_its_time(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))
    handlers = {"order_updated": failing_for("order-0", [], ZeroDivisionError())}
    work_off(handlers=handlers, now=NOW, limit=10)
    assert work_off(handlers=handlers, now=NOW + timedelta(seconds=59), limit=10) == 0


def test_what_fails_at_first_may_succeed_later(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))
    failing = failing_for("order-0", [], ZeroDivisionError())
    work_off(handlers={"order_updated": failing}, now=NOW, limit=10)
    later = NOW + timedelta(minutes=1)
    work_off(handlers={"order_updated": noting([])}, now=later, limit=10)
    delivery = Delivery.objects.get()
    assert (delivery.done_at, delivery.last_error, delivery.tries) == (later, "", 2)


def _days_of_trying(handlers: dict[str, Handler]) -> int:
    now, taken = NOW, 0
    for _ in range(3 * MOST_TRIES):
        taken += work_off(handlers=handlers, now=now, limit=10)
        now += timedelta(days=1)
    return taken


def test_after_so_many_tries_it_is_given_up_loudly(
    installed: FakeSaleor, caplog: pytest.LogCaptureFixture
) -> None:
    receive(installed, an_order(0))
    handlers = {"order_updated": failing_for("order-0", [], ZeroDivisionError())}
    assert _days_of_trying(handlers) == MOST_TRIES
    [delivery] = given_up()
    assert (delivery.last_error, delivery.due_at) == ("ZeroDivisionError", None)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [str(delivery) in record.getMessage() for record in errors] == [True]


def test_one_whose_worker_dies_with_it_each_time_is_given_up(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))
    Delivery.objects.update(tries=MOST_TRIES)
    hints: list[Hint] = []
    work_off(handlers={"order_updated": noting(hints)}, now=NOW, limit=10)
    assert hints == []
    assert [delivery.last_error for delivery in given_up()] == ["NO_ANSWER"]


def test_a_worker_that_dies_leaves_it_to_the_next(installed: FakeSaleor) -> None:
    receive(installed, an_order(0))

    def die(hint: Hint, now: datetime) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        work_off(handlers={"order_updated": die}, now=NOW, limit=10)
    hints: list[Hint] = []
    later = NOW + timedelta(minutes=1)
    work_off(handlers={"order_updated": noting(hints)}, now=later, limit=10)
    assert len(hints) == 1


def test_a_slow_workers_failure_does_not_undo_what_the_next_has_done(
    installed: FakeSaleor,
) -> None:
    receive(installed, an_order(0))
    later = NOW + timedelta(minutes=1)

    def overtaken(hint: Hint, now: datetime) -> None:
        work_off(handlers={"order_updated": noting([])}, now=later, limit=10)
        raise ZeroDivisionError

    work_off(handlers={"order_updated": overtaken}, now=NOW, limit=1)
    delivery = Delivery.objects.get()
    assert (delivery.done_at, delivery.last_error) == (later, "")


@pytest.mark.parametrize("odd", [{}, {"order": None}, {"order": {"id": None}}, {"order": "x"}])
def test_a_body_without_ids_gives_none(installed: FakeSaleor, odd: dict[str, object]) -> None:
    receive(installed, an_event(**({"order": None} | odd)))
    hints: list[Hint] = []
    work_off(handlers={"order_updated": noting(hints)}, now=SOON, limit=10)
    assert [hint.ids for hint in hints] == [{}]
