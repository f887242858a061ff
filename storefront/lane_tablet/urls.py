from django.urls import path

from storefront.lane_tablet import (
    arrivals,
    board,
    car,
    fewer,
    prep,
    queue_ahead,
    screen,
    slots,
    suggestion,
    week,
)

urlpatterns = [
    path("", board.home, name="lane_home"),
    path("arrive/", arrivals.arrive, name="lane_arrive"),
    path("lanes/<str:lane>/call/", board.call, name="lane_call"),
    path("lanes/<str:lane>/open/", board.set_open, name="lane_open"),
    path("cars/<str:booking>/", car.car, name="lane_car"),
    path("cars/<str:booking>/call/", car.call, name="lane_call_car"),
    path("cars/<str:booking>/serve/", car.serve, name="lane_serve"),
    path("cars/<str:booking>/leave/", car.leave, name="lane_leave"),
    path("slots/", slots.slots, name="lane_slots"),
    path("slots/suggest/", suggestion.suggest, name="lane_suggest"),
    path("slots/open/", slots.open_new, name="lane_open_slots"),
    path("slots/<str:slot>/cars/", slots.change_cars, name="lane_slot_cars"),
    path("slots/<str:slot>/status/", slots.set_status, name="lane_slot_status"),
    path("slots/<str:slot>/fewer/", fewer.fewer_cars, name="lane_fewer_cars"),
    path("week/", week.week, name="lane_week"),
    path("week/openings/", week.add_opening, name="lane_add_opening"),
    path("week/openings/<str:reference>/remove/", week.remove_opening, name="lane_remove_opening"),
    path("week/close/", week.close_day, name="lane_close_day"),
    path("week/closed/<str:reference>/reopen/", week.reopen_day, name="lane_reopen_day"),
    path("queue/", queue_ahead.queue, name="lane_queue"),
    path("prep/", prep.prep, name="lane_prep"),
    path("<str:site>/screen/", screen.screen, name="lane_screen"),
]
