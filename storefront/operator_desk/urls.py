from django.urls import path

from storefront.operator_desk import (
    commission,
    home,
    ledger,
    merchants,
    people,
    person,
    returns,
    settlements,
    watch,
)

urlpatterns = [
    path("", home.home, name="operator_home"),
    path("merchants/", merchants.merchants, name="operator_merchants"),
    path("merchants/<str:reference>/approve/", merchants.approve, name="operator_approve"),
    path("merchants/<str:reference>/suspend/", merchants.suspend, name="operator_suspend"),
    path(
        "merchants/<str:reference>/account/",
        merchants.payout_account,
        name="operator_payout_account",
    ),
    path("people/", people.people, name="operator_people"),
    path("people/<str:reference>/", person.person, name="operator_person"),
    path("people/<str:reference>/revoke/", person.take_away, name="operator_revoke"),
    path("returns/", returns.returns, name="operator_returns"),
    path("returns/<str:reference>/", returns.answer, name="operator_answer_return"),
    path("ledger/", ledger.ledger, name="operator_ledger"),
    path("settlements/", settlements.settlements, name="operator_settlements"),
    path("settlements/run/", settlements.settle, name="operator_settle"),
    path("settlements/<str:until_on>/", settlements.run, name="operator_settlement_run"),
    path("payouts/<str:reference>/sent/", settlements.sent, name="operator_payout_sent"),
    path("payouts/<str:reference>/again/", settlements.send_again, name="operator_payout_again"),
    path("commission/", commission.rules, name="operator_commission"),
    path("commission/try/", commission.tried, name="operator_commission_try"),
    path("commission/set/", commission.set_rule, name="operator_commission_set"),
    path("watch/", watch.watch, name="operator_watch"),
    path("watch/refunds/<str:reference>/", watch.refund_again, name="operator_refund_again"),
    path("watch/core/", watch.tell_core_again, name="operator_tell_core_again"),
    path(
        "watch/saleor/<int:pk>/",
        watch.follow_saleor_order_again,
        name="operator_follow_saleor_order_again",
    ),
    path("watch/ask/", watch.ask_again, name="operator_ask_again"),
]
