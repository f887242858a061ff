"""A false Toss Payments behind httpx, strict as its reference and its measured behaviour allow.

Bodies: https://docs.tosspayments.com/reference. Keys: one answer for a key, address and method,
refusals too, whatever is asked (https://docs.tosspayments.com/reference/using-api/authorization).
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from commerce.payments.toss_gateway import TossGateway

SECRET = "test_sk_false"
ORDER_ID = r"[A-Za-z0-9_-]{6,64}"
CUSTOMER_KEY = r"(?=.*[-_=.@])[A-Za-z0-9_=.@-]{2,300}"

Thing = dict[str, Any]

# What each address takes, by name: a pattern for text, a least number for won.
TAKES: dict[str, dict[str, str | int]] = {
    "confirm": {"paymentKey": r".{1,200}", "orderId": ORDER_ID, "amount": 1},
    "issue": {"authKey": r".{1,300}", "customerKey": CUSTOMER_KEY},
    "bill": {
        "customerKey": CUSTOMER_KEY,
        "orderId": ORDER_ID,
        "orderName": r".{1,100}",
        "amount": 1,
        "taxFreeAmount": 0,
    },
    "cancel": {"cancelReason": r".{1,200}", "cancelAmount": 1, "taxFreeAmount": 0},
}
REFUSES = {"declined": (403, "REJECT_CARD_COMPANY"), "empty": (403, "REJECT_CARD_PAYMENT")}


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class TossApi:
    """One false shop. ``card``: what a window or a stored card behaves as, "pays", "silent", or a
    word of ``REFUSES``. ``forget_keys`` is the fifteenth day."""

    payments: dict[str, Thing] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, Thing]] = field(default_factory=dict)
    silent: bool = False
    broken: tuple[int, str] | None = None
    numbers: Any = field(default_factory=lambda: count(1))

    def forget_keys(self) -> None:
        self.answers.clear()

    def window(self, *, order_id: str, amount_won: int, card: str, tax_free_won: int = 0) -> str:
        """The shopper has paid in Toss's window and is back with a ``paymentKey``."""
        payment_key = f"tviva{next(self.numbers)}/+="
        self.cards[payment_key] = card
        self._open(payment_key, order_id, amount_won, tax_free_won)
        return payment_key

    def billing_window(self, *, card: str) -> str:
        auth_key = f"bln{next(self.numbers)}"
        self.cards[auth_key] = card
        return auth_key

    def expire(self, order_id: str) -> None:
        """Nobody confirmed it in time."""
        failure = {"code": "EXPIRED_PAYMENT", "message": "결제가 만료되었습니다."}
        self.of_order(order_id).update(status="EXPIRED", failure=failure)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        expected = b64encode(f"{SECRET}:".encode()).decode()
        if request.headers["Authorization"] != f"Basic {expected}":
            return _error(401, "UNAUTHORIZED_KEY")
        if self.broken is not None:
            return _error(*self.broken)
        path = request.url.raw_path.decode()
        if request.method == "GET":
            return self._read(path)
        kept = (request.headers["Idempotency-Key"], path)
        if kept not in self.answers:
            self.answers[kept] = self._done(path, json.loads(request.content))
        if self.silent:
            self.silent = False
            raise httpx.ReadTimeout("The answer was lost.", request=request)
        status, told = self.answers[kept]
        return httpx.Response(status, json=told)

    def _read(self, path: str) -> httpx.Response:
        order = re.fullmatch(rf"/v1/payments/orders/({ORDER_ID})", path)
        try:
            if order:
                return httpx.Response(200, json=self.of_order(order[1]))
            return httpx.Response(200, json=self._payment(path.removeprefix("/v1/payments/")))
        except Refused as refused:
            return _error(refused.status, refused.code)

    def _done(self, path: str, asked: Thing) -> tuple[int, Thing]:
        try:
            told = self._do(path, asked)
        except Refused as refused:
            return refused.status, _words(refused.code)
        return 200, json.loads(json.dumps(told))  # what is kept does not change with the payment

    def _do(self, path: str, asked: Thing) -> Thing:
        if path == "/v1/payments/confirm":
            return self._confirm(taken("confirm", asked))
        if path == "/v1/billing/authorizations/issue":
            return self._issue(taken("issue", asked))
        if path.startswith("/v1/billing/"):
            return self._bill(path.removeprefix("/v1/billing/"), taken("bill", asked))
        cancel = re.fullmatch(r"/v1/payments/(.+)/cancel", path)
        assert cancel, f"nobody documents {path}"
        return self._cancel(self._payment(cancel[1]), taken("cancel", asked))

    def _confirm(self, asked: Thing) -> Thing:
        payment = self.payments.get(asked["paymentKey"])
        if payment is None or payment["status"] == "EXPIRED":
            raise Refused(404, "NOT_FOUND_PAYMENT_SESSION")
        if payment["status"] != "IN_PROGRESS":
            raise Refused(400, "ALREADY_PROCESSED_PAYMENT")
        if (payment["orderId"], payment["totalAmount"]) != (asked["orderId"], asked["amount"]):
            raise Refused(400, "INVALID_REQUEST")
        return self._approve(payment, self.cards[asked["paymentKey"]])

    def _issue(self, asked: Thing) -> Thing:
        card = self.cards.pop(asked["authKey"], "")
        if not card:
            raise Refused(400, "INVALID_REQUEST")
        billing_key = f"{asked['customerKey']}/{next(self.numbers)}="
        self.cards[billing_key] = card
        return {"billingKey": billing_key, "customerKey": asked["customerKey"], "method": "카드"}

    def _bill(self, quoted_key: str, asked: Thing) -> Thing:
        billing_key = _unquoted(quoted_key)
        if billing_key not in self.cards:
            raise Refused(400, "INVALID_BILL_KEY_REQUEST")
        if not billing_key.startswith(f"{asked['customerKey']}/"):
            raise Refused(403, "NOT_MATCHES_CUSTOMER_KEY")
        payment_key = f"tbill{next(self.numbers)}"
        payment = self._open(payment_key, asked["orderId"], asked["amount"], asked["taxFreeAmount"])
        return self._approve(payment, self.cards[billing_key])

    def _approve(self, payment: Thing, card: str) -> Thing:
        if card in REFUSES:
            status, code = REFUSES[card]
            payment.update(status="ABORTED", failure=_words(code))
            raise Refused(status, code)
        self.silent = card == "silent"
        payment["status"] = "DONE"
        return payment

    def _cancel(self, payment: Thing, asked: Thing) -> Thing:
        if payment["status"] not in ("DONE", "PARTIAL_CANCELED"):
            raise Refused(403, "NOT_CANCELABLE_PAYMENT")
        taxable = asked["cancelAmount"] - asked["taxFreeAmount"]
        taxable_left = payment["balanceAmount"] - payment["taxFreeAmount"]
        if not (
            0 <= taxable <= taxable_left and asked["taxFreeAmount"] <= payment["taxFreeAmount"]
        ):
            raise Refused(403, "NOT_CANCELABLE_AMOUNT")
        payment["balanceAmount"] -= asked["cancelAmount"]
        payment["taxFreeAmount"] -= asked["taxFreeAmount"]
        payment["status"] = "PARTIAL_CANCELED" if payment["balanceAmount"] else "CANCELED"
        cancel = {
            **asked,
            "cancelStatus": "DONE",
            "refundableAmount": payment["balanceAmount"],
            "transactionKey": f"T{next(self.numbers)}",
        }
        payment["cancels"] = [*(payment["cancels"] or []), cancel]
        return payment

    def _open(self, payment_key: str, order_id: str, amount_won: int, tax_free_won: int) -> Thing:
        self.payments[payment_key] = {
            "version": "2022-11-16",
            "paymentKey": payment_key,
            "orderId": order_id,
            "currency": "KRW",
            "status": "IN_PROGRESS",
            "totalAmount": amount_won,
            "balanceAmount": amount_won,
            "taxFreeAmount": tax_free_won,
            "cancels": None,
            "failure": None,
        }
        return self.payments[payment_key]

    def _payment(self, quoted_key: str) -> Thing:
        payment = self.payments.get(_unquoted(quoted_key))
        if payment is None:
            raise Refused(404, "NOT_FOUND_PAYMENT")
        return payment

    def of_order(self, order_id: str) -> Thing:
        """The payment that was confirmed, where there is one."""
        of_order = [x for x in self.payments.values() if x["orderId"] == order_id]
        if not of_order:
            raise Refused(404, "NOT_FOUND_PAYMENT")
        return min(of_order, key=lambda x: x["status"] in ("IN_PROGRESS", "EXPIRED"))


