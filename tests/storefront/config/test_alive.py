"""What a container's health check finds out."""

import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client
from pytest_django import Settings

from storefront.config import alive


class Asked(BaseHTTPRequestHandler):
    status = 200
    headers_seen: dict[str, str]

    def do_GET(self) -> None:
        type(self).headers_seen = dict(self.headers)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Asked]]:
    server = HTTPServer(("127.0.0.1", 0), Asked)
    monkeypatch.setattr(alive, "WEB", f"http://127.0.0.1:{server.server_port}/healthz")
    Thread(target=server.serve_forever, daemon=True).start()
    yield Asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("", "localhost"),
        ("mall.example www.mall.example", "mall.example"),
        (".mall.example", "mall.example"),
        ("*", "localhost"),
    ],
)
def test_web_is_asked_as_a_proxy_would_ask(
    monkeypatch: pytest.MonkeyPatch, asked: type[Asked], hosts: str, host: str
) -> None:
    monkeypatch.setenv("MALL_HOSTS", hosts)
    assert alive.web()
    assert (asked.headers_seen["Host"], asked.headers_seen["X-Forwarded-Proto"]) == (host, "https")


@pytest.mark.django_db
def test_a_page_asked_so_is_neither_refused_nor_redirected(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["mall.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    as_proxy = {"host": "mall.example", "x-forwarded-proto": "https"}
    assert Client().get("/healthz", headers=as_proxy).status_code == 200
    assert Client().get("/healthz", headers={"host": "mall.example"}).status_code == 301


def test_web_that_fails_is_not_alive(
    monkeypatch: pytest.MonkeyPatch, asked: type[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asked, "status", 500)
    assert alive.main(["web"]) == 1
    assert capsys.readouterr().out == "web: 응답 없음 · silent\n"


def test_without_a_worker_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "PONG_SECONDS", 0.2)
    assert alive.main(["worker"]) == 1


@pytest.mark.parametrize("name", ["schedule", "schedule.db"])
def test_beat_is_alive_while_it_writes_its_schedule(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("MALL_STATE", str(tmp_path))
    schedule = tmp_path / "beat" / name
    schedule.parent.mkdir()
    schedule.touch()
    assert alive.main(["beat"]) == 0
    long_ago = time.time() - alive.OLDEST_SCHEDULE_SECONDS - 1
    os.utime(schedule, (long_ago, long_ago))
    assert alive.main(["beat"]) == 1


def test_beat_that_never_wrote_is_not_alive(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MALL_STATE", str(tmp_path))
    assert alive.main(["beat"]) == 1
