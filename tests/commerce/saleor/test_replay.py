"""How recordings are made and played. Those in ``hand_made.jsonl`` were written by hand for
these tests, after what a real Saleor had answered to shorter documents; no server made them."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from commerce.errors import NotFound
from commerce.saleor.client import Client
from commerce.saleor.document import FOLDER as DOCUMENTS
from commerce.saleor.document import Document
from tests.commerce.saleor.recorder import Recorder
from tests.commerce.saleor.replay import FOLDER, NotRecorded, RecordAgain, Recording, Replay
from tests.commerce.saleor.scripted import TOKEN, data, fault

URL = "https://shop.internal:8100/graphql/"
ALL = sorted(FOLDER.rglob("*.jsonl"))
ORDER = Document.load("order")


def _playing(*recordings: Recording) -> Client:
    return Client(URL, TOKEN, Replay(recordings))


def _recording(status: str, reference: str = "FUL-1") -> Recording:
    return Recording(
        made_by="hand",
        document="order",
        sha256=ORDER.sha256,
        variables={"reference": reference},
        status=200,
        body={"data": {"order": {"status": status}}},
    )


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_document_has_changed_since_it_was_recorded(path: Path) -> None:
    for recording in Recording.story(path):
        recording.check(Document.load(recording.document).sha256)


def test_a_recording_answers_in_place_of_the_server() -> None:
    client = Client(URL, TOKEN, Replay.of(FOLDER / "hand_made.jsonl"))
    assert client.identity().identifier == "kr.mall.app"
    with pytest.raises(NotFound):
        client.execute(
            Document.load("product_update"),
            {"reference": "mall:p:nope", "input": {"name": "유기농 사과 5kg"}},
        )


def test_the_same_question_is_answered_in_the_order_of_the_recordings() -> None:
    client = _playing(_recording("UNCONFIRMED"), _recording("UNFULFILLED"))
    answers = [client.execute(ORDER, {"reference": "FUL-1"})["order"]["status"] for _ in range(2)]
    assert answers == ["UNCONFIRMED", "UNFULFILLED"]


def test_other_variables_find_their_own_answer() -> None:
    client = _playing(_recording("DRAFT", "FUL-1"), _recording("EXPIRED", "FUL-2"))
    assert client.execute(ORDER, {"reference": "FUL-2"}) == {"order": {"status": "EXPIRED"}}


def test_a_changed_document_asks_to_be_recorded_again() -> None:
    changed = replace(ORDER, text=ORDER.text.replace("  status\n", "  status\n  origin\n", 1))
    assert changed.sha256 != ORDER.sha256
    with pytest.raises(RecordAgain, match=r"order\.graphql has changed .* record it again"):
        _playing(_recording("DRAFT")).execute(changed, {"reference": "FUL-1"})


def test_what_nobody_recorded_is_told() -> None:
    with pytest.raises(NotRecorded, match=r"Order with .*FUL-9"):
        _playing(_recording("DRAFT")).execute(ORDER, {"reference": "FUL-9"})


def test_a_recording_is_played_once() -> None:
    client = _playing(_recording("DRAFT"))
    client.execute(ORDER, {"reference": "FUL-1"})
    with pytest.raises(NotRecorded):
        client.execute(ORDER, {"reference": "FUL-1"})


def _recorder(path: Path, *answers: httpx.Response) -> Recorder:
    left = list(answers)
    server = httpx.MockTransport(lambda _: left.pop(0))
    return Recorder(
        server,
        path,
        made_by="a test",
        replace={"https://mall.internal": "https://mall.example"},
    )


def test_what_was_recorded_can_be_played(tmp_path: Path) -> None:
    answer = {"order": {"status": "UNCONFIRMED"}}
    recorder = _recorder(tmp_path / "story.jsonl", data(answer), data({"orders": None}))
    live = Client(URL, TOKEN, recorder)
    assert live.execute(ORDER, {"reference": "FUL-1"}) == answer
    live.execute(Document.load("orders_changed"), {"first": 1})

    story = Recording.story(tmp_path / "story.jsonl")
    assert [recording.document for recording in story] == ["order", "orders_changed"]
    played = _playing(*story)
    assert played.execute(ORDER, {"reference": "FUL-1"}) == answer


def test_no_secret_and_no_host_is_recorded(tmp_path: Path) -> None:
    told = {
        "authToken": "another-token",
        "url": "https://shop.internal:8100/thumbnail/UHJvZHVjdA==/4096/",
        "domain": "shop.internal:8100",
        "note": f"Bearer {TOKEN}, eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln",
        "webhooks": [{"targetUrl": "https://mall.internal/hooks/"}],
    }
    Client(URL, TOKEN, _recorder(tmp_path / "story.jsonl", data(told))).execute(
        ORDER, {"reference": "https://mall.internal/"}
    )

    (recording,) = Recording.story(tmp_path / "story.jsonl")
    assert recording.variables == {"reference": "https://mall.example/"}
    assert recording.body["data"] == {
        "authToken": "<token>",
        "url": "https://saleor.example/thumbnail/UHJvZHVjdA==/4096/",
        "domain": "saleor.example",
        "note": "Bearer <token>, <jwt>",
        "webhooks": [{"targetUrl": "https://mall.example/hooks/"}],
    }


def test_no_stack_trace_is_recorded(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path / "story.jsonl", fault("no", "KeyError", stacktrace=("File …",)))
    recorder.handle_request(
        httpx.Request(
            "POST",
            URL,
            headers={"Authorization": f"Bearer {TOKEN}"},
            json={"operationName": "Order", "query": ORDER.text, "variables": {}},
        )
    )
    (recording,) = Recording.story(tmp_path / "story.jsonl")
    (error,) = recording.body["errors"]
    assert error["extensions"]["exception"] == {"code": "KeyError"}


def test_a_page_of_a_proxy_is_recorded_as_its_text(tmp_path: Path) -> None:
    recorder = _recorder(
        tmp_path / "story.jsonl", httpx.Response(502, text="<html>bad gateway</html>")
    )
    with pytest.raises(Exception, match="HTTP 502"):
        Client(URL, TOKEN, recorder).execute(Document.load("transaction_create"))
    (recording,) = Recording.story(tmp_path / "story.jsonl")
    assert (recording.status, recording.body) == (502, "<html>bad gateway</html>")


def test_a_story_is_never_recorded_over_another(tmp_path: Path) -> None:
    (tmp_path / "story.jsonl").touch()
    with pytest.raises(FileExistsError):
        _recorder(tmp_path / "story.jsonl")


def test_every_recording_names_a_document_that_is_there() -> None:
    documents = {path.stem for path in DOCUMENTS.glob("*.graphql")}
    assert {r.document for path in ALL for r in Recording.story(path)} <= documents
