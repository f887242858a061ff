"""Queue a message with the facts; a worker sends it afterwards."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from storefront.accounts import guests
from storefront.accounts.models import User
from storefront.notices.links import link_to
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
    email = _email_of(notice.user_reference)
    if not email:
        return
    subject, body = (text.format(**notice.facts) for text in WORDING[notice.kind])
    send_mail(subject, body + _way_to_the_order(notice), None, [email])


def _email_of(reference: str) -> str:
    """A member's or a guest's; "" for who closed the account, or gave none."""
    if reference.startswith(guests.PREFIX):
        return guests.email_of(reference)
    user = User.objects.filter(reference=reference, is_active=True).first()
    return user.email if user else ""


def _way_to_the_order(notice: Notice) -> str:
    """A guest's own link opens without a code. Nothing where the words lead elsewhere."""
    order = notice.facts.get("order")
    if order is None or "link" in notice.facts:
        return ""
    if notice.user_reference.startswith(guests.PREFIX):
        link = link_to("guest_link", order)
    else:
        link = settings.PUBLIC_URL + reverse("order", args=[order])
    return f"\n\n주문 보기 · See the order: {link}\n"
