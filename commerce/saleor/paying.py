"""Money that has moved, written beside an order. Saleor checks nothing of it: we do, one at a time.

One transaction for each order, and an event in it for each of our keys.
"""

from commerce.core.errors import CoreKeyReused
from commerce.core.port import CoreOrder
from commerce.saleor import money_rules
from commerce.saleor.known_ids import Kind
from commerce.saleor.locks import alone
from commerce.saleor.money import decimal_text
from commerce.saleor.orders import SaleorOrder
from commerce.saleor.shop import Shop

TRANSACTION = "장터"
EVENTS = {Kind.PAYMENT: "CHARGE_SUCCESS", Kind.REFUND: "REFUND_SUCCESS"}


def record_payment(shop: Shop, reference: str, *, key: str, amount_won: int) -> CoreOrder:
    """As ``CommerceCore.record_payment``."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        if _was_told(shop, order, Kind.PAYMENT, key, amount_won):
            return order.core_order()
        order.check_open()
        money_rules.check_payment(
            amount_won, total_won=order.quote.total.gross_won, charged_won=order.charged_won
        )
        return _tell(shop, order, Kind.PAYMENT, key, amount_won)


def record_refund(shop: Shop, reference: str, *, key: str, amount_won: int) -> CoreOrder:
    """As ``CommerceCore.record_refund``. Granted first, or the order would count as not paid."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        if _was_told(shop, order, Kind.REFUND, key, amount_won):
            return order.core_order()
        money_rules.check_refund(
            amount_won, charged_won=order.charged_won, refunded_won=order.refunded_won
        )
        if key not in {grant["reason"] for grant in order.node["grantedRefunds"]}:
            shop.ask(
                "order_grant_refund_create",
                order=order.id,
                transaction=_transaction(shop, order),
                amount=decimal_text(amount_won),
                key=key,
            )
        return _tell(shop, order, Kind.REFUND, key, amount_won)


def _was_told(shop: Shop, order: SaleorOrder, kind: Kind, key: str, amount_won: int) -> bool:
    """CORE_KEY_REUSED for another amount, or another order."""
    told_won = order.events(EVENTS[kind]).get(key)
    if shop.known(kind, [key]).get(key, order.id) != order.id or told_won not in (None, amount_won):
        raise CoreKeyReused("key", key=key)
    return told_won is not None


def _tell(shop: Shop, order: SaleorOrder, kind: Kind, key: str, amount_won: int) -> CoreOrder:
    told = shop.ask(
        "transaction_event_report",
        transaction=_transaction(shop, order),
        reference=key,
        type=EVENTS[kind],
        amount=decimal_text(amount_won),
    )
    shop.remember(kind, {key: order.id})
    return SaleorOrder(told["transactionEventReport"]["transaction"]["order"]).core_order()


def _transaction(shop: Shop, order: SaleorOrder) -> str:
    """The order's one; of two, which only a hand in the Dashboard makes, the first."""
    transactions = order.node["transactions"]
    if not transactions:
        made = shop.ask(
            "transaction_create",
            order=order.id,
            name=TRANSACTION,
            reference=order.node["externalReference"],
        )
        transactions = [made["transactionCreate"]["transaction"]]
    id_: str = transactions[0]["id"]
    return id_
