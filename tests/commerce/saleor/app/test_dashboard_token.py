from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import CommerceError
from commerce.saleor.app import dashboard_token
from commerce.saleor.app.dashboard_token import (
    DashboardNotPermitted,
    DashboardTokenExpired,
    DashboardTokenInvalid,
    Staff,
)
from commerce.saleor.app.signature import SigningKeyUnknown
from tests.fakes.saleor import API_URL, APP_ID, FakeSaleor

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SALEOR = FakeSaleor()


def read(token: str, *, now: datetime = NOW) -> Staff:
    return dashboard_token.read(
        token, SALEOR.jwks, api_url=API_URL, app_id=APP_ID, permission="MANAGE_ORDERS", now=now
    )


def test_staff_with_the_permission_may_look() -> None:
    token = SALEOR.dashboard_token(NOW)
    assert read(token) == Staff(API_URL, token)


def test_the_issuer_may_be_spelled_otherwise() -> None:
    assert read(SALEOR.dashboard_token(NOW, iss="https://SHOP.example:443/graphql"))


def test_a_token_never_shows_in_what_it_proves() -> None:
    token = SALEOR.dashboard_token(NOW)
    assert token not in repr(read(token))


@pytest.mark.parametrize("minutes", [5, 6, 60 * 24])
def test_after_five_minutes_it_is_over(minutes: int) -> None:
    token = SALEOR.dashboard_token(NOW)
    with pytest.raises(DashboardTokenExpired):
        read(token, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "claims",
    [
        {"is_staff": False},
        {"is_staff": "true"},
        {"is_staff": None},
        {"permissions": ["MANAGE_PRODUCTS"]},
        {"permissions": "MANAGE_ORDERS"},
        {"permissions": None},
        {"user_permissions": []},
        {"user_permissions": None},
    ],
)
def test_others_may_not_look(claims: dict[str, Any]) -> None:
    with pytest.raises(DashboardNotPermitted):
        read(SALEOR.dashboard_token(NOW, **claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example/graphql/"},
        {"iss": "shop"},
        {"iss": 7},
        {"app": "QXBwOjM="},
        {"app": None},
        {"exp": "soon"},
        {"exp": None},
        {"iat": None},
        {"iss": None},
    ],
)
def test_a_token_for_something_else_is_invalid(claims: dict[str, Any]) -> None:
    with pytest.raises(DashboardTokenInvalid):
        read(SALEOR.dashboard_token(NOW, **claims))


def test_another_saleors_token_has_an_unknown_key() -> None:
    other = FakeSaleor(key=2, kid="other")
    with pytest.raises(SigningKeyUnknown):
        read(other.dashboard_token(NOW))


def test_another_key_under_the_same_id_is_invalid() -> None:
    with pytest.raises(DashboardTokenInvalid):
        read(FakeSaleor(key=2).dashboard_token(NOW))


def test_a_token_by_another_algorithm_is_invalid() -> None:
    token = jwt.encode({"iss": API_URL}, "s" * 32, "HS256", {"kid": SALEOR.kid})
    with pytest.raises(DashboardTokenInvalid):
        read(token)


def test_a_webhooks_signature_is_no_token() -> None:
    with pytest.raises(DashboardTokenInvalid):
        read(SALEOR.sign(b"{}"))


@given(st.text(max_size=60))
def test_junk_is_refused(text: str) -> None:
    with pytest.raises(CommerceError):
        read(text)
