"""Places where cars queue for produce, and their lanes."""

from __future__ import annotations

from functools import partial

from django.db import models

from drivethrough.references import new


class Site(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SIT"))
    source_id = models.CharField(max_length=24, unique=True, help_text="car park's id, public data")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    city = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    lat = models.FloatField()
    lon = models.FloatField()
    spaces = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.reference


class LaneQuerySet(models.QuerySet["Lane"]):
    def locked(self) -> LaneQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Lane(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "LAN"))
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="lanes")
    number = models.PositiveSmallIntegerField()
    open = models.BooleanField(default=True)

    objects = LaneQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="one_lane_number")]

    def __str__(self) -> str:
        return self.reference
