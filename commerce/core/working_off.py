"""Tells a core what was written down for it: soon, in order, again and again, or loudly not at all.

The core is asked outside any transaction; whoever dies meanwhile loses only time.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from commerce.core import steps
from commerce.core.models import CoreStep, Operation
from commerce.core.port import core
from commerce.errors import CommerceError

log = logging.getLogger(__name__)

# Tried 15, 30, 60 … seconds apart: for about two hours, longer than a core is usually away.
FIRST_PAUSE = timedelta(seconds=15)
MOST_TRIES = 10

# What follows when a fulfilment, by reference, was not placed. Called in the transaction that
# writes the refusal down; while it raises, the place is asked for again.
NotPlaced = Callable[[str, datetime], None]

# Tells the shop in which an order was born. Raises CoreUnavailable, or the refusal.
TellThere = Callable[[CoreStep], None]


def place_now(*, fulfilments: Sequence[str], not_placed: NotPlaced, now: datetime) -> bool:
    """Whether the core holds all of these, asked at once for those it was not told of yet.

    False after a refusal, and while the core is silent or somebody else is asking. Fulfilments
    that were never to be given to it are no obstacle. Must not be called inside a transaction.
    """
    places = CoreStep.objects.filter(subject__in=fulfilments, operation=Operation.PLACE)
    while (step := _claim(places, now)) is not None:
        _work(step, _tell_core, not_placed, now)
    return not places.exclude(done_at__isnull=False, refused="").exists()


def work_off(*, not_placed: NotPlaced, tell_there: TellThere, now: datetime, limit: int) -> int:
    """Tells the core, or an order's birthplace, each due step, oldest first; how many it took.

    One that fails is told again later, and given up after MOST_TRIES, loudly; it holds up its own
    fulfilment or product only. Several workers may do this at once. Must not be called inside a
    transaction.
    """
    for taken in range(limit):
        step = _claim(CoreStep.objects.all(), now)
        if step is None:
            return taken
        _work(step, tell_there if step.there else _tell_core, not_placed, now)
    return limit


def stopped() -> QuerySet[CoreStep]:
    """Steps that wait for a person: refused, or given up; oldest first."""
    return CoreStep.objects.filter(due_at=None, done_at=None).order_by("written_at", "pk")


def tell_again(*, now: datetime) -> int:
    """Everything that is stopped is due anew; returns how many steps."""
    return stopped().update(due_at=now, tries=0, refused="")


def _claim(among: QuerySet[CoreStep], now: datetime) -> CoreStep | None:
    """The next due step that no earlier one of its subject holds up, due again after a pause.

    Not held by a lock: the core is asked next, and a lock must not wait for that.
    """
    earlier = CoreStep.objects.filter(
        subject=OuterRef("subject"), pk__lt=OuterRef("pk"), done_at=None, refused=""
    )
    # durable: the claim is committed before the core is asked.
    with transaction.atomic(durable=True):
        step = (
            among.filter(~Exists(earlier), due_at__lte=now)
            .order_by("due_at", "pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .first()
        )
        if step is None:
            return None
        step.due_at = now + FIRST_PAUSE * 2**step.tries
        step.tries += 1
        step.save(update_fields=["due_at", "tries"])
    return step


def _tell_core(step: CoreStep) -> None:
    steps.tell(core(), step)


def _work(
    step: CoreStep, tell: Callable[[CoreStep], None], not_placed: NotPlaced, now: datetime
) -> None:
    if step.tries > MOST_TRIES:  # its last worker died with it
        _record_failure(step, "NO_ANSWER")
        return
    told = _told_with(step)
    try:
        tell(step)
    except CommerceError as refusal:
        _record_refusal(step, refusal.code, not_placed, now)
    except Exception as trouble:
        log.warning("%s was not told", step, exc_info=trouble)
        _record_failure(step, type(trouble).__name__)
    else:
        _undone(*told).update(due_at=None, done_at=now, last_error="")


def _told_with(step: CoreStep) -> list[CoreStep]:
    """A shelf is told as it is now, so its later changes are too, as far as they are seen yet."""
    if step.operation != Operation.SHELF:
        return [step]
    same = CoreStep.objects.filter(subject=step.subject, operation=step.operation, refused="")
    return list(same.filter(done_at=None))


def _record_refusal(step: CoreStep, code: str, not_placed: NotPlaced, now: datetime) -> None:
    if step.operation != Operation.PLACE:
        log.error("%s was refused: %s", step, code)
        _undone(step).update(due_at=None, refused=code[:40])
        return
    try:
        with transaction.atomic():
            # What was to follow falls away with it.
            rest = CoreStep.objects.filter(subject=step.subject, done_at=None)
            rest.update(due_at=None, done_at=now, refused=code[:40])
            not_placed(step.subject, now)
    except Exception as trouble:
        log.exception("%s was refused (%s), and what follows failed", step, code)
        _record_failure(step, str(getattr(trouble, "code", type(trouble).__name__)))


def _record_failure(step: CoreStep, code: str) -> None:
    if step.tries < MOST_TRIES:
        _undone(step).update(last_error=code[:60])
        return
    log.error("%s was given up after %s tries: %s", step, MOST_TRIES, code)
    _undone(step).update(last_error=code[:60], due_at=None)


def _undone(*steps: CoreStep) -> QuerySet[CoreStep]:
    """A worker that took longer than the pause may find it done by the next one: that stands."""
    return CoreStep.objects.filter(pk__in=[step.pk for step in steps], done_at=None)
