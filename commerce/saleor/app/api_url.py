"""The address that names a Saleor, in one spelling. Plain Python."""

from urllib.parse import urlsplit

from commerce.errors import CommerceError

LONGEST = 200
DEFAULT_PORT = {"http": 80, "https": 443}


class ApiUrlMalformed(CommerceError):
    code = "SALEOR_URL_MALFORMED"


def normalised(url: str) -> str:
    """``HTTPS://Shop.Example:443/graphql`` → ``https://shop.example/graphql/``.

    Two spellings of one address become the same text. Query, fragment and sign-in are refused
    rather than dropped: nobody means them here. SALEOR_URL_MALFORMED.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ApiUrlMalformed("api_url") from None
    host = parts.hostname or ""
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and url.isascii()
    if parts.scheme not in DEFAULT_PORT or not host or not plain or not url.strip().isprintable():
        raise ApiUrlMalformed("api_url")
    shown = f"[{host}]" if ":" in host else host
    if port not in (None, DEFAULT_PORT[parts.scheme]):
        shown = f"{shown}:{port}"
    whole = f"{parts.scheme}://{shown}{parts.path.rstrip('/')}/"
    if " " in whole or len(whole) > LONGEST:
        raise ApiUrlMalformed("api_url")
    return whole


def key_set_url(api_url: str) -> str:
    """Where the Saleor behind a normalised ``api_url`` publishes the keys it signs with."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/jwks.json"
