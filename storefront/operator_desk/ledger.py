"""The books: whether they balance, and what stands on each account."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commerce.merchants.models import Merchant
from commerce.settlement.models import AccountKind, Journal, LedgerAccount
from commerce.settlement.queries import balances, trial_balance
from drivethrough.sites.models import Site
from logistics.fleet.models import Driver
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.operator_desk.desk import desk

JOURNALS_SHOWN = 12


@needs(Role.OPERATOR)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    standing = balances()
    by_kind = [(kind, standing[kind]) for kind in AccountKind.values if kind in standing]
    accounts = sorted(_accounts(), key=lambda account: AccountKind.values.index(account.kind))
    names = _names({account.owner_reference for account in accounts})
    context = desk(
        by_won=trial_balance(),
        kinds=[(kind, max(won, 0), max(-won, 0)) for kind, won in by_kind],
        debit_won=sum(won for _kind, won in by_kind if won > 0),
        credit_won=-sum(won for _kind, won in by_kind if won < 0),
        accounts=[(account, names.get(account.owner_reference, "")) for account in accounts],
        journals=Journal.objects.annotate(lines=Count("entries")).order_by("-posted_at", "-pk")[
            :JOURNALS_SHOWN
        ],
    )
    return render(request, "operator_desk/ledger.html", context)


def _accounts() -> QuerySet[LedgerAccount, Any]:
    """With ``won`` (debits positive) and ``lines``."""
    summed = LedgerAccount.objects.annotate(won=Sum("entries__amount_won"), lines=Count("entries"))
    return summed.order_by("kind", "owner_reference")


def _names(owners: set[str]) -> dict[str, str]:
    """Who an account belongs to: merchants, and the sites and drivers that take money on site."""
    merchants = Merchant.objects.filter(reference__in=owners).values_list("reference", "name")
    sites = Site.objects.filter(reference__in=owners).values_list("reference", "name")
    drivers = Driver.objects.filter(reference__in=owners).values_list("reference", "full_name")
    return dict(merchants) | dict(sites) | dict(drivers)
