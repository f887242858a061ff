"""One event, one message: queued once, sent once, and given up after five tries."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from storefront.notices.actions import MAX_ATTEMPTS, queue, send_due
from storefront.notices.models import Notice, NoticeStatus
from storefront.notices.wording import WORDING
from tests.builders.mall import a_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


class BrokenBackend(EmailBackend):
    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError


def a_notice() -> None:
    facts = {"order": "ORD-7Q4KM2XB9T", "total": "12,500"}
    user = a_user()
    queue(
        key="confirmed:ORD-7Q4KM2XB9T",
        user_reference=user.reference,
        kind="order_confirmed",
        facts=facts,
        now=NOW,
    )


def test_a_queued_notice_is_sent_once() -> None:
    a_notice()
    assert (send_due(now=NOW), send_due(now=NOW)) == (1, 0)
    assert [message.to for message in mail.outbox] == [["ada@jangteo.test"]]
    assert "ORD-7Q4KM2XB9T" in mail.outbox[0].subject


def test_the_same_key_queues_nothing_more() -> None:
    a_notice()
    queue(key="confirmed:ORD-7Q4KM2XB9T", user_reference="x", kind="order_confirmed", now=NOW)
    assert Notice.objects.count() == 1


def test_what_cannot_be_sent_is_tried_again_and_then_given_up(settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"  # type: ignore[attr-defined]
    a_notice()
    for _ in range(MAX_ATTEMPTS):
        assert send_due(now=NOW) == 0
    notice = Notice.objects.get()
    assert (notice.status, notice.attempts) == (NoticeStatus.FAILED, MAX_ATTEMPTS)


def test_a_kind_without_words_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        queue(key="k", user_reference="x", kind="gossip", now=NOW)


@pytest.mark.parametrize("kind", WORDING)
def test_every_message_is_in_both_languages(kind: str) -> None:
    body = WORDING[kind][1]
    assert "\n\n" in body
    assert body.rpartition("\n\n")[2].isascii() or "₩" in body
