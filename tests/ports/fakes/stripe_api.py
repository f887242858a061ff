"""A false Stripe behind its own package: every question is held to the types of ``stripe.params``,
and idempotency keys count as documented (https://docs.stripe.com/api/idempotent_requests)."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe import params

from commerce.payments.stripe_gateway import API_VERSION, RETRIES, StripeGateway
from tests.ports.fakes.stripe_books import SILENT, Books, Refused, Thing
from tests.ports.fakes.stripe_params import Form, decoded, misfit

SECRET = "sk_test_false"
SIGNS = "whsec_false"

Answer = tuple[int, Thing]
Act = Callable[[Books, str, Form], Thing]


def _page(things: list[Thing], asked: Form, kind: str = "list") -> Thing:
    shown = things[: int(asked.get("limit", 10))]
    return {"object": kind, "url": "/", "has_more": len(shown) < len(things), "data": shown}


def _in_group(books: Books, group: str) -> list[Thing]:
    return [x for x in books.of("transfer") if x["transfer_group"] == group]


ROUTES: list[tuple[str, Any, Act]] = [
    (
        "post /v1/payment_intents",
        params.PaymentIntentCreateParams,
        lambda books, _, asked: books.create_payment_intent(asked),
    ),
    (
        "get /v1/payment_intents/search",
        params.PaymentIntentSearchParams,
        lambda books, _, asked: _page(books.search(asked), asked, "search_result"),
    ),
    (
        "get /v1/payment_intents/(pi_.*|never.*)",
        params.PaymentIntentRetrieveParams,
        lambda books, intent, asked: books.get("payment_intent", intent),
    ),
    (
        "post /v1/payment_intents/(.*)/capture",
        params.PaymentIntentCaptureParams,
        lambda books, intent, asked: books.capture(books.get("payment_intent", intent), asked),
    ),
    (
        "post /v1/payment_intents/(.*)/cancel",
        params.PaymentIntentCancelParams,
        lambda books, intent, asked: books.cancel(books.get("payment_intent", intent), asked),
    ),
    (
        "post /v1/customers",
        params.CustomerCreateParams,
        lambda books, _, asked: books.create_customer(asked),
    ),
    (
        "post /v1/setup_intents",
        params.SetupIntentCreateParams,
        lambda books, _, asked: books.create_setup_intent(asked),
    ),
    (
        "get /v1/setup_intents/(.*)",
        params.SetupIntentRetrieveParams,
        lambda books, intent, asked: books.get("setup_intent", intent),
    ),
    (
        "post /v1/refunds",
        params.RefundCreateParams,
        lambda books, _, asked: books.create_refund(asked),
    ),
    (
        "get /v1/refunds",
        params.RefundListParams,
        lambda books, _, asked: _page(books.refunds_of(asked["payment_intent"]), asked),
    ),
    (
        "post /v1/transfers",
        params.TransferCreateParams,
        lambda books, _, asked: books.create_transfer(asked),
    ),
    (
        "get /v1/transfers",
        params.TransferListParams,
        lambda books, _, asked: _page(_in_group(books, asked["transfer_group"]), asked),
    ),
    (
        "get /v1/disputes/(.*)",
        params.DisputeRetrieveParams,
        lambda books, dispute, asked: books.get("dispute", dispute),
    ),
]


class StripeApi(stripe.HTTPClient):
    """The transport of one false account. ``forget_keys`` is the day after which Stripe does."""

    name = "false"

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.asked: list[str] = []
        self.down = False
        self._saved: dict[str, tuple[tuple[str, str], Answer]] = {}
        self._lost: Counter[str] = Counter()

    def forget_keys(self) -> None:
        self._saved.clear()

    def signed(self, event: Thing, *, secret: str = SIGNS, at: int | None = None) -> Any:
        """Body and headers of a webhook, as Stripe sends them."""
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, at)
        return body.encode(), {"Stripe-Signature": signature}

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        address = urlsplit(url)
        form = post_data if method == "post" else address.query
        self.asked.append(f"{method} {address.path}")
        status, told = self._answer(method, address.path, form or "", headers or {})
        if SILENT in form and self._loses(form):
            raise stripe.APIConnectionError("The answer was lost.", should_retry=True)
        return json.dumps(told), status, {"Request-Id": "req_false"}

    def _loses(self, form: str) -> bool:
        """As often as the package asks again by itself."""
        self._lost[form] += 1
        return self._lost[form] <= 1 + RETRIES

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0

    def _answer(self, method: str, path: str, form: str, headers: Mapping[str, str]) -> Answer:
        if headers["Authorization"] != f"Bearer {SECRET}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Who are you?"}}
        if headers["Stripe-Version"] != API_VERSION or self.down:
            return 500, {"error": {"type": "api_error", "message": "Not today."}}
        key = headers.get("Idempotency-Key", "")
        if key in self._saved:
            question, answer = self._saved[key]
            if question == (path, form):
                return answer
            message = "Keys for idempotent requests can only be used with the same parameters."
            return 400, {"error": {"type": "idempotency_error", "message": message}}
        act, thing_id, asked = self._route(f"{method} {path}", form)
        if act is None:
            return 400, {"error": {"type": "invalid_request_error", "param": thing_id}}
        try:
            answer = 200, act(self.books, thing_id, asked)
        except Refused as refused:
            answer = refused.status, {"error": refused.error}
        # As it is now: what is saved does not change with the thing.
        answer = answer[0], json.loads(json.dumps(answer[1]))
        if key:
            self._saved[key] = (path, form), answer
        return answer

    def _route(self, question: str, form: str) -> tuple[Act | None, str, Form]:
        for pattern, kind, act in ROUTES:
            match = re.fullmatch(pattern, question)
            if match:
                asked = decoded(form)
                wrong = misfit(asked, kind)
                return (None, wrong, {}) if wrong else (act, "".join(match.groups()), asked)
        raise AssertionError(f"nobody documents {question}")


class StripeOnTheFake(StripeGateway):
    """Named by PAYMENT_GATEWAY; ``api`` is the account of the test that runs."""

    api: StripeApi

    def __init__(self) -> None:
        super().__init__(http_client=self.api)
