import json
import logging
import traceback
from decimal import Decimal

import httpx
import pytest

from commerce.core.errors import CoreOrderFulfilled
from commerce.saleor.client import Client, Identity
from commerce.saleor.cost import Cost
from commerce.saleor.document import Document
from commerce.saleor.errors import (
    Misconfigured,
    NotAllowed,
    SaleorError,
    TokenRefused,
    Unavailable,
)
from tests.commerce.saleor.scripted import TOKEN, URL, Scripted, data, fault

ORDER = {"id": "T3JkZXI6MQ==", "status": "UNFULFILLED"}
CANCELLED = {"orderCancel": {"order": {"status": "CANCELED", "chargeStatus": "NONE"}, "errors": []}}


def test_a_question_is_posted_with_its_name_variables_and_token() -> None:
    server = Scripted(data(CANCELLED))
    document = Document.load("order_cancel")

    server.client().execute(document, {"order": "T3JkZXI6MQ=="})

    (request,) = server.requests
    assert str(request.url) == URL
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {
        "query": document.text,
        "operationName": "OrderCancel",
        "variables": {"order": "T3JkZXI6MQ=="},
    }


def test_the_answer_is_the_data() -> None:
    server = Scripted(data({"order": ORDER}))
    assert server.client().execute(Document.load("order"), {"id": ORDER["id"]}) == {"order": ORDER}


def test_an_unknown_object_is_none() -> None:
    server = Scripted(data({"order": None}))
    answer = server.client().execute(Document.load("order"), {"reference": "FUL-1"})
    assert answer == {"order": None}


def test_an_amount_is_never_a_float() -> None:
    server = Scripted(httpx.Response(200, content=b'{"data":{"order":{"amount":15000.0}}}'))
    amount = server.client().execute(Document.load("order"))["order"]["amount"]
    assert (type(amount), amount) == (Decimal, Decimal(15_000))


def test_a_refused_mutation_raises_what_it_is_called() -> None:
    refused = {
        "field": "order",
        "code": "CANNOT_CANCEL_ORDER",
        "message": "This order can't be canceled.",
    }
    server = Scripted(data({"orderCancel": {"order": None, "errors": [refused]}}))
    with pytest.raises(CoreOrderFulfilled) as raised:
        server.client().execute(Document.load("order_cancel"), {"order": "T3JkZXI6MQ=="})
    assert raised.value.field == "order"


def test_rows_that_a_bulk_mutation_refused_stay_in_the_answer() -> None:
    rows = [
        {"stock": {"quantity": 12, "quantityAllocated": 0}, "errors": []},
        {
            "stock": None,
            "errors": [{"field": None, "code": "NOT_FOUND", "message": "Stock was not found."}],
        },
    ]
    found = {"stockBulkUpdate": {"count": 1, "results": rows, "errors": []}}
    server = Scripted(data(found))
    assert server.client().execute(Document.load("stock_bulk_update"), {"stocks": []}) == found


def test_the_last_cost_can_be_read() -> None:
    server = Scripted(data({"orders": None}, cost=900))
    client = server.client()
    assert client.last_cost is None

    client.execute(Document.load("orders_changed"))

    assert client.last_cost == Cost(requested=900, limit=50_000)


def test_an_answer_that_tells_no_cost_leaves_none() -> None:
    server = Scripted(
        data({"order": None}, cost=5), httpx.Response(200, json={"data": {"order": None}})
    )
    client = server.client()
    client.execute(Document.load("order"))
    client.execute(Document.load("order"))
    assert client.last_cost is None


def test_an_app_is_known_by_its_token() -> None:
    app = {
        "id": "QXBwOjE=",
        "identifier": "kr.mall.app",
        "permissions": [{"code": "MANAGE_ORDERS"}, {"code": "HANDLE_PAYMENTS"}],
    }
    assert Scripted(data({"app": app})).client().identity() == Identity(
        id="QXBwOjE=",
        identifier="kr.mall.app",
        permissions=frozenset({"MANAGE_ORDERS", "HANDLE_PAYMENTS"}),
    )


def test_an_app_made_by_hand_may_have_no_identifier() -> None:
    app = {"id": "QXBwOjE=", "identifier": None, "permissions": []}
    assert Scripted(data({"app": app})).client().identity().identifier == ""


def test_a_wrong_token_is_told_by_there_being_no_app() -> None:
    with pytest.raises(TokenRefused):
        Scripted(data({"app": None})).client().identity()


def test_a_wrong_token_is_told_by_the_app_being_forbidden() -> None:
    server = Scripted(
        fault("To access this path, you need …", "PermissionDenied", found={"app": None})
    )
    with pytest.raises(TokenRefused):
        server.client().identity()


def test_a_wrong_token_is_told_by_a_shop_that_lets_no_visitors_in() -> None:
    blocked = {"errors": [{"message": "Not allowed.", "extensions": {"code": "BLOCKED"}}]}
    with pytest.raises(TokenRefused):
        Scripted(httpx.Response(401, json=blocked)).client().identity()


def test_a_missing_permission_is_no_wrong_token() -> None:
    server = Scripted(
        fault("You need MANAGE_ORDERS", "PermissionDenied", found={"orderCancel": None})
    )
    with pytest.raises(NotAllowed) as raised:
        server.client().execute(Document.load("order_cancel"))
    assert type(raised.value) is NotAllowed


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.ConnectError("[Errno 111] Connection refused"),
        httpx.Response(502, text="<html>bad gateway</html>"),
        fault("You need …", "PermissionDenied"),
        fault("Cannot query field …", "GraphQLError", status=400),
    ],
)
def test_a_token_is_in_no_log_and_no_error(
    answer: httpx.Response | httpx.RequestError, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Scripted(*[answer] * 4).client()

    with pytest.raises(SaleorError) as raised:
        client.execute(Document.load("order"))

    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    assert TOKEN not in repr(client) + repr(vars(client))


def test_what_was_asked_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Scripted(*[httpx.Response(503)] * 4).client()
    with pytest.raises(Unavailable):
        client.execute(Document.load("order"), {"reference": "테헤란로 152"})
    assert "order: HTTP 503" in caplog.text
    assert "테헤란로" not in caplog.text


@pytest.mark.parametrize("token", ["", f"{TOKEN}\n", f"{TOKEN} x", "토큰"])
def test_a_token_that_fits_no_header_is_refused_without_being_told(token: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        Client(URL, token)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop.example/graphql/",
        "ftp://shop.example/graphql/",
        "https://",
        "https://me:secret@shop.example/graphql/",
        "https://shop.example:x/",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        Client(address, TOKEN)
    assert "secret" not in str(raised.value)


def test_a_closed_client_asks_no_more() -> None:
    server = Scripted()
    with server.client() as client:
        pass
    with pytest.raises(RuntimeError):
        client.execute(Document.load("order"))
    assert server.requests == []
