"""Road durations asked for before, so that a costly source is asked once for each pair."""

from django.db import models


class RoadRow(models.Model):
    """All that is known from one place. ``ways`` is an array of ``cached.WAY``.

    One row for each origin: a row for each pair takes six times the room and fourteen times as long
    to read (docs/measurements.md).
    """

    provider = models.CharField(max_length=40, help_text="with its data's version")
    origin = models.BigIntegerField()
    ways = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "origin"], name="one_road_row_per_origin")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.origin}"
