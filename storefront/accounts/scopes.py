"""What a role is for: the merchant, site, library, driver, depot or market acted for."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from commerce.books.models import Library
from commerce.merchants.models import Market, Merchant, MerchantStatus
from drivethrough.sites.models import Site
from logistics.fleet.models import Driver
from logistics.network.models import Depot
from storefront.accounts.models import AuditEntry, Grant, GrantChange, Role
from storefront.templatetags.words import local_name

FOR_MERCHANTS = (Role.MERCHANT, Role.PACKER)


def _all(role: Role) -> QuerySet[Any]:
    """Operators act for the whole mall: for them there is nothing to choose."""
    things: dict[Role, QuerySet[Any]] = {
        Role.MERCHANT: Merchant.objects.all(),
        Role.PACKER: Merchant.objects.all(),
        Role.FARMER: Site.objects.all(),
        Role.LIBRARIAN: Library.objects.all(),
        Role.DRIVER: Driver.objects.select_related("depot"),
        Role.DISPATCHER: Depot.objects.all(),
        Role.HELPER: Market.objects.all(),
    }
    return things.get(role, Merchant.objects.none())


def grantable(role: Role) -> QuerySet[Any]:
    """What ``role`` may be given for. A merchant's first desk comes with its approval."""
    if role in FOR_MERCHANTS:
        return _all(role).filter(status__in=[MerchantStatus.APPROVED, MerchantStatus.SUSPENDED])
    return _all(role)


def choices(role: Role) -> list[tuple[str, str]]:
    """(reference, name) of what can be chosen now, by name: no driver who has an account."""
    things = grantable(role)
    if role == Role.DRIVER:
        taken = Grant.objects.filter(role=role).values("scope_reference")
        things = things.exclude(reference__in=taken)
    named = [(thing.reference, _name(role, thing)) for thing in things]
    return sorted(named, key=lambda choice: choice[1])


def names(rows: Iterable[Grant | GrantChange | AuditEntry]) -> dict[tuple[str, str], str]:
    """What the rows are for, by role and reference; one query a role. Nothing for what is gone."""
    wanted: dict[Role, set[str]] = defaultdict(set)
    for row in rows:
        wanted[Role(row.role)].add(row.scope_reference)
    return {
        (role, thing.reference): _name(role, thing)
        for role, references in wanted.items()
        for thing in _all(role).filter(reference__in=references)
    }


def _name(role: Role, thing: Any) -> str:
    """With what tells namesakes apart."""
    if role == Role.DRIVER:
        return f"{thing.full_name} · {local_name(thing.depot)}"
    if role in FOR_MERCHANTS:
        return f"{local_name(thing)} · {thing.city}"
    return local_name(thing)
