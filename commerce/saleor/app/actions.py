"""Our app in a Saleor: installing it, and taking in what the Saleor tells.

What a Saleor tells is kept first and worked off afterwards, once however often it came. An event
is a hint: it may come late, twice and out of order, and it shows the object as it was when its
text was made. So a handler gets ids, and reads for itself what became of them.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from commerce.errors import CommerceError
from commerce.saleor.app import verifying
from commerce.saleor.app.models import Delivery, Installation
from commerce.saleor.app.upstream import TokenRefused, Upstream

log = logging.getLogger(__name__)

EVENT = re.compile(r"[a-z][a-z_]{0,63}")
LONGEST_TOKEN = 256

# Tried 1, 2, 4 … 64 minutes apart: about two hours, longer than a Saleor is usually away.
FIRST_PAUSE = timedelta(minutes=1)
MOST_TRIES = 8

# A payment that ended late is reported by us, but it is the shopper who paid: no mere echo.
REPORTED_BY_US = ("order_paid", "order_fully_paid")


class OtherApp(CommerceError):
    """The token is good, but another app's."""

    code = "SALEOR_APP_OTHER"


class EventMalformed(CommerceError):
    code = "SALEOR_EVENT_MALFORMED"


@dataclass(frozen=True)
class Hint:
    """That something happened in the Saleor at ``api_url``, and to what.

    ``ids``: the Saleor's own, by kind, e.g. ``{"order": "T3Jk…"}``.
    """

    api_url: str
    event: str
    ids: Mapping[str, str]


# Called outside any transaction, and once more whenever it raises: it must bear being repeated.
Handler = Callable[[Hint, datetime], None]


def install(*, api_url: str, token: str, upstream: Upstream, now: datetime) -> Installation:
    """Keeps the token that an allowed Saleor gave us; another time replaces the earlier one.

    Nobody signs the handshake, so the token proves itself: the allowed address is asked whose it
    is. SALEOR_URL_MALFORMED, SALEOR_NOT_ALLOWED, SALEOR_APP_TOKEN_REFUSED, SALEOR_APP_OTHER, and
    what ``upstream`` raises.
    """
    url = verifying.allowed(api_url)
    if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        raise TokenRefused("auth_token")
    identity = upstream.identity(url, token)
    if identity.identifier != settings.SALEOR_APP_IDENTIFIER:
        raise OtherApp("auth_token")
    installation, _created = Installation.objects.update_or_create(
        api_url=url,
        defaults={
            "app_id": identity.app_id,
            "identifier": identity.identifier,
            "token": token,
            "jwks": dict(upstream.jwks(url)),
            "jwks_fetched_at": now,
            "installed_at": now,
        },
    )
    log.info("installed in %s", url)
    return installation


def receive(
    *,
    api_url: str,
    event: str,
    signature: str,
    body: bytes,
    upstream: Upstream,
    now: datetime,
) -> tuple[Delivery, bool]:
    """The delivery's row, and whether it is new: a repeat changes nothing.

    Echoes of what our own app did are kept but not worked off. SALEOR_EVENT_MALFORMED, and as
    ``verifying.installed`` and ``verifying.signed``.
    """
    installation = verifying.installed(api_url)
    facts = verifying.signed(installation, signature, body, upstream=upstream, now=now)
    if not EVENT.fullmatch(event):
        raise EventMalformed("event")
    echo = _issuer(facts) == installation.identifier and event not in REPORTED_BY_US
    # unique(installation, digest) decides between two workers that got the same delivery at once.
    return Delivery.objects.get_or_create(
        installation=installation,
        digest=sha256(event.encode() + b"\0" + body).hexdigest(),
        defaults={
            "event": event,
            "body": body,
            "issued_at": _issued_at(facts),
            "own_echo": echo,
            "received_at": now,
            "due_at": None if echo else now,
            "done_at": now if echo else None,
        },
    )


def work_off(*, handlers: Mapping[str, Handler], now: datetime, limit: int) -> int:
    """Calls the handler of each due delivery's event, oldest first; returns how many it took.

    A delivery without a handler is done. One whose handler fails is tried again later, and given
    up after MOST_TRIES, loudly; it never stops the others. Several workers may do this at once.
    Must not be called inside a transaction.
    """
    for taken in range(limit):
        delivery = _claim(now)
        if delivery is None:
            return taken
        _work(delivery, handlers.get(delivery.event), now)
    return limit


def _claim(now: datetime) -> Delivery | None:
    """The next due delivery, due again after a pause: whoever dies with it loses only time.

    Not held by a lock: its handler asks the Saleor, and a lock must not wait for that.
    """
    # durable: the claim is committed before the handler runs.
    with transaction.atomic(durable=True):
        delivery = (
            Delivery.objects.select_related("installation")
            .filter(due_at__lte=now)
            .order_by("due_at", "pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .first()
        )
        if delivery is None:
            return None
        delivery.due_at = now + FIRST_PAUSE * 2**delivery.tries
        delivery.tries += 1
        delivery.save(update_fields=["due_at", "tries"])
    return delivery


def _work(delivery: Delivery, handler: Handler | None, now: datetime) -> None:
    if delivery.tries > MOST_TRIES:  # its last worker died with it
        _record_failure(delivery, "NO_ANSWER")
        return
    try:
        if handler is not None:
            handler(_hint(delivery), now)
    except Exception as trouble:
        code = getattr(trouble, "code", type(trouble).__name__)
        log.warning("%s was not worked off: %s", delivery, code, exc_info=trouble)
        _record_failure(delivery, str(code))
        return
    Delivery.objects.filter(pk=delivery.pk).update(due_at=None, done_at=now, last_error="")


def _record_failure(delivery: Delivery, code: str) -> None:
    # A worker that took longer than the pause may find it done by the next one: that stands.
    undone = Delivery.objects.filter(pk=delivery.pk, done_at=None)
    if delivery.tries < MOST_TRIES:
        undone.update(last_error=code[:60])
        return
    log.error("%s was given up after %s tries: %s", delivery, MOST_TRIES, code)
    undone.update(last_error=code[:60], due_at=None)


def _hint(delivery: Delivery) -> Hint:
    facts = json.loads(bytes(delivery.body))
    ids = {
        kind: thing["id"]
        for kind, thing in facts.items()
        if isinstance(thing, dict) and isinstance(thing.get("id"), str)
    }
    return Hint(delivery.installation.api_url, delivery.event, ids)


def _issuer(facts: Mapping[str, Any]) -> str:
    """The identifier of the app that caused the event; "" for a person or nobody."""
    principal = facts.get("issuingPrincipal")
    return str(principal.get("identifier", "")) if isinstance(principal, dict) else ""


def _issued_at(facts: Mapping[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(facts.get("issuedAt")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
