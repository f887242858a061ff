"""When a site opens regularly, and the days on which it does not."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from drivethrough.references import new
from drivethrough.sites.models import Site

WEEK = [0, 1, 2, 3, 4, 5, 6]  # 0 is Monday
LONGEST_REASON = 40


class RegularOpening(models.Model):
    """Slots cut on each of its weekdays, or on each day of a five-day market: one of the two.

    ``market_day`` 4 is the market of the 4th, 9th, 14th … (4·9장); 5 is that of the 5th, 10th ….
    Times are Seoul's wall clock.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "OPN"))
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="regular_openings")
    weekdays = ArrayField(models.IntegerField(), default=list)
    market_day = models.PositiveSmallIntegerField(null=True, blank=True)
    start = models.TimeField()
    end = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    cars = models.PositiveIntegerField()
    walk_up_percent = models.PositiveSmallIntegerField(
        default=0, help_text="of the cars, kept from booking"
    )
    walk_up_minutes = models.PositiveSmallIntegerField(
        default=30, help_text="before a slot begins, what is kept can be booked"
    )
    preparers = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="who prepare; empty: their time does not bind"
    )
    cut_off_days = models.PositiveSmallIntegerField(help_text="days before the slots' own")
    cut_off = models.TimeField()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0, weekdays__contained_by=WEEK, market_day=None)
                | Q(weekdays__len=0, market_day__range=(1, 5)),
                name="opening_by_weekday_or_market_day",
            ),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="opening_has_length"),
            models.CheckConstraint(condition=Q(minutes__gt=0, cars__gt=0), name="opening_has_room"),
        ]

    def __str__(self) -> str:
        return self.reference


class SiteClosing(models.Model):
    """A date on which the site stays shut, whatever its regular openings say."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CLS"))
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="closings")
    on_date = models.DateField()
    reason = models.CharField(max_length=LONGEST_REASON, help_text="e.g. 설날")

    class Meta:
        ordering = ["on_date"]
        constraints = [
            models.UniqueConstraint(fields=["site", "on_date"], name="one_closing_per_site_day"),
        ]

    def __str__(self) -> str:
        return self.reference
