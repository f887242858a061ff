"""What every page of the operator's desk knows: where one can go, and how much waits there."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _


class Item(NamedTuple):
    url: str
    label: str


def desk(**facts: Any) -> dict[str, Any]:
    """The context of a page: the desk's menu and the page's own facts."""
    return {
        "desk_menu": [
            Item("operator_home", _("오늘")),
            Item("operator_reports", _("보고")),
            Item("operator_merchants", _("입점 가게")),
            Item("operator_people", _("사람")),
            Item("operator_returns", _("반품")),
            Item("operator_reviews", _("후기")),
            Item("operator_ledger", _("장부")),
            Item("operator_transfers", _("무통장입금")),
            Item("operator_tills", _("시재")),
            Item("operator_settlements", _("정산")),
            Item("operator_commission", _("수수료")),
            Item("operator_vouchers", _("바우처")),
            Item("operator_lists", _("목록")),
            Item("operator_audit", _("감사 기록")),
            Item("operator_watch", _("살필 일")),
        ],
        **facts,
    }
