"""What the false Stripe keeps: intents, refunds, transfers, disputes, and how cards behave.

Cards are named as in Stripe's own test mode: https://docs.stripe.com/testing
"""

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Thing = dict[str, Any]

SILENT = "pm_card_silent"  # pays, and the answer is lost
DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": ("card_declined", "lost_card"),
}
AUTHENTICATES = "pm_card_authenticationRequired"
AUTHENTICATES_ONCE = "pm_card_authenticationRequiredOnSetup"  # when it is kept, and not again
FAILS_LATER = "pm_card_chargeCustomerFail"  # can be kept, and is declined when it is charged
DISPUTED = "pm_card_createDispute"
CARDS = {
    *("pm_card_visa", SILENT, AUTHENTICATES, AUTHENTICATES_ONCE, FAILS_LATER, DISPUTED),
    *DECLINES,
}
# Each excludes the others: https://docs.stripe.com/changelog/dahlia/2026-07-29
ONE_OF = ("allowed_payment_method_types", "automatic_payment_methods")
CAN_BE_CANCELLED = ("requires_payment_method", "requires_capture", "requires_action")


class Refused(Exception):
    def __init__(self, status: int, **error: Any) -> None:
        self.status = status
        self.error = {"type": "invalid_request_error", "message": "Refused.", **error}


def missing(param: str, status: int = 404) -> Refused:
    return Refused(status, code="resource_missing", param=param)


