import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.saleor.app.api_url import ApiUrlMalformed, key_set_url, normalised


@pytest.mark.parametrize(
    "spelled",
    [
        "https://shop.example/graphql/",
        "https://shop.example/graphql",
        "HTTPS://Shop.Example/graphql/",
        "https://shop.example:443/graphql//",
        "  https://shop.example/graphql/ ",
    ],
)
def test_one_address_has_one_spelling(spelled: str) -> None:
    assert normalised(spelled) == "https://shop.example/graphql/"


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example/graphql/",
        "https://shop.example:8443/graphql/",
        "https://shop.example/GraphQL/",
        "https://shop.example.evil.example/graphql/",
        "https://shop.example/",
        "http://[::1]:8000/graphql/",
    ],
)
def test_another_address_stays_another(address: str) -> None:
    assert normalised(address) == address


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "shop.example/graphql/",
        "ftp://shop.example/",
        "https://",
        "https://me:secret@shop.example/graphql/",
        "https://shop.example@evil.example/graphql/",
        "https://shop.example/graphql/?x=1",
        "https://shop.example/graphql/#x",
        "https://shop.example:port/",
        "https://shop.example:99999/",
        "https://[shop/",
        "https://shop example/",
        "https://shop.example/\x00",
        "https://쇼핑.example/graphql/",
        "https://shop.example/" + "a" * 200,
    ],
)
def test_what_is_no_address_is_refused(junk: str) -> None:
    with pytest.raises(ApiUrlMalformed):
        normalised(junk)


@given(st.text() | st.from_regex(r"https?://[a-zA-Z0-9.\-:\[\]@/?# ]{0,40}", fullmatch=True))
def test_whatever_is_sent_is_refused_or_stays_as_it_became(text: str) -> None:
    try:
        address = normalised(text)
    except ApiUrlMalformed:
        return
    assert normalised(address) == address


def test_the_keys_are_at_the_root_of_the_same_host() -> None:
    address = key_set_url("https://shop.example:8443/saleor/graphql/")
    assert address == "https://shop.example:8443/.well-known/jwks.json"
