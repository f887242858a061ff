"""What every page of the desk knows: whose it is, where one can go, and how to change shops."""

from typing import Any, NamedTuple, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commerce.merchants.models import Merchant, MerchantStatus
from commerce.merchants.queries import merchant
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.refusals import NotFound

# Who may pack orders; the rest of the desk is the merchant's alone.
PACKS = (Role.MERCHANT, Role.PACKER)


class Item(NamedTuple):
    url: str
    label: str


def scope_of(request: HttpRequest) -> str:
    """The reference of the merchant acted for."""
    return cast("str", request.scope)  # type: ignore[attr-defined]


def own_merchant(request: HttpRequest) -> Merchant:
    return merchant(scope_of(request))


def desk(request: HttpRequest, **facts: Any) -> dict[str, Any]:
    """The context of a page: the desk's own facts and the page's."""
    own = own_merchant(request)
    references: list[str] = request.scopes  # type: ignore[attr-defined]
    others = Merchant.objects.filter(reference__in=references) if len(references) > 1 else []
    return {
        "desk_menu": _menu(request),
        "merchant": own,
        "own_merchants": others,
        "may_sell": own.status == MerchantStatus.APPROVED,
        **facts,
    }


def _menu(request: HttpRequest) -> list[Item]:
    if request.acting_as == Role.PACKER:  # type: ignore[attr-defined]
        return [
            Item("merchant_orders", _("주문")),
            Item("merchant_waves", _("나가는 시간별로")),
            Item("merchant_parcels", _("택배")),
        ]
    return [
        Item("merchant_home", _("오늘")),
        Item("merchant_orders", _("주문")),
        Item("merchant_parcels", _("택배")),
        Item("merchant_returns", _("반품")),
        Item("merchant_reviews", _("후기")),
        Item("merchant_products", _("상품")),
        Item("merchant_days", _("여는 날")),
        Item("merchant_sales", _("판매")),
        Item("merchant_statement", _("정산")),
    ]


@needs(Role.MERCHANT)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own shops from now on. NOT_FOUND for anybody else's."""
    wanted = request.POST.get("merchant", "")
    if wanted not in request.scopes:  # type: ignore[attr-defined]
        raise NotFound("merchant")
    request.session["acting_for"] = wanted
    return redirect("merchant_home")
