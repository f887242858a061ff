from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Lock

import pytest
from pytest_django import Settings

from commerce.saleor.app.actions import Hint, work_off
from commerce.saleor.app.models import Delivery
from commerce.saleor.app.verifying import SigningKeysJustAsked
from tests.builders.saleor import NOW, allow, an_event, an_installation, receive
from tests.fakes.saleor import FakeSaleor
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def saleor(settings: Settings) -> FakeSaleor:
    made = FakeSaleor()
    allow(settings, made)
    an_installation(made)
    return made


@pytest.fixture
def counting() -> tuple[Counter[str], Callable[[Hint, datetime], None]]:
    """How often each order was handled, and the handler that counts."""
    counted: Counter[str] = Counter()
    lock = Lock()

    def handle(hint: Hint, now: datetime) -> None:
        with lock:
            counted[hint.ids["order"]] += 1

    return counted, handle


def test_a_delivery_that_comes_eight_times_at_once_is_one(saleor: FakeSaleor) -> None:
    answers = at_once([lambda: receive(saleor, an_event()) for _ in range(WORKERS)])
    only = Delivery.objects.get()
    assert Counter(answers) == {(only, True): 1, (only, False): WORKERS - 1}


def test_a_new_key_is_asked_for_once_and_the_others_come_again(saleor: FakeSaleor) -> None:
    saleor.key, saleor.kid = 3, "new"
    answers = at_once([lambda n=n: receive(saleor, an_event(n), now=LATER) for n in range(WORKERS)])
    assert saleor.asked == ["jwks"]
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(refusal) for refusal in refused} <= {SigningKeysJustAsked}
    assert Delivery.objects.count() == WORKERS - len(refused) >= 1


def test_control_workers_that_only_look_handle_one_delivery_many_times(
    saleor: FakeSaleor, counting: tuple[Counter[str], Callable[[Hint, datetime], None]]
) -> None:
    counted, handle = counting
    receive(saleor, an_event(order={"id": "O1"}))
    looked = Barrier(WORKERS, timeout=20)

    def look_then_handle() -> None:
        due = Delivery.objects.filter(due_at__lte=LATER).first()
        looked.wait()
        if due is not None:
            handle(Hint("", due.event, {"order": "O1"}), LATER)
            Delivery.objects.filter(pk=due.pk).update(due_at=None, done_at=LATER)

    at_once([look_then_handle] * WORKERS)
    assert counted == {"O1": WORKERS}


def test_eight_workers_handle_each_delivery_once(
    saleor: FakeSaleor, counting: tuple[Counter[str], Callable[[Hint, datetime], None]]
) -> None:
    counted, handle = counting
    for number in range(40):
        receive(saleor, an_event(number, order={"id": f"O{number}"}))
    handlers = {"order_updated": handle}
    answers = at_once(
        [lambda: work_off(handlers=handlers, now=LATER, limit=40) for _ in range(WORKERS)]
    )
    work_off(handlers=handlers, now=LATER, limit=40)  # what a locked row hid from the last one
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert counted == {f"O{number}": 1 for number in range(40)}
    assert Delivery.objects.filter(done_at=LATER).count() == 40
