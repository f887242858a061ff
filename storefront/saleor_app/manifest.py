"""What our app is, as a Saleor reads it when its staff install it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from storefront.accounts.access import public
from storefront.saleor_app.doors import when_allowed

# Raised when permissions, webhooks or extensions change: an installed app does not follow.
VERSION = "1.2.0"
SALEOR = "^3.23"
PERMISSIONS = [
    "HANDLE_CHECKOUTS",
    "HANDLE_PAYMENTS",
    "MANAGE_CHECKOUTS",
    "MANAGE_ORDERS",
    "MANAGE_PRODUCTS",
    "MANAGE_SHIPPING",
    "MANAGE_USERS",
]
ORDER_EVENTS = [
    "ORDER_CREATED",
    "ORDER_CONFIRMED",
    "ORDER_UPDATED",
    "ORDER_PAID",
    "ORDER_FULLY_PAID",
    "ORDER_REFUNDED",
    "ORDER_FULLY_REFUNDED",
    "ORDER_FULFILLED",
    "ORDER_CANCELLED",
    "ORDER_EXPIRED",
]
SESSION_EVENTS = ["TRANSACTION_INITIALIZE_SESSION", "TRANSACTION_PROCESS_SESSION"]
REQUEST_EVENTS = [
    "TRANSACTION_CHARGE_REQUESTED",
    "TRANSACTION_REFUND_REQUESTED",
    "TRANSACTION_CANCELATION_REQUESTED",
]
FULFILMENT_EVENTS = ["FULFILLMENT_CREATED", "FULFILLMENT_CANCELED"]

SUBSCRIPTIONS = Path(__file__).parent / "subscriptions"


@public
@when_allowed
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse(contents())


def url() -> str:
    """Where a Saleor reads it."""
    return _url("saleor_manifest")


def contents() -> dict[str, Any]:
    return {
        "id": settings.SALEOR_APP_IDENTIFIER,
        "version": VERSION,
        "requiredSaleorVersion": SALEOR,
        "name": "장터 Jangteo",
        "about": "Delivery windows, drive-through slots and the state of each order. "
        "배송 시간과 드라이브스루 예약, 주문마다 어디까지 왔는지 보여 줍니다.",
        "author": "Jangteo",
        "permissions": PERMISSIONS,
        "tokenTargetUrl": _url("saleor_install"),
        "webhooks": [
            _webhook("orders", "saleor_deliveries", asyncEvents=ORDER_EVENTS),
            _webhook("fulfilments", "saleor_deliveries", asyncEvents=FULFILMENT_EVENTS),
            _webhook(
                "shipping_methods",
                "saleor_shipping_methods",
                syncEvents=["SHIPPING_LIST_METHODS_FOR_CHECKOUT"],
            ),
            _webhook(
                "payment_gateway",
                "saleor_payments",
                syncEvents=["PAYMENT_GATEWAY_INITIALIZE_SESSION"],
            ),
            _webhook("payment_sessions", "saleor_payments", syncEvents=SESSION_EVENTS),
            _webhook("payment_requests", "saleor_payments", syncEvents=REQUEST_EVENTS),
        ],
        "extensions": [
            {
                "label": "장터 Jangteo",
                "identifier": "order",
                "mount": "ORDER_DETAILS_WIDGETS",
                "target": "WIDGET",
                "permissions": ["MANAGE_ORDERS"],
                "url": _url("saleor_order"),
                # Sent as a form, so no address ever carries the token.
                "options": {"widgetTarget": {"method": "POST"}},
            }
        ],
    }


def _webhook(identifier: str, address: str, **events: list[str]) -> dict[str, Any]:
    """``identifier`` names the webhook when an installed one is brought up to date."""
    return {
        "name": identifier,
        "identifier": identifier,
        "targetUrl": _url(address),
        "query": subscriptions()[identifier],
        "isActive": True,
        **events,
    }


def subscriptions() -> dict[str, str]:
    """The query of each webhook, by its identifier."""
    return {path.stem: path.read_text() for path in sorted(SUBSCRIPTIONS.glob("*.graphql"))}


def _url(name: str) -> str:
    return settings.PUBLIC_URL + reverse(name)
