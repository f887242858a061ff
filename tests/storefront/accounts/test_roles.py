"""Operators give roles and take them away; what was decided, and by whom, stays on record."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from commerce.merchants.models import MerchantStatus
from storefront.accounts import actions, scopes
from storefront.accounts.models import Grant, GrantChange, Role, User
from storefront.refusals import NotAllowed, StorefrontError
from tests.builders.books import a_library
from tests.builders.commerce import NOW, a_market, a_merchant
from tests.builders.drivethrough import a_site
from tests.builders.logistics import a_depot, a_driver
from tests.builders.mall import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return a_user("operator@jangteo.test", (Role.OPERATOR, ""))


@pytest.fixture
def ada() -> User:
    return a_user()


def given(user: User, role: Role, scope: str, by: User) -> Grant:
    return actions.grant(user=user, role=role, scope_reference=scope, by=by, now=NOW)


def taken(user: User, role: Role, scope: str, by: User) -> None:
    actions.revoke(user=user, role=role, scope_reference=scope, by=by, now=NOW + timedelta(days=1))


def held() -> set[tuple[str, str, str]]:
    return set(Grant.objects.values_list("user__email", "role", "scope_reference"))


def refused(refusal: type[StorefrontError], act: Any, *args: Any) -> None:
    before = held()
    with pytest.raises(refusal):
        act(*args)
    assert held() == before
    assert not GrantChange.objects.exists()


def a_scope(role: Role) -> str:
    things = {
        Role.MERCHANT: a_merchant,
        Role.PACKER: a_merchant,
        Role.FARMER: a_site,
        Role.LIBRARIAN: a_library,
        Role.DRIVER: lambda: a_driver(depot=a_depot()),
        Role.DISPATCHER: a_depot,
        Role.HELPER: a_market,
    }
    return things[role]().reference if role in things else ""


@pytest.mark.parametrize("role", Role)
def test_a_role_is_given_once_and_written_down(ada: User, operator: User, role: Role) -> None:
    scope = a_scope(role)
    first = given(ada, role, scope, operator)
    assert given(ada, role, scope, operator) == first
    assert first.granted_at == NOW
    change = GrantChange.objects.get()
    assert (change.by, change.user, change.granted, change.at) == (operator, ada, True, NOW)
    assert (change.role, change.scope_reference) == (role, scope)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_taken_away_once_and_written_down(ada: User, operator: User, role: Role) -> None:
    scope = a_scope(role)
    given(ada, role, scope, operator)
    for _ in range(2):
        taken(ada, role, scope, operator)
    assert held() == {("operator@jangteo.test", "operator", "")}
    last, _first = GrantChange.objects.all()
    assert (last.by, last.user, last.granted) == (operator, ada, False)
    assert (last.role, last.scope_reference) == (role, scope)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("other", Role)
def test_a_role_is_given_for_its_own_kind_of_thing(
    ada: User, operator: User, role: Role, other: Role
) -> None:
    if role != other and {role, other} != {Role.MERCHANT, Role.PACKER}:
        refused(actions.RoleScope, given, ada, role, a_scope(other), operator)


@pytest.mark.parametrize("status", [MerchantStatus.SUBMITTED, MerchantStatus.CLOSED])
def test_a_shop_that_was_not_admitted_has_no_desk_to_give(
    ada: User, operator: User, status: MerchantStatus
) -> None:
    shop = a_merchant(status=status)
    refused(actions.RoleScope, given, ada, Role.MERCHANT, shop.reference, operator)


def test_a_driver_has_one_account(ada: User, operator: User) -> None:
    driver = a_driver(depot=a_depot())
    Grant.objects.create(user=ada, role=Role.DRIVER, scope_reference=driver.reference)
    bob = a_user("bob@jangteo.test")
    refused(actions.DriverTaken, given, bob, Role.DRIVER, driver.reference, operator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=bob, role=Role.DRIVER, scope_reference=driver.reference)


@pytest.mark.parametrize("role", actions.FOR_ONE_THING)
def test_whose_desk_cannot_change_places_has_one(ada: User, operator: User, role: Role) -> None:
    Grant.objects.create(user=ada, role=role, scope_reference=a_scope(role))
    refused(actions.RoleForOneThing, given, ada, role, a_scope(role), operator)


@pytest.mark.parametrize("role", [Role.MERCHANT, Role.DISPATCHER])
def test_a_shop_or_depot_may_be_one_of_several(ada: User, operator: User, role: Role) -> None:
    for _ in range(2):
        given(ada, role, a_scope(role), operator)
    assert Grant.objects.filter(user=ada, role=role).count() == 2


def test_only_an_operator_decides(ada: User) -> None:
    librarian = a_user("lib@jangteo.test", (Role.LIBRARIAN, "LIB-1"))
    refused(NotAllowed, given, ada, Role.OPERATOR, "", librarian)
    refused(NotAllowed, given, ada, Role.OPERATOR, "", ada)
    refused(NotAllowed, taken, librarian, Role.LIBRARIAN, "LIB-1", ada)


def test_an_operator_who_may_not_sign_in_decides_nothing(ada: User, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(is_active=False)
    refused(NotAllowed, given, ada, Role.OPERATOR, "", operator)


def test_the_last_operator_stays(operator: User) -> None:
    refused(actions.OperatorLast, taken, operator, Role.OPERATOR, "", operator)


def test_an_operator_who_cannot_sign_in_does_not_count_as_another(operator: User) -> None:
    gone = a_user("gone@jangteo.test", (Role.OPERATOR, ""))
    User.objects.filter(pk=gone.pk).update(is_active=False)
    refused(actions.OperatorLast, taken, operator, Role.OPERATOR, "", operator)


def test_an_operator_is_dismissed_by_another_and_not_by_themselves(operator: User) -> None:
    other = a_user("other@jangteo.test", (Role.OPERATOR, ""))
    refused(actions.OperatorOwn, taken, other, Role.OPERATOR, "", other)
    taken(other, Role.OPERATOR, "", operator)
    assert held() == {("operator@jangteo.test", "operator", "")}


def test_an_account_is_found_however_its_address_is_typed(ada: User) -> None:
    assert actions.account("  ADA@Jangteo.test ") == ada


@pytest.mark.parametrize("email", ["", "nobody@jangteo.test", "ada", "%"])
def test_whoever_has_not_signed_up_is_not_found(ada: User, email: str) -> None:
    with pytest.raises(actions.AccountUnknown):
        actions.account(email)


def test_whoever_may_not_sign_in_is_not_found(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(actions.AccountUnknown):
        actions.account(ada.email)


def test_the_record_is_only_added_to(ada: User, operator: User) -> None:
    given(ada, Role.OPERATOR, "", operator)
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantChange.objects.update(granted=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantChange.objects.all().delete()
    with pytest.raises(ProtectedError):
        ada.delete()


def test_a_driver_who_has_an_account_is_not_to_be_chosen(ada: User) -> None:
    depot = a_depot(name="수원 집하장")
    free = a_driver(depot=depot, full_name="한지원")
    busy = a_driver(depot=depot, full_name="최민수")
    Grant.objects.create(user=ada, role=Role.DRIVER, scope_reference=busy.reference)
    assert scopes.choices(Role.DRIVER) == [(free.reference, "한지원 · 수원 집하장")]


def test_an_operator_has_nothing_to_choose() -> None:
    a_merchant()
    assert scopes.choices(Role.OPERATOR) == []


def test_what_is_gone_has_no_name(ada: User) -> None:
    library = a_library(name="선경도서관")
    for scope in (library.reference, "LIB-GONE"):
        Grant.objects.create(user=ada, role=Role.LIBRARIAN, scope_reference=scope)
    named = scopes.names(Grant.objects.all())
    assert named == {(Role.LIBRARIAN, library.reference): "선경도서관"}


def test_whoever_runs_the_machine_appoints_the_first_operator(ada: User) -> None:
    assert actions.appoint_operator(user=ada, now=NOW) is True
    assert held() == {(ada.email, "operator", "")}
    change = GrantChange.objects.get()
    assert (change.by, change.user, change.granted) == (None, ada, True)


def test_appointing_an_operator_again_changes_nothing(ada: User) -> None:
    actions.appoint_operator(user=ada, now=NOW)
    assert actions.appoint_operator(user=ada, now=NOW + timedelta(days=1)) is False
    assert GrantChange.objects.count() == 1
