"""What `mall saleor` says of our app, and its exit codes. What it does there is tried in
tests/commerce/saleor/setup and tests/ports."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from pytest_django import Settings

from commerce.errors import CommerceError
from commerce.saleor.app.models import Installation
from commerce.saleor.client import Client
from commerce.saleor.errors import Refused, Unavailable
from commerce.saleor.setup.check import Finding
from commerce.saleor.setup.connect import Step
from commerce.saleor.setup.our_app import InstallFailed
from storefront.config.cli import saleor_app
from storefront.config.cli.saleor_app import Installing, findings
from storefront.saleor_app import manifest
from tests.builders.saleor import allow, an_installation
from tests.fakes.saleor import API_URL, FakeSaleor

pytestmark = pytest.mark.django_db

NOBODY = cast("Client", None)


@pytest.fixture(autouse=True)
def one_saleor(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(saleor_app, "address", lambda _client: API_URL)
    settings.SALEOR_ALLOWED_API_URLS = []
    settings.PUBLIC_URL = "https://mall.example"


def _connecting(monkeypatch: pytest.MonkeyPatch, refusal: CommerceError | None = None) -> list[Any]:
    """What the connecting was told, once it is called."""
    told: list[Any] = []

    def connect(*args: Any, **_more: Any) -> Iterator[Step]:
        told.extend(args)
        yield Step("our app", changed=True)
        if refusal is not None:
            raise refusal

    monkeypatch.setattr(saleor_app, "connect_our_app", connect)
    return told


def test_where_no_saleor_may_have_it_nothing_is_wrong_and_the_way_is_told() -> None:
    installing = Installing(NOBODY)
    assert (list(installing.steps()), installing.code) == ([], 0)
    [told] = installing.trouble
    assert f"SALEOR_ALLOWED_API_URLS={API_URL}\n" in told
    assert "MALL_PUBLIC_URL=https://mall.example " in told


def test_a_saleor_that_was_left_out_of_those_that_may_is_a_problem(settings: Settings) -> None:
    settings.SALEOR_ALLOWED_API_URLS = ["https://other.example/graphql/"]
    installing = Installing(NOBODY)
    assert (list(installing.steps()), installing.code) == ([], 1)
    assert f"=https://other.example/graphql/ {API_URL}\n" in installing.trouble[0]


def test_it_is_installed_from_where_the_mall_is_reached(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    allow(settings, FakeSaleor())
    told = _connecting(monkeypatch)
    installing = Installing(NOBODY)
    assert [step.part for step in installing.steps()] == ["our app"]
    assert told[1:] == [manifest.contents(), "https://mall.example/saleor/manifest", API_URL]
    assert (installing.trouble, installing.code) == ([], 0)


def test_what_is_in_its_way_is_said_in_both_languages_after_what_was_done(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    allow(settings, FakeSaleor())
    _connecting(monkeypatch, InstallFailed("app", message="Not now."))
    installing = Installing(NOBODY)
    assert [step.part for step in installing.steps()] == ["our app"]
    head, korean, english = installing.trouble
    assert head.endswith("SALEOR_APP_INSTALL_FAILED")
    assert "설치하지 못했습니다: Not now." in korean
    assert "could not install the mall's app: Not now." in english
    assert installing.code == 1


def test_a_refusal_without_a_name_of_its_own_stops_the_command(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    allow(settings, FakeSaleor())
    _connecting(monkeypatch, Refused("id", saleor_code="OUT_OF_SCOPE_APP", message="No."))
    with pytest.raises(Refused):
        list(Installing(NOBODY).steps())


def test_waiting_is_seen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    pause = saleor_app._pauses()
    for _ in range(7):
        pause()
    first, second = capsys.readouterr().out.splitlines()
    assert (first[-5:], second[-5:]) == (": 0 s", ": 5 s")


def _problems() -> dict[str, str]:
    return {finding.part: finding.advice for finding in findings(NOBODY) if finding.advice}


def test_a_mall_without_the_app_has_no_problem() -> None:
    assert _problems() == {}


def test_of_a_saleor_that_does_not_answer_nothing_more_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent(_client: Client) -> str:
        raise Unavailable("shop_address: ConnectError")

    monkeypatch.setattr(saleor_app, "address", silent)
    assert list(findings(NOBODY)) == []


def test_the_app_that_may_be_there_and_is_not_is_a_problem(settings: Settings) -> None:
    allow(settings, FakeSaleor())
    assert _problems() == {"our app": "mall saleor connect"}


def test_the_app_whose_saleor_may_not_have_it_any_more_is_a_problem(settings: Settings) -> None:
    allow(settings, FakeSaleor())
    an_installation(FakeSaleor())
    settings.SALEOR_ALLOWED_API_URLS = []
    assert _problems() == {"our app": f"SALEOR_ALLOWED_API_URLS={API_URL}"}


def test_the_app_that_is_there_is_looked_at_with_its_own_token(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    allow(settings, FakeSaleor())
    an_installation(FakeSaleor())
    asked: list[object] = []

    def check(client: Client, told: object) -> Iterator[Finding]:
        asked.extend([client.api_url, told])
        yield Finding("webhooks", "6")

    monkeypatch.setattr(saleor_app, "check_app", check)
    assert [finding.part for finding in findings(NOBODY)] == ["webhooks"]
    assert asked == [Installation.objects.get().api_url, manifest.contents()]
