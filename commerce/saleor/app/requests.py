"""What a Saleor's staff ask of a payment that our gateway took: give back, capture, cancel.

The row comes first; the same signed body gets the same answer. A Saleor asks again after a 503,
so a gateway that is silent is one, and ``finish`` asks for what was never answered.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from commerce.catalogue.models import TaxClass, Variant
from commerce.errors import CommerceError, NotFound
from commerce.money import tax_free_part
from commerce.payments import refunds
from commerce.payments.gateway import Declined, GatewayUnavailable, Paid, gateway
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund, RefundStatus
from commerce.saleor.app.charging import ACTIONS, read
from commerce.saleor.app.models import (
    AppCharge,
    AppRequest,
    ChargeStatus,
    Installation,
    RequestKind,
)
from commerce.saleor.app.upstream import Event, Upstream, upstream
from commerce.saleor.app.verifying import BodyMalformed
from commerce.settlement import actions as settlement

log = logging.getLogger(__name__)

# A Saleor asks six times within about five minutes.
LATE_AFTER = timedelta(minutes=10)
# How old a payment may be of which money still goes back.
MAY_GO_BACK = timedelta(days=90)
BOOKED = "saleor:"


class GatewaySilent(CommerceError):
    """The outcome is unknown; asked again, it is the same request."""

    code = "PAYMENT_GATEWAY_SILENT"
    retryable = True


class ChargeForeign(CommerceError):
    """A transaction that none of our charges belongs to."""

    code = "SALEOR_CHARGE_UNKNOWN"


def answer(
    installation: Installation, body: Mapping[str, Any], raw: bytes, now: datetime
) -> dict[str, Any]:
    """The answer to TRANSACTION_REFUND_REQUESTED, …_CHARGE_REQUESTED and …_CANCELATION_REQUESTED.

    SALEOR_BODY_MALFORMED, SALEOR_CHARGE_UNKNOWN, PAYMENT_GATEWAY_SILENT, and SALEOR_APP_SILENT
    while nobody says what the order has in it. Must not be called inside a transaction.
    """
    asked = read(body)
    if asked.kind.lower() not in RequestKind:
        raise BodyMalformed("action")
    charge = AppCharge.objects.filter(
        installation=installation, transaction_id=asked.transaction_id
    ).first()
    if charge is None:
        raise ChargeForeign("transaction")
    if asked.kind == "REFUND":
        _learn_tax_free(charge, body)
    # unique(digest) decides between two deliveries of one request.
    request, _created = AppRequest.objects.get_or_create(
        digest=sha256(raw).hexdigest(),
        defaults={
            "charge": charge,
            "kind": asked.kind.lower(),
            "amount_won": asked.amount_won,
            "opened_at": now,
        },
    )
    done = _done(request, now)
    if done.succeeded is None:
        raise GatewaySilent("transaction")
    return _as_answer(done)


def finish(*, upstream: Upstream, now: datetime, limit: int) -> int:
    """Requests nobody comes again for: the gateway is asked and the Saleor told; how many ended."""
    late = AppRequest.objects.filter(succeeded=None, opened_at__lte=now - LATE_AFTER)
    return sum(_finish(request, upstream, now) for request in late.order_by("opened_at")[:limit])


def tell_given_back(*, upstream: Upstream, now: datetime) -> int:
    """Tells the Saleors what we gave back of their payments by ourselves; returns how many.

    Told twice, a Saleor counts it once. One that fails comes again.
    """
    charges = AppCharge.objects.filter(status=ChargeStatus.PAID, opened_at__gte=now - MAY_GO_BACK)
    by_reference = {
        charge.gateway_reference: charge for charge in charges.select_related("installation")
    }
    refunds = (
        Refund.objects.filter(
            status=RefundStatus.DONE,
            payment__method=PaymentMethod.CARD,
            payment__gateway_reference__in=by_reference,
        )
        .exclude(key__startswith=BOOKED)
        .exclude(reference__in=AppRequest.objects.filter(by_us=True).values("key"))
        .select_related("payment")
        .order_by("pk")
    )
    return sum(
        _tell(refund, by_reference[refund.payment.gateway_reference], upstream, now)
        for refund in refunds
    )


def _tell(refund: Refund, charge: AppCharge, upstream: Upstream, now: datetime) -> bool:
    event = Event("REFUND_SUCCESS", refund.reference, refund.amount_won, ACTIONS[ChargeStatus.PAID])
    where = charge.installation
    try:
        upstream.report(where.api_url, where.token, charge.transaction_id, event)
    except CommerceError as silent:
        log.warning("%s was not told of refund %s: %s", where, refund, silent.code)
        return False
    AppRequest.objects.get_or_create(
        key=refund.reference,
        defaults={
            "charge": charge,
            "digest": refund.reference,
            "kind": RequestKind.REFUND,
            "amount_won": refund.amount_won,
            "by_us": True,
            "succeeded": True,
            "opened_at": now,
        },
    )
    return True


def _finish(request: AppRequest, upstream: Upstream, now: datetime) -> bool:
    try:
        done = _done(request, now)
        if done.succeeded is None:
            return False
        told = _as_answer(done)
        where, charge = done.charge.installation, done.charge
        event = Event(told["result"], done.key, done.amount_won, told["actions"])
        upstream.report(where.api_url, where.token, charge.transaction_id, event)
    except Exception:
        log.exception("request %s could not be finished", request)
        return False
    return True


def _done(request: AppRequest, now: datetime) -> AppRequest:
    """As it then stands; asked of the gateway unless that was answered before."""
    if request.succeeded is not None:
        return request
    try:
        outcome = _asked(request, now)
    except GatewayUnavailable:
        log.warning("no answer from the gateway on request %s", request)
        return request
    _write(request, outcome)
    return AppRequest.objects.select_related("charge__installation").get(pk=request.pk)


def _asked(request: AppRequest, now: datetime) -> Paid | Declined:
    charge = request.charge
    match request.kind:
        case RequestKind.CHARGE:
            return gateway().capture(
                key=request.key,
                gateway_reference=charge.gateway_reference,
                amount_won=request.amount_won,
                tax_free_won=0,
            )
        case RequestKind.CANCEL:
            # What could not be taken any more was cancelled; what was taken was not.
            ended = gateway().void(gateway_reference=charge.gateway_reference)
            gone = isinstance(ended, Declined)
            return Paid(charge.gateway_reference) if gone else Declined("captured")
    payment = Payment.objects.filter(
        method=PaymentMethod.CARD,
        status=PaymentStatus.PAID,
        gateway_reference=charge.gateway_reference,
    ).first()
    return _given_back(request) if payment is None else _refunded(request, payment, now)


def _learn_tax_free(charge: AppCharge, body: Mapping[str, Any]) -> None:
    """Before the order is ours, only the Saleor knows what of it is free of VAT. SALEOR_APP_SILENT,
    SALEOR_APP_ODD."""
    order = body["transaction"].get("order")
    if charge.tax_free_won is not None or not isinstance(order, dict) or not order.get("id"):
        return
    where = charge.installation
    try:
        there = upstream().order(where.api_url, where.token, order["id"])
    except NotFound:
        return
    exempt = set(
        Variant.objects.filter(
            reference__in=[line.variant for line in there.lines],
            product__tax_class=TaxClass.EXEMPT,
        ).values_list("reference", flat=True)
    )
    won = sum(line.total_won for line in there.lines if line.variant in exempt)
    AppCharge.objects.filter(pk=charge.pk).update(tax_free_won=min(won, charge.amount_won))


def _given_back(request: AppRequest) -> Paid | Declined:
    """No order of ours yet: only the gateway and we know of the charge."""
    with transaction.atomic():
        charge = AppCharge.objects.select_for_update(no_key=True).get(pk=request.charge_id)
        earlier = charge.requests.filter(kind=RequestKind.REFUND, pk__lt=request.pk)
        kept = earlier.filter(Q(succeeded=None) | Q(succeeded=True))
        given = kept.aggregate(won=Sum("amount_won"), tax_free_won=Sum("tax_free_won"))
        left_won = charge.amount_won - (given["won"] or 0)
        if request.amount_won > left_won:
            return Declined("more_than_charged")
        if request.tax_free_won is None:  # asked again, it is the same as before
            tax_free_left_won = (charge.tax_free_won or 0) - (given["tax_free_won"] or 0)
            request.tax_free_won = _tax_free_won(request, charge, left_won, tax_free_left_won)
            request.save(update_fields=["tax_free_won"])
    return gateway().refund(
        key=request.key,
        gateway_reference=charge.gateway_reference,
        amount_won=request.amount_won,
        tax_free_won=request.tax_free_won,
    )


def _tax_free_won(
    request: AppRequest, charge: AppCharge, left_won: int, tax_free_left_won: int
) -> int:
    """No line is named, so its share of the whole; the last won leave nothing behind."""
    share_won = request.amount_won * (charge.tax_free_won or 0) // charge.amount_won
    return tax_free_part(
        request.amount_won,
        wished_won=share_won,
        left_won=left_won,
        tax_free_left_won=tax_free_left_won,
    )


def _refunded(request: AppRequest, payment: Payment, now: datetime) -> Paid | Declined:
    """Out of the order's money, as any refund of ours. Raises GatewayUnavailable."""
    try:
        with transaction.atomic():
            refund = refunds.open_refund(
                payment=payment,
                amount_won=request.amount_won,
                reason="saleor",
                key=booked_as(request),
                now=now,
            )
            settlement.record_refund(refund=refund, fulfilment=None, now=now)
    except CommerceError as refusal:
        return Declined(refusal.code.lower())
    refund = refunds.send_refund(refund_reference=refund.reference, now=now)
    if refund.status == RefundStatus.OPEN:
        raise GatewayUnavailable
    if refund.status == RefundStatus.REFUSED:
        settlement.record_refund_refused(refund=refund, now=now)
        return Declined("refund_refused")
    return Paid(refund.gateway_reference)


