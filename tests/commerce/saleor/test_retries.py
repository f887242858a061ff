import httpx
import pytest

from commerce.saleor.document import Document
from commerce.saleor.errors import BadRequest, Unavailable
from tests.commerce.saleor.scripted import Scripted, data, fault

SAFE = Document.load("order")
UNSAFE = Document.load("transaction_create")
FOUND = {"order": None}
TROUBLE = [
    httpx.Response(500),
    httpx.Response(503),
    httpx.Response(429),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("no way there"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
]


@pytest.mark.parametrize("trouble", TROUBLE, ids=repr)
def test_what_is_safe_is_asked_again(trouble: httpx.Response | httpx.RequestError) -> None:
    server = Scripted(trouble, data(FOUND))
    assert server.client().execute(SAFE) == FOUND
    assert len(server.requests) == 2


@pytest.mark.parametrize("trouble", TROUBLE, ids=repr)
def test_what_is_not_safe_is_asked_once(trouble: httpx.Response | httpx.RequestError) -> None:
    server = Scripted(trouble)
    with pytest.raises(Unavailable):
        server.client().execute(UNSAFE)
    assert (len(server.requests), server.pauses) == (1, [])


def test_after_four_tries_it_is_given_up() -> None:
    server = Scripted(*[httpx.Response(503)] * 4)
    with pytest.raises(Unavailable, match=r"^order: HTTP 503$"):
        server.client().execute(SAFE)
    assert len(server.requests) == 4


def test_each_pause_may_be_twice_as_long() -> None:
    server = Scripted(*[httpx.Response(503)] * 4)
    with pytest.raises(Unavailable):
        server.client(chance=1.0).execute(SAFE)
    assert server.pauses == [0.25, 0.5, 1.0]


def test_chance_takes_a_part_of_each_pause() -> None:
    server = Scripted(*[httpx.Response(503)] * 4)
    with pytest.raises(Unavailable):
        server.client(chance=0.5).execute(SAFE)
    assert server.pauses == [0.125, 0.25, 0.5]


def test_whoever_does_not_answer_in_time_is_not_asked_again() -> None:
    server = Scripted(httpx.ReadTimeout("20 s"))
    with pytest.raises(Unavailable, match="no answer in 20 s"):
        server.client().execute(SAFE)
    assert len(server.requests) == 1


def test_a_bad_question_is_not_asked_again() -> None:
    server = Scripted(fault("Syntax Error", "GraphQLSyntaxError", status=400))
    with pytest.raises(BadRequest):
        server.client().execute(SAFE)
    assert len(server.requests) == 1


def test_the_last_trouble_is_the_one_that_is_told() -> None:
    server = Scripted(httpx.ConnectError("refused"), *[httpx.Response(429)] * 3)
    with pytest.raises(Unavailable, match="HTTP 429") as raised:
        server.client().execute(SAFE)
    assert raised.value.__cause__ is None


def test_the_cause_of_no_connection_is_kept() -> None:
    server = Scripted(*[httpx.ConnectError("refused")] * 4)
    with pytest.raises(Unavailable, match="ConnectError") as raised:
        server.client().execute(SAFE)
    assert str(raised.value.__cause__) == "refused"
