"""Invented people: the demo's sign-ins, and households that shop, subscribe and borrow."""

from datetime import date, datetime
from functools import cache
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from commerce.books import actions as books
from commerce.books.models import Library
from commerce.business_days import business_date
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.merchants.models import Market, Merchant
from drivethrough.sites.models import Site
from logistics.fleet.models import Driver
from logistics.network.models import Depot
from storefront.accounts.models import Grant, Role, User
from storefront.demo.files import Row, Size, rows
from storefront.demo.sign_ins import SIGN_INS

HOUSEHOLDS = {"small": 40, "full": 900}
FAMILY = "김이박최정강조윤장임한오서신권황안송류홍"
# Two syllables each.
GIVEN = (
    "서준하은민재지우도윤서아예준수아시우하린주원지안현우다은지호채원준서나은"
    "건우유나선우소율정훈미경영호은정성민혜진동현수빈재호보라태윤가영진수연주"
)
DOOR_NOTES = ("", "", "문 앞에 놓아 주세요", "경비실에 맡겨 주세요", "초인종 대신 문자 부탁드려요")


def load_sign_ins(sellers: dict[str, Merchant], now: datetime) -> None:
    grants = _grants(sellers)
    people = {row["email"]: row for row in rows("people")}
    for number, (_role, email, password, _what) in enumerate(SIGN_INS, 1):
        person = people[email]
        user = _user(email, person["full_name"], password)
        EmailAddress.objects.get_or_create(
            user=user, email=email, defaults={"primary": True, "verified": True}
        )
        for role, scope in grants.get(email, ()):
            Grant.objects.get_or_create(
                user=user, role=role, scope_reference=scope, defaults={"granted_at": now}
            )
        if person["street"]:
            _customer(user, f"010-0000-{4000 + number}", person, now)


def applicant() -> User:
    return _user("applicant@jangteo.test", "남궁선", None)


def _grants(sellers: dict[str, Merchant]) -> dict[str, list[tuple[Role, str]]]:
    def site(source_id: str) -> str:
        return Site.objects.get(source_id=source_id).reference

    def market(source_id: str) -> str:
        return Market.objects.get(source_id=source_id).reference

    def driver(name: str) -> str:
        return Driver.objects.get(full_name=name).reference

    suwon, yongin = (Depot.objects.get(code=code).reference for code in ("suwon", "yongin"))
    libraries = [Library.objects.get(source_id=i).reference for i in ("LB0225", "LB0356")]
    granted = {
        "merchant": [(Role.MERCHANT, sellers["grandma"].reference)],
        "merchant2": [(Role.MERCHANT, sellers["hangyeol"].reference)],
        "farmer": [
            (Role.FARMER, site("200-2-000007")),
            (Role.MERCHANT, sellers["rice-farm"].reference),
        ],
        "farmer2": [
            (Role.FARMER, site("228-2-000010")),
            (Role.MERCHANT, sellers["hen-farm"].reference),
        ],
        "librarian": [(Role.LIBRARIAN, libraries[0])],
        "librarian2": [(Role.LIBRARIAN, libraries[1])],
        "driver": [(Role.DRIVER, driver("최민수"))],
        "driver2": [(Role.DRIVER, driver("장보람"))],
        "driver3": [(Role.DRIVER, driver("한지원"))],
        "driver4": [(Role.DRIVER, driver("오달수"))],
        "dispatcher": [(Role.DISPATCHER, suwon)],
        "dispatcher2": [(Role.DISPATCHER, yongin)],
        "helper": [(Role.HELPER, market("MK0074"))],
        "helper2": [(Role.HELPER, market("MK0084"))],
        "operator": [(Role.OPERATOR, "")],
        "operator2": [(Role.OPERATOR, "")],
    }
    return {f"{name}@jangteo.test": given for name, given in granted.items()}


def load_children(now: datetime) -> None:
    """A baby of ten months, twins, and one who turns nineteen months next month."""
    today = business_date(now)
    families = {
        "shopper@jangteo.test": (("도토리", 10),),
        "shopper2@jangteo.test": (("해", 26), ("달", 26)),
        "subscriber@jangteo.test": (("콩이", 18),),
    }
    for email, children in families.items():
        for nickname, months in children:
            books.register_child(
                guardian=customer_of(email),
                nickname=nickname,
                born_on=months_before(today, months),
                consent=True,
                now=now,
            )


def months_before(today: date, months: int) -> date:
    """The first day of the month so many months ago."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def load_households(size: Size, now: datetime) -> list[Customer]:
    depots = {row["code"] for row in rows("depots", size)}
    doors = [row for row in rows("doors") if row["depot"] in depots]
    chance = Random("households")  # noqa: S311 - the same families every time
    chance.shuffle(doors)
    return [
        _household(number, doors[number % len(doors)], now) for number in range(HOUSEHOLDS[size])
    ]


def _household(number: int, door: Row, now: datetime) -> Customer:
    start = number * 7 * 2 % len(GIVEN)
    name = FAMILY[number % len(FAMILY)] + GIVEN[start : start + 2]
    user = _user(f"home{number + 1:03d}@jangteo.test", name, None)
    home = {
        **door,
        "label": "집",
        "detail": f"{101 + number % 9}동 {1 + number % 15}{1 + number % 4:02d}호",
        "postcode": _postcode(door["city"], number),
        "door_note": DOOR_NOTES[number % len(DOOR_NOTES)],
    }
    return _customer(user, f"010-0000-{5000 + number}", home, now)


def _postcode(city: str, number: int) -> str:
    """Of the right city, but of no door in particular."""
    first = {"수원": 162, "용인": 168, "화성": 182, "의정": 116, "양주": 114, "오산": 181}
    return f"{first.get(city[:2], 130)}{number % 100:02d}"


def _user(email: str, full_name: str, password: str | None) -> User:
    there = User.objects.filter(email=email).first()
    if there is not None:
        return there
    user = User.objects.create_user(email, full_name=full_name)
    if password is not None:
        user.password = _hashed(password)
        user.save(update_fields=["password"])
    return user


@cache
def _hashed(password: str) -> str:
    """One slow hash for everybody: they all have the same password."""
    return make_password(password)


def _customer(user: User, phone: str, home: Row, now: datetime) -> Customer:
    customer = customers.customer_for(
        user_reference=user.reference, full_name=user.full_name, phone=phone, now=now
    )
    if not Address.objects.filter(customer=customer).exists():
        customers.add_address(
            customer=customer,
            label=home["label"],
            city=home["city"],
            locality=home["locality"],
            street=home["street"],
            detail=home["detail"],
            postcode=home["postcode"],
            door_note=home["door_note"],
            lat=float(home["lat"]),
            lon=float(home["lon"]),
        )
    return customer


def user_of(email: str) -> User:
    return User.objects.get(email=email)


def customer_of(email: str) -> Customer:
    return Customer.objects.get(user_reference=user_of(email).reference)
