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
    screen. ``price_won`` is for a car, paid at the gate."""

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
    SOLD = "sold"
    USED = "used"  # its car is in
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


HAS_THE_BAY = (TicketStatus.SOLD, TicketStatus.USED)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def locked(self) -> TicketQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Ticket(models.Model):
    """One car's bay at one screening. ``key`` is the caller's; the same key gets the same ticket.

    ``used_key`` is that of the press that let the car in: pressed twice, it is let in once.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "TIC"))
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="tickets")
    bay = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64, unique=True)
    owner_reference = models.CharField(max_length=32, db_index=True)
    plate = models.CharField(max_length=10, blank=True)
    phone_last4 = models.CharField(max_length=4, blank=True)
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.SOLD)
    sold_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_key = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return self.reference
