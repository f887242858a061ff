"""What every page of the desk knows: whose market it is, and where one can go."""

from typing import Any, NamedTuple, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commerce.merchants.models import Market, Merchant, MerchantStatus
from commerce.merchants.queries import market


class Item(NamedTuple):
    url: str
    label: str


def market_of(request: HttpRequest) -> Market:
    """The market whose stalls are acted for."""
    return market(cast("str", request.scope))  # type: ignore[attr-defined]


def stalls_of(own: Market) -> dict[str, Merchant]:
    """The market's stalls by reference, by name; none that has closed."""
    stalls = Merchant.objects.filter(market=own).exclude(status=MerchantStatus.CLOSED)
    return {stall.reference: stall for stall in stalls}


def desk(own: Market, **facts: Any) -> dict[str, Any]:
    """The context of a page: the desk's menu and the page's own facts."""
    return {
        "desk_menu": [
            Item("helper_home", _("챙길 것")),
            Item("helper_phone_order", _("전화 주문")),
        ],
        "market": own,
        **facts,
    }
