import httpx
import pytest

from commerce.saleor.document import Document
from commerce.saleor.errors import (
    BadId,
    BadRequest,
    Failed,
    NotAllowed,
    QueryTooCostly,
    SaleorError,
    Unreadable,
)
from tests.commerce.saleor.scripted import Scripted, fault

TRACE = ("Traceback (most recent call last):", '  File "/app/saleor/graphql/views.py"')


def _error(answer: httpx.Response) -> SaleorError:
    with pytest.raises(SaleorError) as raised:
        Scripted(answer).client().execute(Document.load("orders_changed"))
    return raised.value


def test_a_query_that_costs_too_much_tells_what_it_would() -> None:
    cost = {"requestedQueryCost": 1_020_200, "maximumAvailable": 50_000}
    error = _error(
        httpx.Response(
            400,
            json={
                "errors": [
                    {
                        "message": "The query exceeds the maximum cost of 50000. "
                        "Actual cost is 1020200",
                        "extensions": {"cost": cost, "exception": {"code": "QueryCostError"}},
                    }
                ],
                "extensions": {"cost": cost},
            },
        )
    )
    assert isinstance(error, QueryTooCostly)
    assert (error.cost, error.limit) == (1_020_200, 50_000)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Syntax Error GraphQL (1:3) Expected Name, found }", "GraphQLSyntaxError"),
        ('Cannot query field "prize" on type "Order".', "GraphQLError"),
        ("Number of batch queries exceeded.", "GraphQLError"),
    ],
)
def test_a_bad_question_is_told_in_saleors_words(message: str, code: str) -> None:
    error = _error(fault(message, code, status=400))
    assert type(error) is BadRequest
    assert str(error) == message


def test_a_question_that_is_too_large_is_a_bad_one() -> None:
    error = _error(fault("Request body exceeds maximum size.", "GraphQLError", status=413))
    assert type(error) is BadRequest


def test_the_value_of_a_bad_variable_is_not_told() -> None:
    error = _error(
        fault(
            'Variable "$email" got invalid value {"city": "테헤란로 152"}.\nExpected "String".',
            "GraphQLError",
            status=400,
        )
    )
    assert str(error) == 'Variable "$email" got invalid value'


def test_a_missing_permission_is_told() -> None:
    message = "To access this path, you need one of the following permissions: MANAGE_ORDERS"
    error = _error(fault(message, "PermissionDenied", found={"orders": None}))
    assert type(error) is NotAllowed
    assert str(error) == message


def test_an_id_of_another_thing_is_told() -> None:
    error = _error(fault("Invalid ID: xxx. Expected: Order.", "GraphQLError"))
    assert type(error) is BadId
    assert str(error) == "Invalid ID: xxx. Expected: Order."


def test_any_other_failure_keeps_its_code() -> None:
    error = _error(fault("Internal Server Error", "OperationalError"))
    assert isinstance(error, Failed)
    assert (error.code, str(error)) == (
        "OperationalError",
        "OperationalError: Internal Server Error",
    )


def test_an_error_without_a_code_is_still_one() -> None:
    error = _error(httpx.Response(200, json={"errors": [{"message": "no"}]}))
    assert isinstance(error, Failed)
    assert str(error) == "unknown: no"


@pytest.mark.parametrize("status", [200, 400])
def test_a_stack_trace_is_never_told(status: int) -> None:
    error = _error(fault("it broke\n" + TRACE[1], "KeyError", status=status, stacktrace=TRACE))
    assert "File" not in str(error)
    assert "Traceback" not in str(error)


def test_a_message_without_end_is_cut() -> None:
    assert len(str(_error(fault("a" * 10_000, "GraphQLError", status=400)))) == 200


def test_a_part_that_was_refused_is_a_failure_of_the_whole() -> None:
    found = {"orders": {"edges": []}}
    assert isinstance(_error(fault("no", "PermissionDenied", found=found)), NotAllowed)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>It works!</html>"),
        httpx.Response(200, json=[{"data": {}}]),
        httpx.Response(200, json={"data": None}),
        httpx.Response(200, json={"errors": "many"}),
        httpx.Response(301, headers={"Location": "https://shop.example/graphql/"}),
        httpx.Response(404, json={"detail": "Not found."}),
    ],
    ids=["a page", "a list", "nothing", "no list of errors", "a redirect", "another server"],
)
def test_what_is_not_graphql_is_unreadable(answer: httpx.Response) -> None:
    error = _error(answer)
    assert type(error) is Unreadable
    assert str(error) == f"HTTP {answer.status_code}, not GraphQL's words"
