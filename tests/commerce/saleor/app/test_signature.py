import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.saleor.app.signature import (
    SignatureMalformed,
    SignatureWrong,
    SigningKeyUnknown,
    verify,
)
from tests.fakes.saleor import LONG, FakeSaleor, detached, private_key, public_jwk

SAMPLE: dict[str, Any] = json.loads((Path(__file__).parent / "signed_delivery.json").read_text())
SIGNATURE: str = SAMPLE["signature"]
BODY: bytes = SAMPLE["body"].encode()
JWKS: dict[str, Any] = SAMPLE["jwks"]

SALEOR = FakeSaleor()


def test_a_delivery_of_a_real_saleor_is_verified() -> None:
    verify(SIGNATURE, BODY, JWKS)


def test_a_body_of_no_bytes_may_be_signed() -> None:
    verify(SALEOR.sign(b""), b"", SALEOR.jwks)


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_one_other_bit_in_the_body_is_wrong(at: int, bit: int) -> None:
    tampered = bytearray(BODY)
    tampered[at] ^= 1 << bit
    with pytest.raises(SignatureWrong):
        verify(SIGNATURE, bytes(tampered), JWKS)


@pytest.mark.parametrize("body", [b"", BODY + b"\n", b" " + BODY, BODY * 2])
def test_a_longer_or_shorter_body_is_wrong(body: bytes) -> None:
    with pytest.raises(SignatureWrong):
        verify(SIGNATURE, body, JWKS)


def test_another_key_under_the_same_id_is_wrong() -> None:
    impostor = FakeSaleor(key=2, kid=SALEOR.kid)
    with pytest.raises(SignatureWrong):
        verify(impostor.sign(BODY), BODY, SALEOR.jwks)


def test_a_key_of_another_id_is_unknown() -> None:
    with pytest.raises(SigningKeyUnknown):
        verify(SIGNATURE, BODY, SALEOR.jwks)


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "e": "AQAB"},
        {"kty": "RSA", "n": 7, "e": None},
        {},
    ],
)
def test_a_key_that_is_no_rsa_key_is_unknown(odd: dict[str, Any]) -> None:
    with pytest.raises(SigningKeyUnknown):
        verify(SIGNATURE, BODY, {"keys": [{"kid": JWKS["keys"][0]["kid"], **odd}]})


def test_a_key_too_short_to_prove_anything_is_unknown() -> None:
    short = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "short"}
    signature = detached(BODY, short, private_key(1, 1_024))
    with pytest.raises(SigningKeyUnknown):
        verify(signature, BODY, {"keys": [public_jwk(1, "short", 1_024)]})


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"alg": None},
        {"b64": True},
        {"b64": 0},
        {"crit": []},
        {"crit": None},
        {"crit": ["exp"]},
        {"crit": ["b64", "exp"]},
        {"kid": 7},
        {"kid": None},
    ],
)
def test_a_header_that_saleor_never_sends_is_malformed(header: dict[str, Any]) -> None:
    with pytest.raises(SignatureMalformed):
        verify(SALEOR.sign(BODY, **header), BODY, SALEOR.jwks)


@pytest.mark.parametrize("missing", ["alg", "b64", "crit", "kid"])
def test_a_header_without_its_parts_is_malformed(missing: str) -> None:
    header = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": SALEOR.kid}
    del header[missing]
    with pytest.raises(SignatureMalformed):
        verify(detached(BODY, header, private_key(SALEOR.key, LONG)), BODY, SALEOR.jwks)


def test_a_body_carried_inside_is_malformed() -> None:
    head, _, tail = SIGNATURE.split(".")
    with pytest.raises(SignatureMalformed):
        verify(f"{head}.e30.{tail}", BODY, JWKS)


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_\-=.]{0,60}", fullmatch=True))
def test_junk_is_malformed(text: str) -> None:
    with pytest.raises(SignatureMalformed):
        verify(text, BODY, JWKS)
