"""Shows that are watched from the car at a site, and the numbered bays sold for them.

Lock order: screening, then tickets.
"""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import F, Q

from drivethrough.references import new
from drivethrough.sites.models import Site

LONGEST_TITLE = 80
MOST_BAYS = 200
MOST_IN_ROW = 8  # more do not fit a telephone's width


class ScreeningStatus(models.TextChoices):
    OPEN = "open"
    CALLED_OFF = "called_off"


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def locked(self) -> ScreeningQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Screening(models.Model):
    """``bays`` are numbered from 1 and stand in rows of ``bays_in_row``, the first row nearest the
    screen. ``price_won`` is for a car."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SCR"))
    key = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="screenings")
    title = models.CharField(max_length=LONGEST_TITLE)
    title_en = models.CharField(max_length=LONGEST_TITLE)
    starts_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(help_text="until then tickets are sold and given back")
    price_won = models.PositiveIntegerField()
    bays = models.PositiveSmallIntegerField()
    bays_in_row = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=ScreeningStatus, default=ScreeningStatus.OPEN)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "starts_at"],
                condition=Q(status="open"),
                name="one_screening_per_start",
            ),
            models.CheckConstraint(
                condition=Q(cut_off_at__lte=F("starts_at")), name="screening_cut_off_before_start"
            ),
            models.CheckConstraint(
                condition=Q(bays__gte=1, bays_in_row__gte=1), name="screening_has_bays"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TicketStatus(models.TextChoices):
    HELD = "held"  # kept until ``held_until`` for a basket, or for whoever waits
    EXPIRED = "expired"  # nobody bought it in time
    SOLD = "sold"
    USED = "used"  # its car is in
    MISSED = "missed"  # its car never came
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


HAS_THE_BAY = (TicketStatus.HELD, TicketStatus.SOLD, TicketStatus.USED, TicketStatus.MISSED)


class Instead(models.TextChoices):
    """What the owner of a ticket that was called off wants."""

    OTHER = "other"  # a bay at another screening
    REFUND = "refund"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def locked(self) -> TicketQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Ticket(models.Model):
    """One car's bay at one screening. ``key`` is the caller's; the same key gets the same ticket.

    ``used_key`` is that of the press that let the car in: pressed twice, it is let in once.
    While it is held its owner is a basket or a waiting, afterwards whoever bought it. Called off,
    its owner chooses ``instead`` until ``answer_until``, once.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "TIC"))
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="tickets")
    bay = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64, unique=True)
    owner_reference = models.CharField(max_length=32, db_index=True)
    plate = models.CharField(max_length=10, blank=True)
    phone_last4 = models.CharField(max_length=4, blank=True)
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.SOLD)
    held_until = models.DateTimeField(null=True, blank=True)
    sold_at = models.DateTimeField(help_text="or held, until it is sold")
    used_at = models.DateTimeField(null=True, blank=True)
    used_key = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    answer_until = models.DateTimeField(null=True, blank=True)
    instead = models.CharField(max_length=6, choices=Instead, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["bay", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "bay"],
                condition=Q(status__in=HAS_THE_BAY),
                name="one_ticket_per_bay",
            ),
            models.UniqueConstraint(
                fields=["screening", "plate"],
                condition=Q(status__in=HAS_THE_BAY) & ~Q(plate=""),
                name="one_bay_per_car",
            ),
            models.UniqueConstraint(
                fields=["used_key"], condition=~Q(used_key=""), name="one_car_in_per_press"
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False),
                name="held_bay_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(status="held"), name="tickets_held"),
            models.Index(
                fields=["answer_until"],
                condition=Q(instead="", answer_until__isnull=False),
                name="tickets_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class WaitStatus(models.TextChoices):
    WAITING = "waiting"
    OFFERED = "offered"  # a bay is held for some time
    TAKEN = "taken"  # that bay is the basket's now
    LAPSED = "lapsed"  # it was not taken in time
    LEFT = "left"
    OVER = "over"  # nothing is sold any more


LIVE_WAIT = (WaitStatus.WAITING, WaitStatus.OFFERED)


class BayWaitQuerySet(models.QuerySet["BayWait"]):
    def locked(self) -> BayWaitQuerySet:
        """In the order in which they came: that is also the order of offers."""
        return self.order_by("joined_at", "pk").select_for_update(of=("self",), no_key=True)


class BayWait(models.Model):
    """Somebody wants any bay at a screening that is full.

    ``ticket`` is the bay that is held for them, with this row's reference as owner until it is
    taken.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "BWT"))
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="waits")
    owner_reference = models.CharField(max_length=32, db_index=True)
    status = models.CharField(max_length=7, choices=WaitStatus, default=WaitStatus.WAITING)
    ticket = models.OneToOneField(
        Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="wait"
    )
    joined_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BayWaitQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_reference", "screening"],
                condition=Q(status__in=LIVE_WAIT),
                name="waits_once_for_a_screening",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("offered", "taken")) | Q(ticket__isnull=False),
                name="offered_bay_is_there",
            ),
        ]
        indexes = [
            models.Index(
                fields=["screening"], condition=Q(status="waiting"), name="bay_waits_in_line"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
