"""What if: chosen on one page, tried by the worker, shown on another."""

from typing import Any

import pytest
from django.test import Client

from logistics.consignments.models import Consignment
from logistics.planning.models import Plan, WhatIf
from storefront.accounts.models import Role
from storefront.dispatch_desk.sketch import sketch
from storefront.journeys.tasks import try_change
from storefront.live import channels
from tests.builders.logistics import (
    NOW,
    a_consignment,
    a_day,
    a_departure,
    a_depot,
    a_draft,
    a_published_plan,
    two_vans_one_left,
)
from tests.builders.mall import a_user
from tests.storefront.dispatch_desk.test_board import a_dispatcher, waiting_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_long_thought(settings: Any) -> None:
    settings.PLAN_SECONDS = 0.2


def a_plan() -> tuple[Plan, Client]:
    depot = a_day(homes=3)
    return a_draft(depot), a_dispatcher(depot)


def asked_for(client: Client, plan: Plan, **sent: str) -> WhatIf:
    answer = client.post(f"/dispatch/plans/{plan.reference}/what-if/ask/", sent)
    asked = WhatIf.objects.get()
    assert answer["Location"] == f"/dispatch/what-if/{asked.reference}/"
    return asked


def test_a_plan_leads_to_the_changes_one_can_try() -> None:
    plan, client = a_plan()
    page = client.get(f"/dispatch/plans/{plan.reference}/").content.decode()
    assert f"/dispatch/plans/{plan.reference}/what-if/" in page
    page = client.get(f"/dispatch/plans/{plan.reference}/what-if/").content.decode()
    assert page.count("견주어 보기") == 5


def test_a_change_is_tried_by_the_worker_and_then_shown() -> None:
    plan, client = a_plan()
    before = waiting_tasks()
    shift = plan.routes.get().shift
    asked = asked_for(client, plan, kind="van_out", shift=shift.reference)
    assert waiting_tasks() == before + 1
    url = f"/dispatch/what-if/{asked.reference}/"
    waiting = client.get(url).content.decode()
    assert "data-planning>" in waiting
    assert channels.what_if(asked.reference) in waiting
    try_change(asked.reference)
    part = client.get(f"{url}part/").content.decode()
    assert "<html" not in part
    page = client.get(url).content.decode()
    for shown in (part, page):
        assert "data-planning hidden>" in shown
        assert shown.count("김영희") == 3
        assert "빠지는 배송" in shown
        assert "나가지 않음" in shown


def test_what_was_tried_before_is_listed_in_words() -> None:
    plan, client = a_plan()
    asked_for(client, plan, kind="more_boxes", count="7")
    page = client.get(f"/dispatch/plans/{plan.reference}/what-if/").content.decode()
    assert "지금 들르는 곳 이웃에 상자 7개가 더 있으면" in page


def test_a_search_is_stopped_through_its_row() -> None:
    plan, client = a_plan()
    asked = asked_for(client, plan, kind="more_boxes", count="7")
    assert client.get(f"/dispatch/what-if/{asked.reference}/stop/").status_code == 405
    client.post(f"/dispatch/what-if/{asked.reference}/stop/")
    asked.refresh_from_db()
    assert asked.stop_asked


@pytest.mark.parametrize("threads", [1, 2])
def test_a_worker_that_was_told_to_stop_shows_the_best_so_far(settings: Any, threads: int) -> None:
    settings.PLAN_SECONDS, settings.PLAN_THREADS = 600, threads
    plan, client = a_plan()
    asked = asked_for(client, plan, kind="more_boxes", count="7")
    client.post(f"/dispatch/what-if/{asked.reference}/stop/")
    try_change(asked.reference)
    asked.refresh_from_db()
    assert asked.result["after"]["served"] == 10


def test_a_day_that_changed_meanwhile_says_so() -> None:
    plan, client = a_plan()
    asked = asked_for(client, plan, kind="more_boxes", count="7")
    a_consignment(depot=plan.depot)
    try_change(asked.reference)
    page = client.get(f"/dispatch/what-if/{asked.reference}/").content.decode()
    assert 'data-code="PLAN_STALE"' in page


def test_a_day_under_way_leads_to_the_re_plan_instead() -> None:
    plan, first, _ = two_vans_one_left()
    client = a_dispatcher(plan.depot)
    form = f"/dispatch/plans/{plan.reference}/what-if/"

    assert form not in client.get(f"/dispatch/plans/{plan.reference}/").content.decode()
    page = client.get(form).content.decode()
    assert 'data-code="DAY_UNDER_WAY"' in page
    assert 'href="/dispatch/replan/"' in page
    assert "견주어 보기" not in page
    answer = client.post(f"{form}ask/", {"kind": "van_out", "shift": first.reference})
    assert answer.status_code == 400
    assert not WhatIf.objects.exists()


