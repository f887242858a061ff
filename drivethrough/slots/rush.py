"""When many ask for a place at the same moment, those of one process are answered together.

Whoever asks while others are being answered joins the next lot, one statement for all of it: the
hot slot's row is locked once and the disk waited for once. Nobody waits for company: who comes
alone is answered alone and at once. The database decides as before, between processes too.
"""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from django.db import Error, connection

from drivethrough.slots import holding
from drivethrough.slots.holding import NewHold
from drivethrough.slots.models import Booking

LOT = 64  # a lot is one transaction: who waits for its rows, or behind it, should not wait long


def _shut() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class _Asked:
    """What one thread wants. ``door`` opens when its lot is over, or when it is to lead one."""

    hold: NewHold
    door: Lock = field(default_factory=_shut)
    in_lot: bool = False
    answered: bool = False
    booking: Booking | None = None


class Rush:
    """One lot at a time; one of its threads asks the database for all of them."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[_Asked] = deque()
        self._led = False
        self._inside: list[_Asked] = []  # of the lot under way: who has not heard the answer yet

    def take(self, hold: NewHold) -> Booking | None:
        """As ``holding.take``, first come first served."""
        if connection.in_atomic_block:  # what this transaction holds is not for others to wait for
            return holding.take(hold)
        asked = _Asked(hold)
        if not self._is_first(asked):
            asked.door.acquire()
        try:
            if not asked.in_lot:
                self._lead()
        finally:
            self._leave()
        return asked.booking if asked.answered else holding.take(hold)

    def _is_first(self, asked: _Asked) -> bool:
        with self._guard:
            self._waiting.append(asked)
            first, self._led = not self._led, True
            return first

    def _lead(self) -> None:
        with self._guard:
            lot = [self._waiting.popleft() for _ in range(min(LOT, len(self._waiting)))]
            for asked in lot:
                asked.in_lot = True
            self._inside = lot[:0:-1]
        _answer(lot)

    def _leave(self) -> None:
        """One after the other, since threads that are woken together wait for each other. The
        last one out lets the next lot begin: by then this one's threads may be in it."""
        with self._guard:
            if self._inside:
                self._inside.pop().door.release()
                return
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].door.release()


def _answer(lot: list[_Asked]) -> None:
    if len(lot) == 1:
        lot[0].booking = holding.take(lot[0].hold)
        lot[0].answered = True
        return
    try:
        booked = holding.take_all([asked.hold for asked in lot])
    except Error:  # one of them spoils it for all: each asks alone and hears its own
        return
    for asked, booking in zip(lot, booked, strict=True):
        asked.booking, asked.answered = booking, True


RUSH = Rush()