def webhook(event: Thing, *, transmission: str = "whtrans_1") -> tuple[bytes, Mapping[str, str]]:
    """Body and headers, as Toss sends them for payments: unsigned."""
    headers = {
        "tosspayments-webhook-transmission-id": transmission,
        "tosspayments-webhook-transmission-retried-count": "0",
        "tosspayments-webhook-transmission-time": "2026-11-26T12:00:00+09:00",
    }
    return json.dumps(event).encode(), headers


def taken(what: str, asked: Thing) -> Thing:
    """INVALID_REQUEST unless every name is there, is known, and has a value of its kind."""
    takes = TAKES[what]
    fits = asked.keys() == takes.keys() and all(
        isinstance(asked[name], str) and re.fullmatch(wanted, asked[name])
        if isinstance(wanted, str)
        else type(asked[name]) is int and asked[name] >= wanted
        for name, wanted in takes.items()
    )
    if not fits:
        raise Refused(400, "INVALID_REQUEST")
    return asked


def _unquoted(quoted: str) -> str:
    assert "/" not in quoted, "a key is one part of the address"
    return httpx.URL(f"http://toss/{quoted}").path.removeprefix("/")


def _words(code: str) -> Thing:
    return {"code": code, "message": "결제하지 못했습니다."}


def _error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json=_words(code))


class TossOnTheFake(TossGateway):
    """Named by PAYMENT_GATEWAY; ``api`` is the shop of the test that runs."""

    api: TossApi

    def __init__(self) -> None:
        super().__init__(transport=httpx.MockTransport(self.api.handle))
