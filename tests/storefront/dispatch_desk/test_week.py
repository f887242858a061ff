"""The regular week of a depot, for its dispatcher alone."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.boxes.models import RenewalStatus
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.regular_week.actions import open_ahead
from logistics.regular_week.models import ClosedDay, RegularShift, RegularWindow
from storefront.accounts.models import Role
from storefront.notices.models import Notice
from tests.builders import boxes
from tests.builders.logistics import (
    a_depot,
    a_driver,
    a_key,
    a_regular_shift,
    a_regular_window,
    a_vehicle,
    a_window,
)
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

WEEK = "/dispatch/week/"
WINDOWS, SHIFTS, CLOSED = f"{WEEK}windows/", f"{WEEK}shifts/", f"{WEEK}closed/"
WINDOW: dict[str, Any] = {
    "weekdays": ["0", "2"],
    "start": "10:00",
    "end": "13:00",
    "stops": "40",
    "cut_off_days": "1",
    "cut_off": "22:00",
}


def a_dispatcher(depot: Depot, email: str = "dispatch@jangteo.test") -> Client:
    return a_client(a_user(email, (Role.DISPATCHER, depot.reference)))


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def a_new_shift(depot: Depot, **changes: Any) -> dict[str, Any]:
    return {
        "driver": a_driver(depot=depot).reference,
        "vehicle": a_vehicle(depot=depot).reference,
        "weekdays": ["0", "1", "2", "3", "4"],
        "start": "09:00",
        "end": "18:00",
        "break_at": "12:00",
        "break_minutes": "60",
        **changes,
    }


def a_closing(**changes: str) -> dict[str, str]:
    return {"on_date": tomorrow().isoformat(), "reason": "설날", **changes}


def rows() -> list[int]:
    tables = (RegularWindow, RegularShift, ClosedDay, DeliveryWindow, Shift)
    return [table.objects.count() for table in tables]


def test_the_page_shows_the_week_the_closed_days_and_what_is_open() -> None:
    depot = a_depot()
    a_regular_window(depot=depot, weekdays=[0, 2])
    shift = a_regular_shift(depot=depot)
    client = a_dispatcher(depot)
    client.post(CLOSED, a_closing())
    open_ahead(depot=depot, now=timezone.now())
    page = client.get(WEEK).content.decode()
    assert "오후 2:00~오후 4:00" in page
    assert "월·수" in page
    assert shift.driver.full_name in page
    assert "쉼 · 설날" in page
    assert "0 / 10곳 · 기사님 1분" in page


def test_a_depot_without_a_week_is_told_what_is_missing() -> None:
    page = a_dispatcher(a_depot()).get(WEEK).content.decode()
    assert "정해 둔 배송 시간이 없어요." in page
    assert "이 거점에 등록된 기사님이나 차가 없어" in page
    assert "열리지 않음" in page


def test_weekdays_that_are_alike_stand_together() -> None:
    depot = a_depot()
    a_regular_window(depot=depot, weekdays=[0, 1, 2, 3, 4])
    shift = a_regular_shift(depot=depot, weekdays=[0, 1, 2, 3, 5])
    week = a_dispatcher(depot).get(WEEK).context["week"]
    assert [(days, len(opened), driven) for days, opened, driven in week] == [
        ([0, 1, 2, 3], 1, [shift]),
        ([4], 1, []),
        ([5], 0, [shift]),
        ([6], 0, []),
    ]


def test_the_desk_leads_to_it() -> None:
    assert f'href="{WEEK}"' in a_dispatcher(a_depot()).get("/dispatch/").content.decode()


def test_a_window_is_added() -> None:
    depot = a_depot()
    answer = a_dispatcher(depot).post(WINDOWS, WINDOW)
    window = RegularWindow.objects.get()
    assert answer["Location"] == WEEK
    assert (window.depot, window.weekdays) == (depot, [0, 2])
    assert (window.start, window.end, window.capacity_stops) == (time(10), time(13), 40)
    assert (window.cut_off_days, window.cut_off) == (1, time(22))


def test_a_shift_is_added_with_and_without_a_break() -> None:
    depot = a_depot()
    client = a_dispatcher(depot)
    client.post(SHIFTS, a_new_shift(depot))
    client.post(SHIFTS, a_new_shift(depot, break_at=""))
    breaks = RegularShift.objects.order_by("pk").values_list("break_at", "break_minutes")
    assert list(breaks) == [(time(12), 60), (None, 0)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weekdays": []}, "WEEKDAYS_NEEDED"),
        ({"weekdays": ["7"]}, "BAD_INPUT"),
        ({"weekdays": ["٣"]}, "BAD_INPUT"),
        ({"end": "10:00"}, "WINDOW_TIMES"),
        ({"start": "내일"}, "BAD_INPUT"),
        ({"start": "10:00+09:00"}, "BAD_INPUT"),
        ({"stops": "0"}, "STOPS_RANGE"),
        ({"stops": "-1"}, "BAD_INPUT"),
        ({"stops": "999999999999"}, "BAD_INPUT"),
        ({"cut_off_days": "9"}, "BAD_INPUT"),
        ({"cut_off_days": "0"}, "CUT_OFF_RANGE"),
    ],
)
def test_a_window_that_cannot_be_is_refused_with_what_was_typed(
    changes: dict[str, Any], code: str
) -> None:
    answer = a_dispatcher(a_depot()).post(WINDOWS, WINDOW | changes)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert f'data-code="{code}"' in answer.content.decode()
    assert answer.context["new_window"]["start"] == (WINDOW | changes)["start"]
    assert not RegularWindow.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"end": "09:00"}, 400, "SHIFT_TIMES"),
        ({"break_at": "18:00"}, 400, "BREAK_OUTSIDE_SHIFT"),
        ({"break_minutes": "0"}, 400, "BAD_INPUT"),
        ({"weekdays": []}, 400, "WEEKDAYS_NEEDED"),
        ({"driver": "DRV-2222222222"}, 404, "NOT_FOUND"),
        ({"vehicle": ""}, 404, "NOT_FOUND"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_with_what_was_typed(
    changes: dict[str, Any], status: int, code: str
) -> None:
    depot = a_depot()
    answer = a_dispatcher(depot).post(SHIFTS, a_new_shift(depot, **changes))
    assert (answer.status_code, answer.context["refusal"]["code"]) == (status, code)
    assert answer.context["new_shift"]["weekdays"] == ([] if "weekdays" in changes else [*range(5)])
    assert not RegularShift.objects.exists()


def test_another_depots_driver_cannot_be_rostered() -> None:
    depot, other = a_depot(), a_depot()
    sent = a_new_shift(depot, driver=a_driver(depot=other).reference)
    assert a_dispatcher(depot).post(SHIFTS, sent).status_code == 404
    assert not RegularShift.objects.exists()


def test_what_is_removed_leaves_the_open_days_alone() -> None:
    depot = a_depot()
    window, shift = a_regular_window(depot=depot), a_regular_shift(depot=depot)
    open_ahead(depot=depot, now=timezone.now())
    client = a_dispatcher(depot)
    for url in (f"{WINDOWS}{window.reference}/remove/", f"{SHIFTS}{shift.reference}/remove/"):
        assert client.post(url).status_code == 302
        assert client.post(url).status_code == 404
    assert rows() == [0, 0, 0, 15, 15]


def test_what_is_missing_can_be_opened_at_once() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    client = a_dispatcher(depot)
    for said in ("배송 시간 15개와 근무 0개를 열었습니다.", "이미 모두 열려 있어요."):
        client.post(f"{WEEK}open/")
        assert said in client.get(WEEK).content.decode()
    assert DeliveryWindow.objects.count() == 15


def test_a_day_is_closed_and_opened_again() -> None:
    depot = a_depot()
    client = a_dispatcher(depot)
    client.post(CLOSED, a_closing())
    closed = ClosedDay.objects.get()
    assert (closed.depot, closed.on_date, closed.reason) == (depot, tomorrow(), "설날")
    client.post(f"{CLOSED}{closed.reference}/reopen/")
    assert not ClosedDay.objects.exists()


def test_closing_a_day_tells_who_expected_a_box() -> None:
    depot = a_depot()
    subscription = boxes.a_subscription(
        box=boxes.a_box(weeks=4, now=timezone.now()), now=timezone.now()
    )
    renewal = subscription.renewals.select_related("cycle").earliest("cycle__hand_over_on")
    a_dispatcher(depot).post(CLOSED, a_closing(on_date=str(renewal.cycle.hand_over_on)))
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.SKIPPED
    assert Notice.objects.get().kind == "box_called_off"


def test_a_day_with_promised_stops_is_not_closed_and_says_how_many() -> None:
    window = a_window(on_date=tomorrow())
    window.cut_off_at = timezone.now() + timedelta(hours=1)
    window.save()
    windows.take(window_reference=window.reference, key=a_key(), now=timezone.now())
    answer = a_dispatcher(window.depot).post(CLOSED, a_closing())
    assert answer.status_code == 400
    assert "이미 1곳에 배송을 약속해" in answer.content.decode()
    assert rows() == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on_date": "2020-01-01"}, "DAY_PAST"),
        ({"on_date": "9999-12-31"}, "BAD_INPUT"),
        ({"on_date": "2026-02-30"}, "BAD_INPUT"),
        ({"reason": " "}, "CLOSING_REASON"),
        ({"reason": "가" * 41}, "CLOSING_REASON"),
    ],
)
def test_a_day_that_cannot_be_closed_is_refused_with_what_was_typed(
    changes: dict[str, str], code: str
) -> None:
    answer = a_dispatcher(a_depot()).post(CLOSED, a_closing(**changes))
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["new_closing"]["reason"] == a_closing(**changes)["reason"]
    assert not ClosedDay.objects.exists()


def test_another_depot_sees_and_changes_nothing() -> None:
    depot = a_depot()
    window = a_regular_window(depot=depot)
    shift = a_regular_shift(depot=depot, driver=a_driver(depot=depot, full_name="남궁선"))
    a_dispatcher(depot).post(CLOSED, a_closing(reason="우리만 쉬는 날"))
    closed, before = ClosedDay.objects.get(), rows()
    stranger = a_dispatcher(a_depot(), email="other@jangteo.test")
    page = stranger.get(WEEK).content.decode()
    assert "남궁선" not in page
    assert "우리만 쉬는 날" not in page
    for url in (
        f"{WINDOWS}{window.reference}/remove/",
        f"{SHIFTS}{shift.reference}/remove/",
        f"{CLOSED}{closed.reference}/reopen/",
    ):
        assert stranger.post(url).status_code == 404
    stranger.post(f"{WEEK}open/")
    assert rows() == before


FIELDS = ("weekdays", "driver", "vehicle", "on_date", "reason", "stops", "start", "end", "cut_off")
JUNK = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "-1", "٣", "²", "9" * 30, "24:00", "0000-00-00", "10:00Z", "\x00", "🍓"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    url=st.sampled_from([WINDOWS, SHIFTS, CLOSED]),
    sent=st.dictionaries(st.sampled_from((*FIELDS, "cut_off_days", "break_at")), JUNK),
)
def test_junk_gets_a_coded_answer(url: str, sent: dict[str, str]) -> None:
    client = a_dispatcher(a_depot(), email=f"{a_key()}@jangteo.test")
    assert client.post(url, sent).status_code in (302, 400, 404)
