"""Answers of a server that were recorded, in place of the server.

A story is a file with a recording on each line, as JSON: ``made_by`` (the server's name and
version, or "hand"), ``document`` and the ``sha256`` of its text, ``variables``, ``status``,
``body``. A line of its own may tell what else a test has to know. When the text of a document is
another than the recorded one, nobody knows any more what a server says to it, and the test fails.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import httpx

from commerce.saleor.document import Document

FOLDER = Path(__file__).parent / "recordings"


class RecordAgain(AssertionError):
    """The document is not what it was when it was recorded."""


class NotRecorded(AssertionError):
    """Nobody asked the server this."""


@dataclass(frozen=True)
class Recording:
    """One question and its answer. Hosts and secrets in it are placeholders."""

    made_by: str
    document: str
    sha256: str
    variables: dict[str, Any]
    status: int
    body: Any

    @classmethod
    def story(cls, path: Path) -> list[Self]:
        """All of one file, in the order in which they were made."""
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [cls(**line) for line in lines if "document" in line]

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n"

    def check(self, text_sha256: str) -> None:
        """Raises RecordAgain unless this is the text that was recorded."""
        if text_sha256 != self.sha256:
            raise RecordAgain(
                f"{self.document}.graphql has changed since {self.made_by} answered it: record it "
                "again (docs/how-to/record-saleor.md)"
            )


class Replay(httpx.BaseTransport):
    """Each recording is played once, the first that fits; so asking twice may be answered twice."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self.left = list(recordings)

    @classmethod
    def of(cls, story: Path) -> Self:
        return cls(Recording.story(story))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        found = next((one for one in self.left if _fits(one, question)), None)
        if found is None:
            raise NotRecorded(f"{question['operationName']} with {question['variables']}")
        found.check(sha256(question["query"].encode()).hexdigest())
        self.left.remove(found)
        return httpx.Response(found.status, json=found.body)


def _fits(recording: Recording, question: dict[str, Any]) -> bool:
    operation = Document.load(recording.document).operation
    return (operation, recording.variables) == (question["operationName"], question["variables"])
