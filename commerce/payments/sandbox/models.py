"""The sandbox gateway's own books, so that it remembers keys across restarts as a real one does."""

from django.db import models


class SandboxCharge(models.Model):
    key = models.CharField(max_length=64, unique=True)
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    decline_code = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.gateway_reference


class SandboxRefund(models.Model):
    key = models.CharField(max_length=64, unique=True)
    charge = models.ForeignKey(SandboxCharge, on_delete=models.PROTECT, related_name="refunds")
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.gateway_reference
