"""A Saleor that a test talks to: a real one, or what a real one answered to the same test.

With SALEOR_API_URL and SALEOR_TOKEN the server is asked; with SALEOR_RECORD beside them the story
of each test that runs is written anew. Without, stories are played: the references that a test
makes up are then the same as when it was recorded, and so is the time. A story's first line says
when that was, and what its references were made of.
"""

import json
import os
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import httpx
import pytest

from commerce.references import new
from commerce.saleor.client import Client
from commerce.saleor.setup.state import State
from commerce.saleor.shop import Shop
from tests.commerce.saleor.recorder import Recorder
from tests.commerce.saleor.replay import FOLDER, Replay

API_URL = os.environ.get("SALEOR_API_URL", "")
TOKEN = os.environ.get("SALEOR_TOKEN", "")
RECORD = bool(os.environ.get("SALEOR_RECORD"))
PLAYED_URL = "https://saleor.example/graphql/"
CHANNEL = "mall-kr"
STORIES = FOLDER / "contract"


def cannot_be_played(test: str) -> bool:
    """Threads and random sequences never ask the same twice, and nobody keeps a whole shop."""
    return "twelve" in test or "any_sequence" in test or "everything_it_has" in test


class Line(httpx.BaseTransport):
    """Passes everything on; while ``lost_in`` counts down to nothing, that answer is lost."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server = server
        self.lost_in: int | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.server.handle_request(request)
        if self.lost_in is not None:
            self.lost_in -= 1
            if self.lost_in < 0:
                self.lost_in = None
                answer.close()
                raise httpx.ReadTimeout("lost")
        return answer

    def close(self) -> None:
        self.server.close()


def story_of(test: str, patched: pytest.MonkeyPatch) -> tuple[Shop, Line]:
    """The shop that this test asks. Its references and its time are the story's."""
    line = line_to(test, patched, live=bool(API_URL))
    return Shop(Client(API_URL or PLAYED_URL, TOKEN or "played", line), CHANNEL), line


def line_to(test: str, patched: pytest.MonkeyPatch, *, live: bool) -> Line:
    """To a real one, or else to what it answered to this test."""
    path = STORIES / f"{_file_name(test)}.jsonl"
    if not live:
        _as_told(path, patched)
        return Line(Replay.of(path))
    if not RECORD or cannot_be_played(test):
        return Line(httpx.HTTPTransport())
    path.unlink(missing_ok=True)
    line = Line(Recorder(httpx.HTTPTransport(), path, made_by=f"Saleor {_version()}"))
    told = {"at": datetime.now(UTC).isoformat(), "seed": new("REC")}
    path.write_text(json.dumps(told) + "\n", encoding="utf-8")
    _as_told(path, patched)
    return line


@cache
def _version() -> str:
    with Client(API_URL, TOKEN) as client:
        return State.read(client, CHANNEL).version


def _as_told(path: Path, patched: pytest.MonkeyPatch) -> None:
    told = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
    chance = Random(told["seed"])
    patched.setattr(
        "commerce.references.get_random_string",
        lambda length, letters: "".join(chance.choices(letters, k=length)),
    )
    patched.setattr("django.utils.timezone.now", lambda: datetime.fromisoformat(told["at"]))


def _file_name(test: str) -> str:
    """Of a test with its parameters, what any file system takes."""
    return re.sub(r"\W+", "-", test.removeprefix("test_"), flags=re.ASCII).strip("-")