def booked_as(request: AppRequest) -> str:
    """The key of our refund for it."""
    return f"{BOOKED}{request.key}"


def _write(request: AppRequest, outcome: Paid | Declined) -> None:
    code = outcome.code if isinstance(outcome, Declined) else ""
    with transaction.atomic():
        undecided = AppRequest.objects.filter(pk=request.pk, succeeded=None)
        written = undecided.update(succeeded=not code, decline_code=code[:40])
        if not written or code:
            return
        charges = AppCharge.objects.filter(pk=request.charge_id)
        if request.kind == RequestKind.CHARGE:
            reference = outcome.gateway_reference if isinstance(outcome, Paid) else ""
            charges.update(
                status=ChargeStatus.PAID,
                amount_won=request.amount_won,
                gateway_reference=reference,
            )
        elif request.kind == RequestKind.CANCEL:
            charges.update(status=ChargeStatus.VOIDED)


def _as_answer(request: AppRequest) -> dict[str, Any]:
    """Of what is told, the reference names the request: a Saleor counts each only once."""
    end = "SUCCESS" if request.succeeded else "FAILURE"
    told: dict[str, Any] = {
        "pspReference": request.key,
        "result": f"{request.kind.upper()}_{end}",
        "amount": request.amount_won,
        "actions": list(ACTIONS.get(ChargeStatus(request.charge.status), ())),
    }
    if not request.succeeded:
        told["message"] = request.decline_code
    return told
