from django.urls import path

from storefront.dispatch_desk import board, fleet, plans, replan, undelivered, week

urlpatterns = [
    path("", board.home, name="dispatch_home"),
    path("board/", board.board_part, name="dispatch_board"),
    path("plan/", board.plan_now, name="dispatch_plan_now"),
    path("plan/stop/", board.stop_planning, name="dispatch_stop_planning"),
    path("depot/", board.choose_depot, name="dispatch_depot"),
    path("plans/<str:reference>/", plans.plan, name="dispatch_plan"),
    path("plans/<str:reference>/publish/", plans.publish, name="dispatch_publish"),
    path("replan/", replan.replan, name="dispatch_replan"),
    path("undelivered/", undelivered.undelivered, name="dispatch_undelivered"),
    path("undelivered/<str:reference>/close/", undelivered.close, name="dispatch_close_part"),
    path("fleet/", fleet.fleet, name="dispatch_fleet"),
    path("fleet/vehicles/<str:reference>/", fleet.describe, name="dispatch_describe_vehicle"),
    path("fleet/drivers/<str:reference>/", fleet.limit_hours, name="dispatch_limit_hours"),
    path("fleet/speeds/", fleet.say_speeds, name="dispatch_say_speeds"),
    path("fleet/places/", fleet.describe_place, name="dispatch_describe_place"),
    path("fleet/places/<str:reference>/forget/", fleet.forget_place, name="dispatch_forget_place"),
    path("week/", week.week, name="dispatch_week"),
    path("week/open/", week.open_now, name="dispatch_open_ahead"),
    path("week/windows/", week.add_window, name="dispatch_add_window"),
    path("week/windows/<str:reference>/remove/", week.remove_window, name="dispatch_remove_window"),
    path("week/shifts/", week.add_shift, name="dispatch_add_shift"),
    path("week/shifts/<str:reference>/remove/", week.remove_shift, name="dispatch_remove_shift"),
    path("week/closed/", week.close_day, name="dispatch_close_day"),
    path("week/closed/<str:reference>/reopen/", week.reopen_day, name="dispatch_reopen_day"),
]
