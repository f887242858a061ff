from django.urls import path

from storefront.dispatch_desk import board, plans, undelivered

urlpatterns = [
    path("", board.home, name="dispatch_home"),
    path("board/", board.board_part, name="dispatch_board"),
    path("plan/", board.plan_now, name="dispatch_plan_now"),
    path("depot/", board.choose_depot, name="dispatch_depot"),
    path("plans/<str:reference>/", plans.plan, name="dispatch_plan"),
    path("plans/<str:reference>/publish/", plans.publish, name="dispatch_publish"),
    path("undelivered/", undelivered.undelivered, name="dispatch_undelivered"),
    path("undelivered/<str:reference>/close/", undelivered.close, name="dispatch_close_part"),
]
