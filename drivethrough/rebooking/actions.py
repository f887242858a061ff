"""Cars lose their slot; each owner chooses something else, once, or the deadline does."""

from datetime import datetime

from django.db import transaction

from drivethrough.errors import DrivethroughError
from drivethrough.rebooking.models import Answer, Displacement, Otherwise
from drivethrough.rebooking.queries import with_booking
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.queries import BookingUnknown


class DisplacementUnknown(DrivethroughError):
    code = "DISPLACEMENT_UNKNOWN"


class AlreadyChosen(DrivethroughError):
    """Another tap, or the deadline, was first: data ``answer``."""

    code = "ALREADY_CHOSEN"


class ChoiceOver(DrivethroughError):
    """The deadline has passed: data ``answer_until``."""

    code = "CHOICE_OVER"


@transaction.atomic
def displace(
    *, booking_reference: str, answer_until: datetime, otherwise: Otherwise, now: datetime
) -> Displacement | None:
    """Its owner is to choose something else; asked already for this slot, it is the same row.

    None for what is no confirmed booking; a hold is given up, its basket chooses anew.
    BOOKING_UNKNOWN.
    """
    booking = Booking.objects.locked().filter(reference=booking_reference).first()
    if booking is None:
        raise BookingUnknown("booking")
    if booking.status == BookingStatus.HELD:
        slots.cancel(booking_reference=booking.reference, now=now)
    if booking.status != BookingStatus.CONFIRMED:
        return None
    # Asked about the slot it was moved from, and sent off from the new one too: asked anew.
    asked = Displacement.objects.filter(booking=booking, answered_at=None)
    asked.exclude(slot=booking.slot_id).update(answer=Answer.GONE, answered_at=now)
    return asked.filter(slot=booking.slot_id).first() or Displacement.objects.create(
        booking=booking,
        slot_id=booking.slot_id,
        otherwise=otherwise,
        made_at=now,
        answer_until=answer_until,
    )


@transaction.atomic
def answer(
    *, displacement_reference: str, answer: Answer, key: str, now: datetime
) -> tuple[Displacement, bool]:
    """The owner's choice, and whether this call made it: the same key gets its first answer.

    Whoever calls this does what was chosen in the same transaction. DISPLACEMENT_UNKNOWN,
    ALREADY_CHOSEN, CHOICE_OVER.
    """
    row = _locked(displacement_reference)
    if row.answered_at is not None:
        if row.answer_key == key:
            return row, False
        raise AlreadyChosen("do", answer=row.answer)
    if row.answer_until <= now:
        raise ChoiceOver("do", answer_until=row.answer_until.isoformat())
    return _answered(row, answer, key, now), True


@transaction.atomic
def end_unanswered(*, displacement_reference: str, now: datetime) -> Answer | None:
    """What follows from no answer: REFUND, KEPT, or GONE when the booking has ended by itself.

    None while there is time, or when it was answered. DISPLACEMENT_UNKNOWN.
    """
    row = _locked(displacement_reference)
    if row.answered_at is not None or row.answer_until > now:
        return None
    if row.booking.status != BookingStatus.CONFIRMED:
        follows = Answer.GONE
    else:
        follows = Answer.REFUND if row.otherwise == Otherwise.REFUND else Answer.KEPT
    _answered(row, follows, "", now)
    return follows


def _locked(reference: str) -> Displacement:
    row = with_booking(Displacement.objects.locked()).filter(reference=reference).first()
    if row is None:
        raise DisplacementUnknown("displacement")
    return row


def _answered(row: Displacement, answer: Answer, key: str, now: datetime) -> Displacement:
    row.answer, row.answer_key, row.answered_at = answer, key, now
    row.save(update_fields=["answer", "answer_key", "answered_at"])
    return row
