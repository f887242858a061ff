"""Whether a Saleor signed a delivery: a detached JWS over the raw body (RFC 7515 and 7797).

The header is ``{"alg": "RS256", "b64": false, "crit": ["b64"], "kid": …}``, the middle part is
empty, and what is signed is the header, a dot and the body's own bytes.
"""

from collections.abc import Mapping
from typing import Any

import jwt

from commerce.errors import CommerceError

# {"keys": [{"kid": …, "kty": "RSA", "n": …, "e": …}]} as published; see ``upstream.Upstream``.
Jwks = Mapping[str, Any]

ALGORITHM = "RS256"
_JWS = jwt.PyJWS(algorithms=[ALGORITHM], options={"enforce_minimum_key_length": True})


class SignatureMalformed(CommerceError):
    """Not a detached RS256 signature that declares ``b64`` critical."""

    code = "SIGNATURE_MALFORMED"


class SignatureWrong(CommerceError):
    """Another body, or another key than the one it names."""

    code = "SIGNATURE_WRONG"


class SigningKeyUnknown(CommerceError):
    """The key it names is not among the Saleor's."""

    code = "SIGNING_KEY_UNKNOWN"


def verify(signature: str, body: bytes, jwks: Jwks) -> None:
    """SIGNATURE_MALFORMED, SIGNATURE_WRONG, SIGNING_KEY_UNKNOWN."""
    header = _header(signature)
    # Said here, so that no key decides about the algorithm, nor the token about the key.
    if header.get("alg") != ALGORITHM or header.get("b64") is not False or "kid" not in header:
        raise SignatureMalformed("signature")
    key = key_of(header["kid"], jwks)
    try:
        _JWS.decode(signature, key=key, algorithms=[ALGORITHM], detached_payload=body)
    except jwt.InvalidSignatureError:
        raise SignatureWrong("signature") from None
    except jwt.InvalidKeyError:  # too short to prove anything
        raise SigningKeyUnknown("signature") from None
    except jwt.PyJWTError:
        raise SignatureMalformed("signature") from None


def key_of(kid: str, jwks: Jwks) -> jwt.PyJWK:
    """The RSA key with that id. SIGNING_KEY_UNKNOWN."""
    for entry in jwks["keys"]:
        if entry.get("kid") == kid and entry.get("kty") == "RSA":
            try:
                return jwt.PyJWK.from_dict(entry, ALGORITHM)
            except jwt.PyJWTError:
                break
    raise SigningKeyUnknown("signature")


def _header(signature: str) -> dict[str, Any]:
    try:
        return _JWS.get_unverified_header(signature)
    except jwt.PyJWTError:
        raise SignatureMalformed("signature") from None
