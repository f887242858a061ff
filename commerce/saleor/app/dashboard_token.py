"""Who opened our page in a Saleor's Dashboard: the token that the Dashboard sends along.

A JWT signed with the same keys as the webhooks, good for five minutes. For those it also is that
person's key to Saleor, so it is never kept and never logged.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt

from commerce.errors import CommerceError
from commerce.saleor.app.api_url import ApiUrlMalformed, normalised
from commerce.saleor.app.signature import ALGORITHM, Jwks, key_of


class DashboardTokenInvalid(CommerceError):
    """Not signed by this Saleor, not for this app, or not a token at all."""

    code = "DASHBOARD_TOKEN_INVALID"


class DashboardTokenExpired(CommerceError):
    code = "DASHBOARD_TOKEN_EXPIRED"


class DashboardNotPermitted(CommerceError):
    """Not staff, or without the permission. ``data``: ``permission``."""

    code = "DASHBOARD_NOT_PERMITTED"


@dataclass(frozen=True)
class Staff:
    """A member of a Saleor's staff; ``token`` asks that Saleor in their name."""

    api_url: str
    token: str = field(repr=False)


def read(
    token: str, jwks: Jwks, *, api_url: str, app_id: str, permission: str, now: datetime
) -> Staff:
    """Staff of the Saleor at ``api_url`` that may use ``permission``, through our app.

    Both the app's part of the token and the person's own permissions must have it.
    DASHBOARD_TOKEN_INVALID, DASHBOARD_TOKEN_EXPIRED, DASHBOARD_NOT_PERMITTED,
    SIGNING_KEY_UNKNOWN.
    """
    claims = _claims(token, jwks)
    if _issuer(claims) != api_url or claims.get("app") != app_id:
        raise DashboardTokenInvalid("accessToken")
    if not isinstance(claims["exp"], int):
        raise DashboardTokenInvalid("accessToken")
    if claims["exp"] <= now.timestamp():
        raise DashboardTokenExpired("accessToken")
    held = [claims.get("permissions"), claims.get("user_permissions")]
    if claims.get("is_staff") is not True or not all(
        isinstance(names, list) and permission in names for names in held
    ):
        raise DashboardNotPermitted("accessToken", permission=permission)
    return Staff(api_url, token)


def _claims(token: str, jwks: Jwks) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM or "kid" not in header:
            raise DashboardTokenInvalid("accessToken")
        return jwt.decode(
            token,
            key=key_of(header["kid"], jwks),
            algorithms=[ALGORITHM],
            # Times are held against the caller's clock above; a Saleor names no audience.
            options={
                "require": ["exp", "iat", "iss"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "enforce_minimum_key_length": True,
            },
        )
    except jwt.PyJWTError:
        raise DashboardTokenInvalid("accessToken") from None


def _issuer(claims: dict[str, Any]) -> str:
    try:
        return normalised(str(claims["iss"]))
    except ApiUrlMalformed:
        return ""
