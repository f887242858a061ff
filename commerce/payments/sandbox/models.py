"""The sandbox gateway's own books, so that it remembers keys across restarts as a real one does."""

from django.db import models


class SandboxCharge(models.Model):
    key = models.CharField(max_length=64, unique=True)
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, help_text="paid, authorised, needs_action, declined")
    decline_code = models.CharField(max_length=40, blank=True)
    capture_key = models.CharField(max_length=64, blank=True)
    captured_won = models.PositiveIntegerField(
        null=True, blank=True, help_text="of what was only authorised first"
    )

    def __str__(self) -> str:
        return self.gateway_reference

    @property
    def taken_won(self) -> int:
        """Of a paid charge: what can be given back altogether."""
        return self.amount_won if self.captured_won is None else self.captured_won


class SandboxRefund(models.Model):
    key = models.CharField(max_length=64, unique=True)
    charge = models.ForeignKey(SandboxCharge, on_delete=models.PROTECT, related_name="refunds")
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.gateway_reference


class SandboxTransfer(models.Model):
    key = models.CharField(max_length=64, unique=True)
    account_reference = models.CharField(max_length=64)
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.gateway_reference
