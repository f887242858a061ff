"""Webhooks: kept first and followed afterwards, once however often they came.

An event is a hint. It may come late, twice, out of order, and from a stranger where a gateway does
not sign: it makes us ask the gateway, and only what that answers counts.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from commerce.errors import NotFound
from commerce.payments.gateway import Hint, WebhookRefused, gateway
from commerce.payments.models import GatewayEvent, Payment, Refund

log = logging.getLogger(__name__)

# Tried 1, 2, 4 … 64 minutes apart: about two hours, longer than a gateway is usually away.
FIRST_PAUSE = timedelta(minutes=1)
MOST_TRIES = 8

# Called outside any transaction, and once more whenever it raises: it must bear being repeated.
Follower = Callable[[Hint, datetime], None]


def receive(
    *, name: str, body: bytes, headers: Mapping[str, str], now: datetime
) -> GatewayEvent | None:
    """The event's row; a repeat gets the first one. None for what nobody here follows.

    NOT_FOUND for a gateway that is not the one in use, WEBHOOK_REFUSED.
    """
    in_use = gateway()
    if name != in_use.name:
        raise NotFound("gateway")
    hint = in_use.heard(body=body, headers=headers)
    if hint is None:
        return None
    _check(hint)
    if not _is_followed(hint):
        return None
    # unique(gateway, event_id) decides between two workers that got the same event at once.
    event, _created = GatewayEvent.objects.get_or_create(
        gateway=name,
        event_id=hint.event_id,
        defaults={
            "about": hint.about,
            "key": hint.key,
            "gateway_reference": hint.gateway_reference,
            "digest": sha256(body).hexdigest(),
            "received_at": now,
            "due_at": now,
        },
    )
    return event


def _check(hint: Hint) -> None:
    told = ((hint.event_id, 255), (hint.gateway_reference, 255), (hint.key, 64))
    if any(len(text) > most or "\x00" in text for text, most in told):
        raise WebhookRefused("body")


def _is_followed(hint: Hint) -> bool:
    """Ours were written down before the gateway was asked, so a key that is not there is somebody
    else's. A stranger who knows no key of ours fills no table."""
    match hint.about:
        case "payment":
            return Payment.objects.filter(reference=hint.key).exists()
        case "refund":
            return Refund.objects.filter(reference=hint.key).exists()
        case "dispute":
            return True
        case _:
            return False


def work_off(*, follow: Follower, now: datetime, limit: int) -> int:
    """Hands each due event on, oldest first; returns how many it took.

    One that fails is tried again later, and given up after MOST_TRIES, loudly; it never stops the
    others. Several workers may do this at once. Must not be called inside a transaction.
    """
    for taken in range(limit):
        event = _claim(now)
        if event is None:
            return taken
        _work(event, follow, now)
    return limit


def _claim(now: datetime) -> GatewayEvent | None:
    """The next due event, due again after a pause: whoever dies with it loses only time.

    Not held by a lock: a gateway is asked meanwhile, and a lock must not wait for that.
    """
    # durable: the claim is committed before anybody is asked.
    with transaction.atomic(durable=True):
        due = GatewayEvent.objects.filter(due_at__lte=now).order_by("due_at", "pk")
        event = due.select_for_update(skip_locked=True, no_key=True).first()
        if event is None:
            return None
        event.due_at = now + FIRST_PAUSE * 2**event.tries
        event.tries += 1
        event.save(update_fields=["due_at", "tries"])
    return event


def _work(event: GatewayEvent, follow: Follower, now: datetime) -> None:
    if event.tries > MOST_TRIES:  # its last worker died with it
        _record_failure(event, "NO_ANSWER")
        return
    try:
        follow(_hint(event), now)
    except Exception as trouble:
        code = getattr(trouble, "code", type(trouble).__name__)
        log.warning("%s was not followed: %s", event, code, exc_info=trouble)
        _record_failure(event, str(code))
        return
    GatewayEvent.objects.filter(pk=event.pk).update(due_at=None, done_at=now, last_error="")


def _record_failure(event: GatewayEvent, code: str) -> None:
    # A worker that took longer than the pause may find it done by the next one: that stands.
    undone = GatewayEvent.objects.filter(pk=event.pk, done_at=None)
    if event.tries < MOST_TRIES:
        undone.update(last_error=code[:60])
        return
    log.error("%s was given up after %s tries: %s", event, MOST_TRIES, code)
    undone.update(last_error=code[:60], due_at=None)


def _hint(event: GatewayEvent) -> Hint:
    return Hint(event.event_id, event.about, event.key, event.gateway_reference)  # type: ignore[arg-type]
