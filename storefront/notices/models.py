"""Messages to people: a row first, sent by a worker afterwards."""

from django.db import models


class NoticeStatus(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Notice(models.Model):
    key = models.CharField(max_length=80, unique=True, help_text="one event, one message")
    user_reference = models.CharField(max_length=32)
    kind = models.CharField(max_length=30)
    facts = models.JSONField(default=dict, help_text="what the words are made from; no names")
    status = models.CharField(max_length=6, choices=NoticeStatus, default=NoticeStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "queued_at"])]

    def __str__(self) -> str:
        return self.key
