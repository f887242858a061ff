"""Who signs in, and for whom they may act."""

from functools import partial
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A sign-in. What it may do is in its grants; being a shopper needs none."""

    reference = models.CharField(max_length=32, unique=True, default=partial(get_random_string, 16))
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.reference


class Role(models.TextChoices):
    MERCHANT = "merchant"
    PACKER = "packer"  # family or staff of a merchant: packs, and sees no money but the orders'
    FARMER = "farmer"
    LIBRARIAN = "librarian"
    DRIVER = "driver"
    DISPATCHER = "dispatcher"
    HELPER = "helper"  # of a market: acts for its stalls, and for callers
    OPERATOR = "operator"


class GrantQuerySet(models.QuerySet["Grant"]):
    def locked(self) -> "GrantQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Grant(models.Model):
    """This user may act in this role for this merchant, site, library, driver, depot or market.

    ``scope_reference`` is the public reference of that thing; empty only for operators.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=Role)
    scope_reference = models.CharField(max_length=32, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope_reference"], name="one_grant_each"
            ),
            models.CheckConstraint(
                condition=models.Q(role="operator", scope_reference="")
                | (~models.Q(role="operator") & ~models.Q(scope_reference="")),
                name="only_operators_act_for_all",
            ),
            # Money taken at a door is booked to the driver: one person must answer for it.
            models.UniqueConstraint(
                fields=["scope_reference"],
                condition=models.Q(role="driver"),
                name="one_user_each_driver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} {self.scope_reference}"


class GrantChange(models.Model):
    """A role given to somebody or taken away, and who did it. Only added to: the database refuses
    to change or delete one, and an account that stands in one is kept.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="none: `mall operator`, whoever runs the machine",
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grant_changes")
    role = models.CharField(max_length=10, choices=Role)
    scope_reference = models.CharField(max_length=32, blank=True)
    granted = models.BooleanField(help_text="given, or taken away")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        what = "granted" if self.granted else "revoked"
        return f"{self.user_id}: {self.role} {self.scope_reference} {what}"


class AuditOutcome(models.TextChoices):
    DONE = "done"
    REFUSED = "refused"


class AuditEntry(models.Model):
    """Somebody acting in a role pressed something. References only, no names or addresses. The
    database refuses to change or delete one, but for the outcome, which is said once."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_entries")
    role = models.CharField(max_length=10, choices=Role)
    scope_reference = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=60, help_text="the name of the page's address")
    subject = models.CharField(max_length=64, blank=True, help_text="what it was done to")
    outcome = models.CharField(
        max_length=8, choices=AuditOutcome, blank=True, help_text="empty: it broke off"
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["by", "-id"]), models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.action} {self.subject}"


class Erasure(models.Model):
    """Somebody had their data erased. What the law wants kept is kept until ``keep_until``."""

    user_reference = models.CharField(max_length=32, unique=True)
    erased_at = models.DateTimeField()
    keep_until = models.DateTimeField(help_text="five years after the last order")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="nothing is kept any more")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.user_reference


class GuestEmail(models.Model):
    """Where a guest wants to hear of their orders; it opens nothing by itself."""

    guest_reference = models.CharField(max_length=32, unique=True)
    email = models.EmailField()
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.guest_reference


class DataRequestKind(models.TextChoices):
    EXPORT = "export"
    ERASE = "erase"


class DataRequestWay(models.TextChoices):
    """How somebody asked who does not do it alone."""

    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


class DataRequest(models.Model):
    """An operator took out or erased what the mall knows of somebody who had asked for it. Only
    added to: the database refuses to change or delete one."""

    key = models.CharField(max_length=64, unique=True, help_text="made by the page; a repeat")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_reference = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=6, choices=DataRequestKind)
    asked_by = models.CharField(max_length=6, choices=DataRequestWay)
    reason = models.CharField(max_length=200, help_text="how it was known who asked; no names")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_reference}"


class Application(models.Model):
    """Who asked to sell here, and so is given the merchant's desk once it is approved."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="applications")
    merchant_reference = models.CharField(max_length=32, unique=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.merchant_reference}"
