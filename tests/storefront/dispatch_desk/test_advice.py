"""Advice in words, and where a dispatcher reads it."""

from typing import Any

import pytest
from django.utils import translation

from logistics.planning.advice import advise
from storefront.dispatch_desk import advice_words
from tests.builders.logistics import a_consignment, a_day, a_draft
from tests.storefront.dispatch_desk.test_board import BOARD, a_dispatcher

DRIVERS = {"SFT-1": "이민수"}
PLACE = {
    "shift": "SFT-1",
    "after": 12,
    "before": 13,
    "extra_seconds": 1_080,
    "late": [[13, 360]],
    "overtime": 0,
    "over_grams": 0,
    "over_ml": 0,
}


@pytest.mark.parametrize(
    ("changes", "korean", "english"),
    [
        (
            {},
            "이민수 기사님 차 12번과 13번 사이, +18분, 13번이 6분 늦음",
            "이민수’s van between 12 and 13, +18 min, makes 13 late by 6 min",
        ),
        (
            {"before": None, "late": [], "overtime": 61},
            "이민수 기사님 차 12번 뒤, +18분, 근무를 2분 넘김",
            "이민수’s van after 12, +18 min, 2 min past the shift",
        ),
        (
            {"after": None, "late": [[0, 60]]},
            "이민수 기사님 차 13번 앞, +18분, 이곳이 1분 늦음",
            "이민수’s van before 13, +18 min, is itself late by 1 min",
        ),
        (
            {"after": None, "before": None, "late": [], "over_grams": 2_500, "over_ml": 1},
            "이민수 기사님 빈 차, +18분, 2.5kg 더 무거움, 1L 더 큼",
            "이민수’s empty van, +18 min, 2.5kg too heavy, 1 L too big",
        ),
        (
            {"late": [[1, 60], [2, 180], [3, 120], [4, 1]]},
            "이민수 기사님 차 12번과 13번 사이, +18분, "
            "2번이 3분 늦음, 3번이 2분 늦음, 그 밖에 2곳 늦음",
            "이민수’s van between 12 and 13, +18 min, makes 2 late by 3 min, "
            "makes 3 late by 2 min, makes 2 more late",
        ),
    ],
)
def test_the_cheapest_place_in_words(changes: dict[str, Any], korean: str, english: str) -> None:
    assert advice_words.place(PLACE | changes, DRIVERS) == korean
    with translation.override("en"):
        assert advice_words.place(PLACE | changes, DRIVERS) == english


@pytest.mark.parametrize(
    ("fix", "korean", "english"),
    [
        ({"kind": "serve"}, "멀리 돌더라도 넣기", "take it in spite of the detour"),
        (
            {"kind": "widen_window", "minutes": 15, "earliest": 50_400, "latest": 58_500},
            "약속 시간을 오후 2:00~오후 4:15로 15분 넓히기",
            "widen the promised time by 15 min, to 2:00 pm–4:15 pm",
        ),
        (
            {"kind": "extend_shift", "shift": "SFT-1", "until": 66_300},
            "이민수 기사님 근무를 오후 6:25까지 늘리기",
            "extend 이민수’s shift until 6:25 pm",
        ),
        (
            {"kind": "leave_out", "shift": "SFT-1", "stop": 5},
            "이민수 기사님 차 5번을 대신 빼기",
            "leave out stop 5 of 이민수’s van instead",
        ),
        (
            {"kind": "add_vehicle", "shift": "SFT-1", "earliest": 32_400, "latest": 64_800},
            "이민수 기사님 차와 같은 차를 오전 9:00~오후 6:00에 한 대 더 내기",
            "send one more van like 이민수’s, 9:00 am–6:00 pm",
        ),
        (
            {"kind": "lighter", "grams": 12_400, "ml": 30_500},
            "짐을 12.4kg, 30L까지 줄여 보내기",
            "send only 12.4kg, 30 L of it",
        ),
        (
            {"kind": "swap_window"},
            "약속 시간의 시작과 끝을 바로잡기",
            "put the ends of the promised time the right way round",
        ),
    ],
)
def test_each_fix_in_words(fix: dict[str, Any], korean: str, english: str) -> None:
    assert advice_words.fix(fix, DRIVERS) == korean
    with translation.override("en"):
        assert advice_words.fix(fix, DRIVERS) == english


@pytest.mark.django_db
def test_both_pages_of_a_plan_show_its_advice() -> None:
    depot = a_day(homes=1)
    a_consignment(depot=depot, weight_grams=899_000)
    plan = a_draft(depot)
    advise(plan)
    client = a_dispatcher(depot)
    for url in (BOARD, f"/dispatch/plans/{plan.reference}/"):
        page = client.get(url).content.decode()
        assert "가장 나은 자리" in page
        assert "4.0kg 더 무거움" in page
        assert "한 대 더 내기" in page


@pytest.mark.django_db
def test_a_plan_without_advice_shows_the_cause_alone() -> None:
    depot = a_day(homes=1)
    a_consignment(depot=depot, weight_grams=899_000)
    a_draft(depot)
    page = a_dispatcher(depot).get(BOARD).content.decode()
    assert "남은 자리나 시간이 없어요" in page
    assert "가장 나은 자리" not in page
