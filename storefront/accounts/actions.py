"""Giving roles and taking them away. Only operators do, one after another, and it is written down;
the first of them is appointed by whoever runs the machine.

Every change first locks the operators' own grants, so it holds that whoever decides is an operator
at that moment. Nobody dismisses themselves: hence one operator is always left.
"""

from datetime import datetime

from django.db import transaction

from storefront.accounts import scopes
from storefront.accounts.models import Grant, GrantChange, Role, User
from storefront.refusals import NotAllowed, StorefrontError

# Their desks have no way to change to another site, library, driver, market or shop.
FOR_ONE_THING = (Role.FARMER, Role.LIBRARIAN, Role.DRIVER, Role.HELPER, Role.PACKER)


class AccountUnknown(StorefrontError):
    """Nobody has signed up with this e-mail address."""

    code = "ACCOUNT_UNKNOWN"


class RoleScope(StorefrontError):
    """The role is not given for such a thing, or there is no such thing."""

    code = "ROLE_SCOPE"


class RoleForOneThing(StorefrontError):
    """A second grant would never be seen: the desk shows the first."""

    code = "ROLE_FOR_ONE_THING"


class DriverTaken(StorefrontError):
    """Another account drives as this driver."""

    code = "DRIVER_TAKEN"


class OperatorLast(StorefrontError):
    code = "OPERATOR_LAST"


class OperatorOwn(StorefrontError):
    """An operator would dismiss themselves, though there are others."""

    code = "OPERATOR_OWN"


def account(email: str) -> User:
    """Who signs in with that address. Raises AccountUnknown."""
    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise AccountUnknown("email")
    return found


@transaction.atomic
def grant(*, user: User, role: Role, scope_reference: str, by: User, now: datetime) -> Grant:
    """Let somebody act in a role for one thing; a repeat changes nothing.

    Raises NotAllowed, RoleScope, RoleForOneThing, DriverTaken.
    """
    _lock_operators(by)
    held = Grant.objects.filter(user=user, role=role)
    same = held.filter(scope_reference=scope_reference).first()
    if same is not None:
        return same
    _refuse_scope(role, scope_reference)
    if role in FOR_ONE_THING and held.exists():
        raise RoleForOneThing("role")
    same_thing = Grant.objects.filter(role=role, scope_reference=scope_reference)
    if role == Role.DRIVER and same_thing.exists():
        raise DriverTaken("scope")
    _write_down(user, role, scope_reference, granted=True, by=by, now=now)
    return Grant.objects.create(
        user=user, role=role, scope_reference=scope_reference, granted_at=now
    )


@transaction.atomic
def appoint_operator(*, user: User, now: datetime) -> bool:
    """Without an operator's word, for whoever runs the machine; False when it was one before."""
    list(Grant.objects.locked().filter(role=Role.OPERATOR))
    _grant, is_new = Grant.objects.get_or_create(
        user=user, role=Role.OPERATOR, scope_reference="", defaults={"granted_at": now}
    )
    if is_new:
        _write_down(user, Role.OPERATOR, "", granted=True, by=None, now=now)
    return is_new


@transaction.atomic
def revoke(*, user: User, role: Role, scope_reference: str, by: User, now: datetime) -> None:
    """Take a role away, from the next request on; a repeat changes nothing.

    Raises NotAllowed, OperatorLast, OperatorOwn.
    """
    operators = _lock_operators(by)
    if role == Role.OPERATOR and user == by:
        raise OperatorOwn("role") if len(operators) > 1 else OperatorLast("role")
    gone, _ = Grant.objects.filter(user=user, role=role, scope_reference=scope_reference).delete()
    if gone:
        _write_down(user, role, scope_reference, granted=False, by=by, now=now)


def _lock_operators(by: User) -> list[Grant]:
    """The operators who can sign in, ``by`` among them. Raises NotAllowed.

    Of two operators who dismiss each other, the second waits here and is none any more.
    """
    operators = list(Grant.objects.locked().filter(role=Role.OPERATOR, user__is_active=True))
    if by.pk not in {operator.user_id for operator in operators}:
        raise NotAllowed
    return operators


def _refuse_scope(role: Role, reference: str) -> None:
    fits = (
        not reference
        if role == Role.OPERATOR
        else scopes.grantable(role).filter(reference=reference).exists()
    )
    if not fits:
        raise RoleScope("scope")


def _write_down(
    user: User, role: Role, scope_reference: str, *, granted: bool, by: User | None, now: datetime
) -> None:
    GrantChange.objects.create(
        at=now, by=by, user=user, role=role, scope_reference=scope_reference, granted=granted
    )
