"""What `mall saleor` says, and its exit codes. What it does is tried in tests/commerce/saleor."""

import pytest
from pytest_django import Settings

from commerce.core.errors import ProductInvalid
from commerce.saleor import shop
from commerce.saleor.setup.check import Finding
from commerce.saleor.setup.connect import Step
from storefront.config import cli
from storefront.config.cli import saleor

pytestmark = pytest.mark.django_db

NOBODY = "http://127.0.0.1:9/graphql/"


@pytest.fixture(autouse=True)
def nobody_there(settings: Settings) -> None:
    settings.SALEOR_API_URL, settings.SALEOR_TOKEN = NOBODY, "t"
    shop._shop.cache_clear()


def test_the_password_is_no_argument() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["saleor", "connect", "--url", NOBODY, "--email", "a@b", "--password", "secret"])
    assert ended.value.code == 2


def test_a_saleor_that_is_not_there_is_said_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SALEOR_PASSWORD", "secret")
    monkeypatch.setattr("commerce.saleor.client.FIRST_PAUSE_SECONDS", 0)
    assert cli.main(["saleor", "connect", "--url", NOBODY, "--email", "staff@shop.example"]) == 1
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == (
        "Saleor가 거절했거나 답하지 않았습니다 / Saleor: token_create: ConnectError"
    )
    assert "secret" not in said


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([Finding("version", "3.23.28")], 0),
        ([Finding("version", "3.23.28"), Finding("zone", "not so", "mall saleor connect")], 1),
    ],
)
def test_the_check_fails_with_any_problem(
    findings: list[Finding],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("commerce.saleor.setup.check.check", lambda *args, **more: iter(findings))
    monkeypatch.setattr("storefront.config.cli.saleor_app.findings", lambda _core: iter(()))
    assert cli.main(["saleor", "check"]) == code
    said = capsys.readouterr().out
    assert f"problems: {code}" in said
    assert "✓ 판 · version: 3.23.28" in said


def test_steps_say_whether_they_changed_something(capsys: pytest.CaptureFixture[str]) -> None:
    assert [saleor._told(Step("tax", changed)) for changed in (True, False)] == [True, False]
    assert capsys.readouterr().out == "  + 세금 · tax\n  · 세금 · tax\n"


def test_a_picture_that_cannot_be_fetched_names_the_address_it_was_looked_for_under(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PUBLIC_URL = "http://mall.example"
    saleor._print_refused({"PRD-1": ProductInvalid("mediaUrl")})
    assert capsys.readouterr().err.splitlines() == [
        "  ✗ PRD-1: PRODUCT_INVALID mediaUrl",
        "  Saleor가 사진을 가져가지 못했습니다 / Saleor could not fetch the pictures from "
        "http://mall.example (MALL_PUBLIC_URL)",
    ]
