"""What every page knows: menus, the desks this person may open, where live events come from."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from storefront.accounts.access import FIRST_PAGE, grants_of
from storefront.accounts.models import Role
from storefront.shop.basket_of import count_in_basket
from storefront.text_size import is_large


class Item(NamedTuple):
    url: str
    label: str
    icon: str = ""


def _main_menu() -> list[Item]:
    return [
        Item("home", _("홈")),
        Item("markets", _("시장")),
        Item("sites", _("드라이브스루")),
        Item("boxes", _("제철 꾸러미")),
        Item("books", _("책 꾸러미")),
    ]


def _tab_menu() -> list[Item]:
    return [
        Item("home", _("홈"), "house"),
        Item("markets", _("시장"), "store"),
        Item("boxes", _("꾸러미"), "package"),
        Item("books", _("책"), "book-open"),
        Item("orders", _("주문"), "receipt-text"),
    ]


def _desks(user: Any) -> list[Item]:
    labels = {
        Role.MERCHANT: _("가게 관리"),
        Role.PACKER: _("가게 주문 챙기기"),
        Role.FARMER: _("드라이브스루 창구"),
        Role.LIBRARIAN: _("도서관 업무"),
        Role.DRIVER: _("오늘의 배송"),
        Role.DISPATCHER: _("배차"),
        Role.HELPER: _("시장 도우미"),
        Role.OPERATOR: _("운영"),
    }
    roles = dict.fromkeys(Role(g.role) for g in grants_of(user))
    return [Item(FIRST_PAGE[role], labels[role]) for role in roles]


def facts(request: HttpRequest) -> dict[str, Any]:
    """Read lazily: a page that shows no menu asks the database nothing."""
    match = request.resolver_match
    return {
        "live_url": settings.LIVE_URL,
        "large_text": is_large(request),
        "here": match.view_name if match else "",
        "main_menu": _main_menu,
        "tab_menu": _tab_menu,
        "desks": SimpleLazyObject(lambda: _desks(request.user)),
        "basket_count": SimpleLazyObject(lambda: count_in_basket(request)),
    }
