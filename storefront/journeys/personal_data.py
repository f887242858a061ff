"""Everything the mall knows of one person, for that person: as they ask for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from commerce.books.models import Loan
from commerce.customers.models import Customer
from commerce.orders.queries import orders_of
from commerce.payments.models import Deposit, Payment, Refund
from commerce.returns.models import ReturnRequest
from drivethrough.screenings.models import Ticket
from drivethrough.slots.models import Booking
from logistics.consignments.models import Consignment
from storefront.accounts.models import User
from storefront.notices.models import Notice


def personal_data(*, user: User, now: datetime) -> dict[str, Any]:
    """Ready for JSON: instants in UTC, amounts in whole won. Reads only."""
    customer = Customer.objects.filter(user_reference=user.reference).first()
    return {
        "exported_at": now.isoformat(),
        "account": _rows([user], "reference email full_name joined_at")[0],
        "roles": _rows(user.grants.all(), "role scope_reference granted_at"),
        "messages": _rows(
            Notice.objects.filter(user_reference=user.reference).order_by("pk"),
            "kind facts queued_at sent_at",
        ),
        "screenings": _rows(
            Ticket.objects.filter(owner_reference=user.reference).order_by("pk"),
            "reference status bay plate phone_last4 sold_at used_at ended_at",
        ),
        **(_of_customer(customer) if customer else {}),
    }


def _of_customer(customer: Customer) -> dict[str, Any]:
    orders = list(orders_of(customer))
    parts = [part for order in orders for part in order.fulfilments.all()]
    references = [part.reference for part in parts]
    payments = Payment.objects.filter(order__customer=customer).order_by("pk")
    loans = Loan.objects.filter(child__guardian=customer).select_related("bundle")
    return {
        "customer": _rows([customer], "reference full_name phone created_at")[0],
        "addresses": _rows(
            customer.addresses.all(),
            "label province city locality street detail postcode lat lon door_note",
        ),
        "orders": [
            _row(order, "reference status contact_name contact_phone total_won placed_at")
            | {"parts": [_part(part) for part in order.fulfilments.all()]}
            for order in orders
        ],
        "payments": _rows(payments, "reference method status amount_won refunded_won paid_at"),
        "deposits": _rows(
            Deposit.objects.filter(payment__in=payments).order_by("pk"),
            "reference depositor amount_won deposited_at",
        ),
        "refunds": _rows(
            Refund.objects.filter(payment__in=payments).order_by("pk"),
            "reference amount_won reason status",
        ),
        "returns": [
            _row(asked, "reference kind status quantity words asked_at answer answered_at")
            | {"photos": asked.photos.count()}
            for asked in ReturnRequest.objects.filter(line__fulfilment__reference__in=references)
        ],
        "vouchers": _rows(
            customer.vouchers.all(), "reference amount_won used_won expired_won until_on kept_at"
        ),
        "deliveries": _rows(
            Consignment.objects.filter(owner_reference__in=references).order_by("pk"),
            "reference status on_date contact_name contact_phone address door_note ended_at",
        ),
        "drive_through": _rows(
            Booking.objects.filter(owner_reference__in=references).order_by("pk"),
            "reference status plate phone_last4 made_at ended_at",
        ),
        "subscriptions": _rows(
            customer.subscriptions.all(), "reference status started_at ended_at"
        ),
        "children": _rows(customer.children.all(), "nickname born_on consent_at"),
        "loans": _rows(loans, "reference status requested_at delivered_at due_on ended_at"),
    }


def _part(part: Model) -> dict[str, Any]:
    lines = part.lines.all()  # type: ignore[attr-defined]
    parcels = part.parcels.all()  # type: ignore[attr-defined]
    return _row(part, "reference way status hands_over_name place_name promised_from") | {
        "lines": _rows(lines, "name unit quantity unit_price_won line_won"),
        "parcels": _rows(parcels, "courier number sent_at"),
    }


def _rows(rows: Iterable[Model], fields: str) -> list[dict[str, Any]]:
    return [_row(row, fields) for row in rows]


def _row(row: Model, fields: str) -> dict[str, Any]:
    return {field: _written(getattr(row, field)) for field in fields.split()}


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
