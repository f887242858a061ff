"""Queue a message with the facts; a worker sends it afterwards."""

import logging
from datetime import datetime

from django.core.mail import send_mail
from django.db import transaction

from storefront.accounts.models import User
from storefront.notices.models import Notice, NoticeStatus
from storefront.notices.wording import WORDING

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5


def queue(
    *,
    key: str,
    user_reference: str,
    kind: str,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> None:
    """One event, one message: the same key queues nothing more. ``kind`` is a key of WORDING."""
    if kind not in WORDING:
        raise KeyError(kind)
    Notice.objects.bulk_create(
        [
            Notice(
                key=key, user_reference=user_reference, kind=kind, facts=facts or {}, queued_at=now
            )
        ],
        ignore_conflicts=True,
    )


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Send what is queued, each in its own transaction; returns how many went out."""
    due = Notice.objects.filter(status=NoticeStatus.QUEUED).order_by("queued_at")
    return sum(send(notice_id=pk, now=now) for pk in due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def send(*, notice_id: int, now: datetime) -> bool:
    """Two workers never send the same one: the row is claimed, or skipped when somebody has it."""
    notice = (
        Notice.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=notice_id, status=NoticeStatus.QUEUED)
        .first()
    )
    if notice is None:
        return False
    notice.attempts += 1
    try:
        _mail(notice)
    except OSError as trouble:
        log.warning("notice %s not sent: %s", notice.kind, type(trouble).__name__)
        if notice.attempts >= MAX_ATTEMPTS:
            notice.status = NoticeStatus.FAILED
    else:
        notice.status, notice.sent_at = NoticeStatus.SENT, now
    notice.save(update_fields=["status", "attempts", "sent_at"])
    return notice.status == NoticeStatus.SENT


def _mail(notice: Notice) -> None:
    user = User.objects.filter(reference=notice.user_reference, is_active=True).first()
    if user is None:
        return
    subject, body = (text.format(**notice.facts) for text in WORDING[notice.kind])
    send_mail(subject, body, None, [user.email])
