import logging

import pytest
from pytest_django import Settings

from commerce.saleor.app import actions
from commerce.saleor.app.actions import OtherApp
from commerce.saleor.app.api_url import ApiUrlMalformed
from commerce.saleor.app.models import Installation
from commerce.saleor.app.upstream import TokenRefused, UpstreamSilent
from commerce.saleor.app.verifying import SaleorNotAllowed
from tests.builders.saleor import NOW, allow, an_installation, another_saleor
from tests.fakes.saleor import API_URL, APP_ID, APP_TOKEN, IDENTIFIER, FakeSaleor, FakeUpstream

pytestmark = pytest.mark.django_db


def install(api_url: str = API_URL, token: str = APP_TOKEN) -> Installation:
    return actions.install(api_url=api_url, token=token, upstream=FakeUpstream(), now=NOW)


def test_an_allowed_saleor_gives_its_token(saleor: FakeSaleor) -> None:
    made = install()
    assert Installation.objects.get() == made
    assert (made.api_url, made.app_id, made.identifier) == (API_URL, APP_ID, IDENTIFIER)
    assert (made.token, made.jwks) == (APP_TOKEN, saleor.jwks)
    assert (made.installed_at, made.jwks_fetched_at) == (NOW, NOW)


def test_it_may_spell_its_address_otherwise(saleor: FakeSaleor) -> None:
    assert install(api_url="HTTPS://Shop.Example:443/graphql").api_url == API_URL


def test_installing_again_replaces_the_token(saleor: FakeSaleor) -> None:
    first = install()
    saleor.app_token, saleor.app_id, saleor.key, saleor.kid = "new" * 8, "QXBwOjk=", 3, "new"
    again = install(token="new" * 8)
    assert again.pk == first.pk
    again.refresh_from_db()
    assert (again.token, again.app_id, again.jwks) == ("new" * 8, "QXBwOjk=", saleor.jwks)


def test_a_saleor_that_is_not_allowed_is_not_even_asked(
    saleor: FakeSaleor, settings: Settings
) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    settings.SALEOR_ALLOWED_API_URLS = [API_URL]
    with pytest.raises(SaleorNotAllowed):
        install(api_url=other.api_url, token=other.app_token)
    assert other.asked == []


def test_what_is_no_address_is_refused(saleor: FakeSaleor) -> None:
    with pytest.raises(ApiUrlMalformed):
        install(api_url="")


@pytest.mark.parametrize("token", ["", "guessed", "a" * 257, "two\nlines", "토큰"])
def test_a_token_that_the_saleor_does_not_know_is_refused(saleor: FakeSaleor, token: str) -> None:
    with pytest.raises(TokenRefused):
        install(token=token)
    assert not Installation.objects.exists()


def test_another_apps_token_is_refused(saleor: FakeSaleor) -> None:
    saleor.identifier = "somebody.elses.app"
    with pytest.raises(OtherApp):
        install()
    assert not Installation.objects.exists()


def test_a_refused_token_leaves_the_good_one(saleor: FakeSaleor) -> None:
    install()
    with pytest.raises(TokenRefused):
        install(token="guessed")
    assert Installation.objects.get().token == APP_TOKEN


def test_a_saleor_that_does_not_answer_installs_nothing(saleor: FakeSaleor) -> None:
    saleor.trouble = UpstreamSilent(reason="HTTP 502")
    with pytest.raises(UpstreamSilent):
        install()
    assert not Installation.objects.exists()


def test_the_token_is_shown_nowhere(saleor: FakeSaleor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = an_installation(saleor)
    with pytest.raises(TokenRefused) as refused:
        install(token="guessed-token")
    shown = f"{made} {made!r} {refused.value!r} {caplog.text}"
    assert APP_TOKEN not in shown
    assert "guessed-token" not in shown
