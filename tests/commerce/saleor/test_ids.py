import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.saleor.errors import BadId
from commerce.saleor.ids import GlobalId, ShippingMethodIds

ADMIN = "U2hpcHBpbmdNZXRob2RUeXBlOjIx"
CHECKOUT = "U2hpcHBpbmdNZXRob2Q6MjE="
OF_AN_APP = "YXBwOmtyLm1hbGwuYXBwOnNsb3QtMjAyNjExMjUtYW0="


def test_an_id_is_a_type_and_a_key() -> None:
    id_ = GlobalId.parse("T3JkZXI6MzcwOGMyMWMtZGJiZi00YzE0LTkyOGUtODYwZjIwM2ExNzMz")
    assert id_ == GlobalId("Order", "3708c21c-dbbf-4c14-928e-860f203a1733")


def test_the_key_of_an_apps_method_has_colons_of_its_own() -> None:
    assert GlobalId.parse(OF_AN_APP) == GlobalId("app", "kr.mall.app:slot-20261125-am")


def test_an_id_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(BadId, match="of type ShippingMethod, not Order"):
        GlobalId.parse(CHECKOUT, expected="Order")


def test_an_id_of_the_right_type_is_taken() -> None:
    assert GlobalId.parse(CHECKOUT, expected="ShippingMethod").key == "21"


@pytest.mark.parametrize("text", ["", "xxx", "주문", "T3JkZXI=", "OjIx", "T3JkZXI6", "//79Ojo6"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(BadId):
        GlobalId.parse(text)


@given(st.from_regex(r"[A-Za-z]+", fullmatch=True), st.text(min_size=1))
def test_an_id_reads_back_as_it_was_written(kind: str, key: str) -> None:
    assert GlobalId.parse(str(GlobalId(kind, key))) == GlobalId(kind, key)


@pytest.mark.parametrize("text", [ADMIN, CHECKOUT])
def test_either_id_of_a_shipping_method_gives_both(text: str) -> None:
    ids = ShippingMethodIds.of(text)
    assert (ids.in_admin, ids.in_checkout) == (ADMIN, CHECKOUT)


@pytest.mark.parametrize("text", [OF_AN_APP, "T3JkZXI6MQ=="])
def test_a_method_of_an_app_has_no_second_id(text: str) -> None:
    with pytest.raises(BadId, match="not a built-in shipping method"):
        ShippingMethodIds.of(text)