def test_what_was_compared_keeps_its_names_when_the_van_has_left() -> None:
    plan = a_published_plan(homes=3)
    client = a_dispatcher(plan.depot)
    asked = asked_for(client, plan, kind="van_out", shift=plan.routes.get().shift.reference)
    try_change(asked.reference)
    a_departure(plan.routes.get(), now=NOW)
    page = client.get(f"/dispatch/what-if/{asked.reference}/").content.decode()
    assert page.count("김영희") == 3


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 400, "BAD_INPUT"),
        ({"kind": "rain"}, 400, "BAD_INPUT"),
        ({"kind": "van_out", "shift": "SHF-X"}, 404, "CHANGE_UNKNOWN"),
        ({"kind": "driver_ill", "shift": "SHF-X", "since": "25:00"}, 400, "BAD_INPUT"),
        ({"kind": "more_boxes", "count": "ten"}, 400, "BAD_INPUT"),
        ({"kind": "more_boxes", "count": "101"}, 400, "CHANGE_RANGE"),
        ({"kind": "stop_out"}, 404, "CHANGE_UNKNOWN"),
        (
            {"kind": "window_moved", "earliest": "12:00", "latest": "11:00"},
            400,
            "CHANGE_RANGE",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_the_forms(
    sent: dict[str, str], status: int, code: str
) -> None:
    plan, client = a_plan()
    answer = client.post(f"/dispatch/plans/{plan.reference}/what-if/ask/", sent)
    assert answer.status_code == status
    assert f'data-code="{code}"' in answer.content.decode()
    assert not WhatIf.objects.exists()


def test_another_depots_dispatcher_finds_nothing() -> None:
    plan, client = a_plan()
    asked = asked_for(client, plan, kind="more_boxes", count="7")
    stranger = a_dispatcher(a_depot(), email="other@jangteo.test")
    form, page = (
        f"/dispatch/plans/{plan.reference}/what-if/",
        f"/dispatch/what-if/{asked.reference}/",
    )
    for url in (form, page, f"{page}part/"):
        assert stranger.get(url).status_code == 404
    for url in (f"{form}ask/", f"{page}stop/"):
        assert stranger.post(url, {"kind": "more_boxes", "count": "1"}).status_code == 404
    asked.refresh_from_db()
    assert (WhatIf.objects.count(), asked.stop_asked) == (1, False)


def test_another_depots_delivery_cannot_be_named() -> None:
    plan, client = a_plan()
    other = a_consignment(depot=a_depot())
    sent = {"kind": "stop_out", "consignment": other.reference}
    answer = client.post(f"/dispatch/plans/{plan.reference}/what-if/ask/", sent)
    assert answer.status_code == 404
    assert Consignment.objects.filter(pk=other.pk).exists()


def test_only_dispatchers_hear_how_far_it_is() -> None:
    channel = channels.what_if("WIF-X")
    assert channels.may_listen(a_user("d@jangteo.test", (Role.DISPATCHER, "DEP-1")), channel)
    assert not channels.may_listen(a_user("s@jangteo.test"), channel)


def test_both_plans_are_drawn_to_one_scale_and_what_stays_is_faint() -> None:
    drawn = {
        "before": [
            {"shift": "SHF-1", "points": [[37.0, 127.0], [37.2, 127.0]]},
            {"shift": "SHF-2", "points": [[37.1, 127.0]]},
        ],
        "after": [{"shift": "SHF-2", "points": [[37.1, 127.0]]}],
    }
    shown = sketch(drawn, (37.0, 127.0), ["SHF-1", "SHF-2"], {"SHF-1"})
    assert [(r["letter"], r["same"], r["line"]) for r in shown["before"]] == [
        ("B", True, "160,300 160,160 160,300"),
        ("A", False, "160,300 160,300 160,20 160,300"),
    ]
    assert [(r["letter"], r["dots"]) for r in shown["after"]] == [("B", [(160, 160)])]


def test_a_place_alone_is_drawn_in_the_middle() -> None:
    shown = sketch({"before": [], "after": []}, (37.0, 127.0), [], set())
    assert (shown["depot"], shown["height"], shown["before"]) == ((160, 80), 160, [])


def test_a_result_from_before_plans_were_drawn_is_shown_without() -> None:
    plan, client = a_plan()
    asked = asked_for(client, plan, kind="more_boxes", count="1")
    try_change(asked.reference)
    url = f"/dispatch/what-if/{asked.reference}/"
    assert client.get(url).content.decode().count('<svg class="sketch"') == 2
    asked.refresh_from_db()
    del asked.result["drawn"]
    asked.save()
    page = client.get(url).content.decode()
    assert ('id="compared"' in page, "그림으로 견주기" in page) == (True, False)