@dataclass
class Books:
    things: dict[str, Thing] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    searchable: bool = True
    balance: int = 1_000_000
    accounts: set[str] = field(default_factory=lambda: {"acct_greens", "acct_tofu"})
    refund_status: str = "succeeded"
    # Made cards and confirmation tokens, each for the test card that it stands for.
    stands_for: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: count(1))

    def of(self, kind: str) -> list[Thing]:
        """Newest first, as Stripe lists."""
        return [x for x in reversed(self.things.values()) if x["object"] == kind]

    def get(self, kind: str, thing_id: str) -> Thing:
        thing = self.things.get(thing_id)
        if thing is None or thing["object"] != kind:
            raise missing("intent")
        return thing

    def confirmation_token(self, card: str) -> str:
        """What the Payment Element hands to the page; good for one intent."""
        token = f"ctoken_{next(self.numbers)}"
        self.stands_for[token] = card
        return token

    def bank_decides(self, intent: Thing, *, approves: bool) -> None:
        """The shopper has been to the bank's page."""
        assert intent["status"] == "requires_action"
        if intent["object"] == "setup_intent":
            self._set_up(intent) if approves else self._failed(intent, "setup_intent")
        elif approves:
            self._take(intent)
        else:
            self._failed(intent, "payment_intent")

    def create_payment_intent(self, asked: Thing) -> Thing:
        card = self._card(asked)
        if asked["currency"] != "krw" or not 100 <= int(asked["amount"]) <= 99_999_999:
            raise Refused(400, param="amount", code="amount_too_small")
        owner = self.things.get(card, {}).get("customer")
        if owner != asked.get("customer"):
            raise Refused(400, param="payment_method")
        intent = self._new(
            "payment_intent",
            "pi",
            amount=int(asked["amount"]),
            amount_received=0,
            capture_method=asked.get("capture_method", "automatic"),
            currency="krw",
            customer=asked.get("customer"),
            last_payment_error=None,
            metadata=asked.get("metadata", {}),
            payment_method=card,
            status="requires_payment_method",
        )
        intent["client_secret"] = f"{intent['id']}_secret_1"
        kind = self.stands_for.get(card, card)
        if kind == AUTHENTICATES and asked.get("off_session") != "true":
            intent["status"] = "requires_action"
        elif kind == AUTHENTICATES:
            self._decline(intent, "authentication_required", "authentication_required")
        elif kind in DECLINES:
            self._decline(intent, *DECLINES[kind])
        elif kind == FAILS_LATER:
            self._decline(intent, "card_declined", "generic_decline")
        else:
            self._take(intent)
        return intent

    def capture(self, intent: Thing, asked: Thing) -> Thing:
        if intent["status"] != "requires_capture":
            raise Refused(400, code="payment_intent_unexpected_state", payment_intent=intent)
        won = int(asked.get("amount_to_capture", intent["amount"]))
        if won > intent["amount"]:
            raise Refused(400, code="amount_too_large", param="amount_to_capture")
        intent.update(status="succeeded", amount_received=won)
        self.tell("payment_intent.succeeded", intent)
        return intent

    def cancel(self, intent: Thing, asked: Thing) -> Thing:
        if intent["status"] not in CAN_BE_CANCELLED:
            raise Refused(400, code="payment_intent_unexpected_state", payment_intent=intent)
        intent["status"] = "canceled"
        self.tell("payment_intent.canceled", intent)
        return intent

    def search(self, asked: Thing) -> list[Thing]:
        wanted = re.fullmatch(r"metadata\['(\w+)'\]:'([\w-]+)'", asked["query"])
        if wanted is None:
            raise Refused(400, param="query")
        name, value = wanted.groups()
        found = [x for x in self.of("payment_intent") if x["metadata"].get(name) == value]
        return found if self.searchable else []

    def create_customer(self, asked: Thing) -> Thing:
        return self._new("customer", "cus", metadata=asked.get("metadata", {}))

    def create_setup_intent(self, asked: Thing) -> Thing:
        card = self._card(asked)
        kind = self.stands_for.get(card, card)
        intent = self._new(
            "setup_intent",
            "seti",
            customer=asked["customer"],
            last_setup_error=None,
            metadata=asked.get("metadata", {}),
            payment_method=card,
            status="requires_action",
        )
        intent["client_secret"] = f"{intent['id']}_secret_1"
        if kind in DECLINES:
            self._decline(intent, *DECLINES[kind])
        elif kind not in (AUTHENTICATES, AUTHENTICATES_ONCE):
            self._set_up(intent)
        return intent

    def create_refund(self, asked: Thing) -> Thing:
        intent = self.things.get(asked["payment_intent"])
        if intent is None:
            raise missing("payment_intent")
        if intent["status"] != "succeeded":
            raise Refused(400, param="payment_intent")
        given_back = sum(x["amount"] for x in self.refunds_of(intent["id"]))
        if given_back == intent["amount_received"]:
            raise Refused(400, code="charge_already_refunded")
        if given_back + int(asked["amount"]) > intent["amount_received"]:
            raise Refused(400, param="amount")
        refund = self._new(
            "refund",
            "re",
            amount=int(asked["amount"]),
            currency="krw",
            metadata=asked.get("metadata", {}),
            payment_intent=intent["id"],
            status=self.refund_status,
        )
        self.tell("refund.created", refund)
        return refund

    def refunds_of(self, intent_id: str) -> list[Thing]:
        if intent_id not in self.things:
            raise missing("payment_intent", 400)
        return [x for x in self.of("refund") if x["payment_intent"] == intent_id]

    def create_transfer(self, asked: Thing) -> Thing:
        if asked["destination"] not in self.accounts:
            raise missing("destination", 400)
        if int(asked["amount"]) > self.balance:
            raise Refused(400, code="balance_insufficient")
        self.balance -= int(asked["amount"])
        transfer = self._new(
            "transfer",
            "tr",
            amount=int(asked["amount"]),
            currency=asked["currency"],
            destination=asked["destination"],
            metadata=asked.get("metadata", {}),
            transfer_group=asked.get("transfer_group"),
        )
        self.tell("transfer.created", transfer)
        return transfer

    def _new(self, kind: str, prefix: str, **fields: Any) -> Thing:
        thing = {"id": f"{prefix}_{next(self.numbers)}", "object": kind, **fields}
        self.things[thing["id"]] = thing
        return thing

    def _card(self, asked: Thing) -> str:
        if "confirm" not in asked or sum(name in asked for name in ONE_OF) > 1:
            raise Refused(400, param="confirm")
        token = asked.get("confirmation_token", "")
        if token in self.used or ("payment_method" in asked) == bool(token):
            raise Refused(400, param="confirmation_token")
        card = self.stands_for.get(token, "") if token else asked["payment_method"]
        if card not in CARDS | self.things.keys():
            raise missing("payment_method", 400)
        self.used |= {token} - {""}
        return card

    def _take(self, intent: Thing) -> None:
        if intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
            self.tell("payment_intent.amount_capturable_updated", intent)
            return
        intent.update(status="succeeded", amount_received=intent["amount"])
        self.tell("payment_intent.succeeded", intent)
        if intent["payment_method"] == DISPUTED:
            dispute = self._new(
                "dispute",
                "du",
                amount=intent["amount"],
                payment_intent=intent["id"],
                reason="fraudulent",
                status="needs_response",
            )
            self.tell("charge.dispute.created", dispute)

    def _set_up(self, intent: Thing) -> None:
        """The test card becomes a card of its own, which belongs to the customer."""
        kind = self.stands_for.get(intent["payment_method"], intent["payment_method"])
        card = self._new("payment_method", "pm", customer=intent["customer"])
        self.stands_for[card["id"]] = kind
        intent.update(status="succeeded", payment_method=card["id"])
        self.tell("setup_intent.succeeded", intent)

    def _decline(self, intent: Thing, code: str, decline_code: str) -> None:
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": "No."}
        kind = intent["object"]
        intent["status"] = "requires_payment_method"
        intent["last_setup_error" if kind == "setup_intent" else "last_payment_error"] = error
        failed = "setup_failed" if kind == "setup_intent" else "payment_failed"
        self.tell(f"{kind}.{failed}", intent)
        raise Refused(402, **error, **{kind: intent})

    def _failed(self, intent: Thing, kind: str) -> None:
        error = f"last_{kind.removesuffix('_intent')}_error"
        code = f"{kind}_authentication_failure"
        intent.update(
            status="requires_payment_method",
            **{error: {"type": "card_error", "code": code, "message": "No."}},
        )

    def tell(self, kind: str, thing: Thing) -> None:
        event = {
            "id": f"evt_{next(self.numbers)}",
            "object": "event",
            "type": kind,
            "data": {"object": dict(thing)},
        }
        self.events.append(event)
