"""What must be moved: goods brought to a home, or fetched from one."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from logistics.fleet.equipment import Equipment
from logistics.network.models import Depot
from logistics.references import new


class ConsignmentKind(models.TextChoices):
    DELIVER = "deliver"
    COLLECT = "collect"


class ConsignmentStatus(models.TextChoices):
    REQUESTED = "requested"
    PLANNED = "planned"
    OUT = "out"
    MOVED = "moved"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ConsignmentQuerySet(models.QuerySet["Consignment"]):
    def locked(self) -> "ConsignmentQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Consignment(models.Model):
    """``owner_reference`` is the fulfilment (deliver) or loan (collect) this moves.

    The contact and address are copies of what the owner gave; drivers see them on the day only.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CON"))
    owner_reference = models.CharField(max_length=32)
    kind = models.CharField(max_length=7, choices=ConsignmentKind)
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="consignments")
    on_date = models.DateField()
    earliest_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    contact_name = models.CharField(max_length=60)
    contact_phone = models.CharField(max_length=16)
    address = models.CharField(max_length=200)
    door_note = models.CharField(max_length=100, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    label = models.CharField(
        max_length=60, help_text="what the driver looks for: 장보기 3개, 책 1상자"
    )
    weight_grams = models.PositiveIntegerField()
    volume_ml = models.PositiveIntegerField()
    chilled = models.BooleanField(default=False)
    chilled_ml = models.PositiveIntegerField(
        default=0, help_text="of its volume, what must ride in the cold compartment"
    )
    clearance_cm = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="no taller van gets in"
    )
    equipment = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    service_seconds = models.PositiveIntegerField(default=180)
    status = models.CharField(
        max_length=9, choices=ConsignmentStatus, default=ConsignmentStatus.REQUESTED
    )
    failure = models.CharField(max_length=20, blank=True)
    promised_at = models.DateTimeField(
        null=True, blank=True, help_text="when the people at the door were told to expect the van"
    )
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ConsignmentQuerySet.as_manager()

    class Meta:
        ordering = ["earliest_at", "pk"]
        indexes = [models.Index(fields=["depot", "on_date", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["owner_reference", "kind"], name="one_move_per_owner"),
            models.CheckConstraint(
                condition=Q(chilled_ml__lte=F("volume_ml")), name="chilled_part_of_a_consignment"
            ),
            models.CheckConstraint(
                condition=Q(equipment__contained_by=Equipment.values),
                name="consignment_equipment_known",
            ),
            models.CheckConstraint(
                condition=Q(earliest_at__lt=F("latest_at")), name="consignment_window_has_length"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PlaceNeed(models.Model):
    """What one address asks of the van that comes, e.g. a basement that is 2.1 m high."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PLC"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="place_needs")
    address = models.CharField(max_length=200)
    clearance_cm = models.PositiveSmallIntegerField(null=True, blank=True)
    equipment = ArrayField(models.CharField(max_length=16), default=list, blank=True)

    class Meta:
        ordering = ["address"]
        constraints = [
            models.UniqueConstraint(fields=["depot", "address"], name="one_need_per_address"),
            models.CheckConstraint(
                condition=Q(equipment__contained_by=Equipment.values),
                name="place_equipment_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
