"""Who can sign in to the demo. Loaded by ``mall demo`` only, never by a migration."""

from typing import NamedTuple

PASSWORD = "jangteo-demo"  # noqa: S105 - everybody may know it: the demo holds nothing of anyone's


class SignIn(NamedTuple):
    role: str
    email: str
    password: str
    what: str


SIGN_INS = [
    SignIn("shopper", "shopper@jangteo.test", PASSWORD, "김서연 · 수원, 10개월 아기 · a parent"),
    SignIn("merchant", "merchant@jangteo.test", PASSWORD, "못골 할머니반찬 · a market stall"),
    SignIn("farmer", "farmer@jangteo.test", PASSWORD, "수원 화홍문 차장터 · a drive-through"),
    SignIn("librarian", "librarian@jangteo.test", PASSWORD, "선경도서관 · a library"),
    SignIn("driver", "driver@jangteo.test", PASSWORD, "최민수 · 수원 냉장탑차 · a van"),
    SignIn("dispatcher", "dispatcher@jangteo.test", PASSWORD, "수원 집하장 · a depot"),
    SignIn("helper", "helper@jangteo.test", PASSWORD, "못골종합시장 도우미 · a market's tablet"),
    SignIn("operator", "operator@jangteo.test", PASSWORD, "장터 운영자 · the mall"),
    SignIn("shopper", "subscriber@jangteo.test", PASSWORD, "박정희 · 꾸러미 구독 · a regular box"),
    SignIn("shopper", "shopper2@jangteo.test", PASSWORD, "이준호 · 용인, 쌍둥이 · twins"),
    SignIn("merchant", "merchant2@jangteo.test", PASSWORD, "한결정육 · another stall"),
    SignIn("farmer", "farmer2@jangteo.test", PASSWORD, "용인 중앙 차장터 · another site"),
    SignIn("librarian", "librarian2@jangteo.test", PASSWORD, "용인중앙도서관 · another library"),
    SignIn("driver", "driver2@jangteo.test", PASSWORD, "장보람 · 용인 냉장탑차 · another van"),
    SignIn("dispatcher", "dispatcher2@jangteo.test", PASSWORD, "용인 집하장 · another depot"),
    SignIn("helper", "helper2@jangteo.test", PASSWORD, "지동시장 도우미 · another market"),
    SignIn("operator", "operator2@jangteo.test", PASSWORD, "둘째 운영자 · another operator"),
    SignIn("driver", "driver3@jangteo.test", PASSWORD, "한지원 · 수원 저녁 · evenings"),
    SignIn("driver", "driver4@jangteo.test", PASSWORD, "오달수 · 수원 전기트럭 · an electric van"),
]
