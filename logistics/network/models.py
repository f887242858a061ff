"""Where routes start, and the named localities that turn an address into a point."""

from functools import partial

from django.db import models

from logistics.references import new


class DepotQuerySet(models.QuerySet["Depot"]):
    def locked(self) -> "DepotQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Depot(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DEP"))
    code = models.SlugField(unique=True, help_text="what people type: mall plan --depot suwon")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    lat = models.FloatField()
    lon = models.FloatField()
    service_radius_m = models.PositiveIntegerField(default=30_000)
    speeds = models.JSONField(
        default=list, blank=True, help_text="[[second of the day, percent of the usual speed]]"
    )

    objects = DepotQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Locality(models.Model):
    """A legal dong or ri with a representative point (public data)."""

    city = models.CharField(max_length=20, help_text="시/군(구), e.g. 수원시 팔달구")
    name = models.CharField(max_length=30, help_text="e.g. 지동, or 강상면 교평리")
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        ordering = ["city", "name"]
        constraints = [models.UniqueConstraint(fields=["city", "name"], name="one_locality")]

    def __str__(self) -> str:
        return f"{self.city} {self.name}"
