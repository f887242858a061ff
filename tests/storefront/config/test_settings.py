"""What the settings make of an environment."""

import os
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[3] / "storefront/config/settings.py"
REQUIRED = {"MALL_SECRET_KEY": "only-for-tests", "DATABASE_URL": "postgresql://mall@db/mall"}


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    monkeypatch.setattr(os, "environ", REQUIRED | environment)
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_without_what_is_required_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is not set"):
        read(monkeypatch, **{name: ""})


def test_nothing_of_a_local_stack_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://mall:secret@db.example:5433/shop?sslmode=require"
    settings = read(monkeypatch, DATABASE_URL=url, REDIS_URL="redis://valkey:6379/3")
    database = settings["DATABASES"]["default"]
    assert [database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("mall", "secret", "db.example", "5433", "shop")
    ]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert settings["CACHES"]["default"]["LOCATION"] == "redis://valkey:6379/3"
    assert settings["CELERY_BROKER_URL"] == "redis://valkey:6379/3"


def test_without_a_mail_server_messages_go_to_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = read(monkeypatch)["EMAIL_BACKEND"]
    assert backend == "django.core.mail.backends.console.EmailBackend"


def test_a_mail_server_is_used_as_soon_as_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        MALL_EMAIL_HOST="smtp.example",
        MALL_EMAIL_PORT="587",
        MALL_EMAIL_USER="mall",
        MALL_EMAIL_PASSWORD="secret",
    )
    assert settings["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")
    assert [settings[name] for name in names] == ["smtp.example", 587, "mall", "secret"]


def test_another_way_to_send_goes_before_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch, MALL_EMAIL_HOST="smtp.example", MALL_EMAIL_BACKEND="post.by.Pigeon"
    )
    assert settings["EMAIL_BACKEND"] == "post.by.Pigeon"


@pytest.mark.parametrize(
    ("word", "starttls", "tls"),
    [("", False, False), ("starttls", True, False), ("tls", False, True)],
)
def test_mail_is_encrypted_as_the_server_wants_it(
    monkeypatch: pytest.MonkeyPatch, word: str, starttls: bool, tls: bool
) -> None:
    settings = read(monkeypatch, MALL_EMAIL_TLS=word)
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (starttls, tls)


def test_a_misspelt_encryption_is_not_taken_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="MALL_EMAIL_TLS is 'STARTTLS'"):
        read(monkeypatch, MALL_EMAIL_TLS="STARTTLS")


STRIPE = "commerce.payments.stripe_gateway.StripeGateway"
TOSS = "commerce.payments.toss_gateway.TossGateway"
SECRETS = {
    STRIPE: {
        "STRIPE_SECRET_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    },
    TOSS: {"TOSS_SECRET_KEY": "test_sk_1", "TOSS_CLIENT_KEY": "test_ck_1"},
}


@pytest.mark.parametrize(
    ("gateway", "missing"), [(gateway, name) for gateway in SECRETS for name in SECRETS[gateway]]
)
def test_a_gateway_without_a_secret_is_found_out_at_the_start(
    monkeypatch: pytest.MonkeyPatch, gateway: str, missing: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is not set, and PAYMENT_GATEWAY"):
        read(monkeypatch, PAYMENT_GATEWAY=gateway, **SECRETS[gateway] | {missing: ""})


@pytest.mark.parametrize("gateway", SECRETS)
def test_a_gateway_with_its_secrets_starts(monkeypatch: pytest.MonkeyPatch, gateway: str) -> None:
    settings = read(monkeypatch, PAYMENT_GATEWAY=gateway, **SECRETS[gateway])
    assert {name: settings[name] for name in SECRETS[gateway]} == SECRETS[gateway]
