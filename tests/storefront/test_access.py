"""Who may open which page: nobody, unless the page says so."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from storefront.accounts.access import deny_by_default
from storefront.accounts.models import Grant, Role
from tests.builders.mall import a_client, a_user
from tests.storefront.pages import Page, every_page

pytestmark = pytest.mark.django_db

OURS = [page for page in every_page() if not page.from_allauth]
DECLARED = [page for page in OURS if hasattr(page.view, "access")]
GUARDED = [page for page in DECLARED if page.view.access.signed_in]
FOR_ROLES = [page for page in GUARDED if page.view.access.roles]


def test_every_page_says_who_may_open_it() -> None:
    assert [page.route for page in OURS if page not in DECLARED] == []


def test_a_view_that_says_nothing_is_refused(rf: RequestFactory) -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    middleware = deny_by_default(lambda request: HttpResponse())
    request = rf.get("/", headers={"Accept": "application/json"})
    answer = middleware.process_view(request, forgotten, (), {})  # type: ignore[attr-defined]
    assert answer.status_code == 403


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
def test_a_visitor_is_asked_to_sign_in(client: Client, page: Page) -> None:
    answer = client.get(page.url("x"))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


@pytest.mark.parametrize("page", FOR_ROLES, ids=lambda page: page.name)
def test_a_shopper_may_not_open_a_desk(page: Page) -> None:
    client = a_client(a_user())
    assert client.get(page.url("x")).status_code == 403
    assert client.post(page.url("x")).status_code == 403


@pytest.mark.parametrize("page", FOR_ROLES, ids=lambda page: page.name)
def test_a_worker_may_not_open_another_trades_desk(page: Page) -> None:
    others = [role for role in Role if role not in page.view.access.roles]
    user = a_user()
    for role in others:
        scope = "" if role == Role.OPERATOR else "XXX-NOBODYS"
        Grant.objects.create(user=user, role=role, scope_reference=scope)
    assert a_client(user).get(page.url("x")).status_code == 403


def test_acting_for_a_scope_that_was_not_granted_falls_back_to_ones_own() -> None:
    client = a_client(a_user("m@jangteo.test", (Role.MERCHANT, "MER-OWN")))
    session = client.session
    session["acting_for"] = "MER-OTHER"
    session.save()
    request = client.get("/merchant/").wsgi_request
    assert request.scope == "MER-OWN"


def test_a_form_opened_before_the_sign_in_changed_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "shopper@jangteo.test", "password": "x"})
    assert answer.status_code == 403
    assert 'data-code="PAGE_TOO_OLD"' in answer.content.decode()
