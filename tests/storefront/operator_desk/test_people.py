"""The operator sees who may do what, gives roles, and takes them away at once."""

from unicodedata import normalize

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commerce.merchants.models import Merchant
from storefront.accounts.models import Grant, GrantChange, Role, User
from storefront.operator_desk.people import PER_PAGE
from tests.builders.books import a_library
from tests.builders.commerce import a_merchant
from tests.builders.drivethrough import a_site
from tests.builders.logistics import a_depot, a_driver
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return a_user("operator@jangteo.test", (Role.OPERATOR, ""))


@pytest.fixture
def operator(boss: User) -> Client:
    return a_client(boss)


def listed(operator: Client, **asked: str) -> str:
    answer = operator.get(reverse("operator_people"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(operator: Client, user: User, **asked: str) -> str:
    answer = operator.get(reverse("operator_person", args=[user.reference]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def give(operator: Client, user: User, role: str, scope: str = "") -> str:
    url = reverse("operator_person", args=[user.reference])
    answer = operator.post(url, {"role": role, "scope": scope}, follow=True)
    return answer.content.decode()


def take(operator: Client, user: User, role: str, scope: str = "") -> str:
    url = reverse("operator_revoke", args=[user.reference])
    answer = operator.post(url, {"role": role, "scope": scope}, follow=True)
    return answer.content.decode()


def test_everybody_with_a_role_is_listed_with_what_it_is_for(operator: Client) -> None:
    depot = a_depot(name="수원 집하장")
    a_user("m@jangteo.test", (Role.MERCHANT, a_merchant(name="새벽채소").reference))
    a_user("f@jangteo.test", (Role.FARMER, a_site(name="화홍문 차장터").reference))
    a_user("l@jangteo.test", (Role.LIBRARIAN, a_library(name="선경도서관").reference))
    driver = a_driver(depot=depot, full_name="최민수")
    a_user("d@jangteo.test", (Role.DRIVER, driver.reference), (Role.DISPATCHER, depot.reference))
    a_user("shopper@jangteo.test")
    page = listed(operator)
    for words in ("새벽채소 · 수원", "화홍문 차장터", "선경도서관", "최민수 · 수원 집하장"):
        assert words in page
    for words in ("판매자", "드라이브스루 농가", "사서", "배송 기사", "배차 담당", "장터 전체"):
        assert words in page
    assert "5명" in page
    assert "shopper@jangteo.test" not in page


@pytest.mark.parametrize("asked", ["하늘", "SKY@", "  sky@jangteo "])
def test_people_are_found_by_name_or_address(operator: Client, asked: str) -> None:
    sky = a_user("sky@jangteo.test", (Role.LIBRARIAN, a_library().reference))
    User.objects.filter(pk=sky.pk).update(full_name="최하늘")
    page = listed(operator, q=asked)
    assert "sky@jangteo.test" in page
    assert "operator@jangteo.test" not in page


def test_a_name_typed_in_pieces_is_found(operator: Client, boss: User) -> None:
    User.objects.filter(pk=boss.pk).update(full_name="양세라")
    assert "operator@jangteo.test" in listed(operator, q=normalize("NFD", "양세라"))


def test_nobody_found_is_told_kindly(operator: Client) -> None:
    assert "찾는 사람이 없어요" in listed(operator, q="nobody%")


def test_whoever_has_no_name_is_called_by_their_address(operator: Client, boss: User) -> None:
    User.objects.filter(pk=boss.pk).update(full_name="")
    assert '">operator@jangteo.test</a>' in listed(operator)


def test_many_people_are_on_several_pages_at_the_same_cost(operator: Client) -> None:
    library = a_library().reference
    with CaptureQueriesContext(connection) as few:
        listed(operator)
    for number in range(PER_PAGE + 1):
        a_user(f"lib{number:02}@jangteo.test", (Role.LIBRARIAN, library))
    with CaptureQueriesContext(connection) as many:
        page = listed(operator, q="lib")
    assert len(many) <= len(few) + 1  # the libraries' names
    assert "lib00@" in page
    assert "lib20@" not in page
    assert "?q=lib&amp;page=2" in page
    assert "lib20@" in listed(operator, q="lib", page="2")


def test_a_page_that_is_not_there_is_refused(operator: Client) -> None:
    for page in ("99", "0", "-1", "x", "٣"):
        answer = operator.get(reverse("operator_people"), {"page": page})
        assert answer.status_code == 400
        assert "BAD_INPUT" in answer.content.decode()


def test_the_way_to_a_new_role_is_the_address_and_the_role(operator: Client) -> None:
    ada, _library = a_user(), a_library()
    form = {"email": " Ada@jangteo.test", "role": "librarian"}
    answer = operator.post(reverse("operator_people"), form)
    assert answer.status_code == 302
    assert answer.url == f"/operator/people/{ada.reference}/?role=librarian#give"
    page = operator.get(answer.url).content.decode()
    assert "어느 도서관인가요?" in page


@pytest.mark.parametrize(
    ("email", "role", "code"),
    [
        ("nobody@jangteo.test", "librarian", "ACCOUNT_UNKNOWN"),
        ("", "librarian", "ACCOUNT_UNKNOWN"),
        ("ada@jangteo.test", "", "BAD_INPUT"),
        ("ada@jangteo.test", "king", "BAD_INPUT"),
    ],
)
def test_a_form_that_is_not_right_comes_back_as_it_was(
    operator: Client, email: str, role: str, code: str
) -> None:
    a_user()
    answer = operator.post(reverse("operator_people"), {"email": email, "role": role})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'data-code="{code}"' in page
    assert f'value="{email}"' in page
    assert '<details class="card" open>' in page


def test_whoever_has_not_signed_up_is_asked_to_first_in_both_languages(operator: Client) -> None:
    form = {"email": "nobody@jangteo.test", "role": "driver"}
    assert "먼저 장터에 가입" in operator.post("/operator/people/", form).content.decode()
    operator.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "sign up first" in operator.post("/operator/people/", form).content.decode()


def test_a_role_that_is_given_opens_its_desk(operator: Client) -> None:
    ada, library = a_user(), a_library(name="선경도서관")
    client = a_client(ada)
    assert client.get(reverse("library_home")).status_code == 403
    for _ in range(2):
        assert "‘사서’ 역할을 주었습니다" in give(operator, ada, "librarian", library.reference)
    assert client.get(reverse("library_home")).status_code == 200
    assert Grant.objects.filter(user=ada).count() == GrantChange.objects.count() == 1
    assert "선경도서관" in page_of(operator, ada)


def test_an_operator_is_made_without_choosing_anything(operator: Client) -> None:
    ada = a_user()
    assert "f-scope" not in page_of(operator, ada, role="operator")
    give(operator, ada, "operator")
    assert a_client(ada).get(reverse("operator_people")).status_code == 200


def test_a_choice_that_does_not_fit_is_refused_beside_the_form(operator: Client) -> None:
    ada, site = a_user(), a_site()
    a_library(name="선경도서관")
    page = give(operator, ada, "librarian", site.reference)
    assert 'data-code="ROLE_SCOPE"' in page
    assert "선경도서관" in page
    assert not Grant.objects.filter(user=ada).exists()


def test_a_driver_who_has_an_account_is_neither_offered_nor_given(operator: Client) -> None:
    driver = a_driver(depot=a_depot(), full_name="최민수")
    a_user("driver@jangteo.test", (Role.DRIVER, driver.reference))
    ada = a_user()
    assert "이 역할을 맡길 곳이 남아 있지 않습니다" in page_of(operator, ada, role="driver")
    assert 'data-code="DRIVER_TAKEN"' in give(operator, ada, "driver", driver.reference)
    assert not Grant.objects.filter(user=ada).exists()


def test_an_address_nobody_confirmed_is_pointed_out(operator: Client) -> None:
    ada = a_user()
    assert "확인되지 않은 계정" in page_of(operator, ada)
    ada.emailaddress_set.create(email="Ada@jangteo.test", verified=True)  # type: ignore[attr-defined]
    assert "확인되지 않은 계정" not in page_of(operator, ada)


def test_a_role_that_is_taken_away_closes_its_desk_with_the_next_page(operator: Client) -> None:
    library = a_library().reference
    ada = a_user("ada@jangteo.test", (Role.LIBRARIAN, library))
    client = a_client(ada)
    assert client.get(reverse("library_home")).status_code == 200
    for _ in range(2):
        assert "‘사서’ 역할을 거두었습니다" in take(operator, ada, "librarian", library)
    assert client.get(reverse("library_home")).status_code == 403
    assert GrantChange.objects.count() == 1


def two_shops(user: User) -> tuple[Merchant, Merchant]:
    shops = a_merchant(name="첫째"), a_merchant(name="둘째")
    for shop in shops:
        Grant.objects.create(user=user, role=Role.MERCHANT, scope_reference=shop.reference)
    return shops


def test_the_shop_a_session_has_chosen_is_closed_to_it_too(operator: Client) -> None:
    ada = a_user()
    first, second = two_shops(ada)
    client = a_client(ada)
    client.post(reverse("merchant_switch"), {"merchant": second.reference})
    assert client.get("/merchant/").wsgi_request.scope == second.reference
    take(operator, ada, "merchant", second.reference)
    assert client.get("/merchant/").wsgi_request.scope == first.reference
    take(operator, ada, "merchant", first.reference)
    assert client.session["acting_for"] == second.reference
    assert client.get("/merchant/").status_code == 403


def test_an_operator_does_not_dismiss_themselves(operator: Client, boss: User) -> None:
    assert "마지막 운영자" in take(operator, boss, "operator")
    a_user("other@jangteo.test", (Role.OPERATOR, ""))
    assert "내가 거둘 수 없습니다" in take(operator, boss, "operator")
    assert Grant.objects.filter(role=Role.OPERATOR).count() == 2
    assert reverse("operator_revoke", args=[boss.reference]) not in page_of(operator, boss)


def test_who_did_what_is_told(operator: Client, boss: User) -> None:
    User.objects.filter(pk=boss.pk).update(full_name="양세라")
    ada, library = a_user(), a_library(name="선경도서관").reference
    assert "아직 이 화면에서 바꾼 역할이 없습니다" in listed(operator)
    give(operator, ada, "librarian", library)
    take(operator, ada, "librarian", library)
    for page in (listed(operator), page_of(operator, ada)):
        assert "양세라 님이 바꿈" in page
        assert page.index("거둠</span>") < page.index("줌</span>")
    assert "양세라 님이 바꿈" not in page_of(operator, boss)


def test_nothing_personal_is_logged(operator: Client, caplog: pytest.LogCaptureFixture) -> None:
    ada = a_user()
    operator.post(reverse("operator_people"), {"email": ada.email, "role": "operator"})
    operator.post(reverse("operator_people"), {"email": "nobody@jangteo.test", "role": "operator"})
    give(operator, ada, "operator")
    take(operator, ada, "operator")
    assert "@jangteo" not in caplog.text
    assert "김하나" not in caplog.text


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
def test_other_trades_see_and_change_nothing(boss: User, role: Role) -> None:
    client = a_client(a_user("other@jangteo.test", (role, "XXX-OWN")))
    urls = [
        reverse("operator_people"),
        reverse("operator_person", args=[boss.reference]),
        reverse("operator_revoke", args=[boss.reference]),
    ]
    for url in urls:
        form = {"email": boss.email, "role": "operator", "scope": ""}
        for answer in (client.get(url), client.post(url, form)):
            assert answer.status_code == 403
            assert boss.email not in answer.content.decode()
    assert Grant.objects.count() == 2
    assert not GrantChange.objects.exists()


def test_a_person_nobody_knows_is_not_found(operator: Client) -> None:
    for name in ("operator_person", "operator_revoke"):
        form = {"role": "operator", "scope": ""}
        assert operator.post(reverse(name, args=["nobody"]), form).status_code == 404


@pytest.mark.parametrize("role", ["", "king", "OPERATOR", "\x00", "🍓" * 20, "operator "])
@pytest.mark.parametrize("name", ["operator_person", "operator_revoke"])
def test_a_role_that_was_never_offered_is_refused(operator: Client, name: str, role: str) -> None:
    ada = a_user()
    answer = operator.post(reverse(name, args=[ada.reference]), {"role": role, "scope": ""})
    assert answer.status_code == 400
    assert not GrantChange.objects.exists()


@pytest.mark.parametrize("scope", ["", "x", "SIT-1", "🍓" * 20, "a" * 300, "'; drop table", "²"])
@pytest.mark.parametrize("role", Role)
def test_a_scope_that_cannot_be_meant_changes_nothing(
    operator: Client, role: Role, scope: str
) -> None:
    ada = a_user()
    if role != Role.OPERATOR or scope:
        assert 'data-code="ROLE_SCOPE"' in give(operator, ada, role, scope)
    take(operator, ada, role, scope)
    assert Grant.objects.count() == 1
    assert not GrantChange.objects.exists()


def test_a_person_is_told_in_english_too(operator: Client, boss: User) -> None:
    operator.post(reverse("set_language"), {"language": "en", "next": "/"})
    depot = a_depot(name_en="Suwon depot").reference
    ada = a_user("ada@jangteo.test", (Role.DISPATCHER, depot))
    a_site()
    page = page_of(operator, ada, role="farmer")
    for words in ('lang="en"', "Dispatcher", "Suwon depot", "Which drive-through?", "Take away"):
        assert words in page
