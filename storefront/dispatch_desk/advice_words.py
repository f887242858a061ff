"""A plan's advice on what it leaves out, as a dispatcher says it."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from logistics.planning.advice import ITSELF
from storefront.templatetags.road import kilograms
from storefront.templatetags.words import clock

# Of everybody who would be late, so many are named.
MOST_LATE = 2

Drivers = dict[str, str]


def place(found: dict[str, Any], drivers: Drivers) -> str:
    """Where it would go at the least trouble, e.g. «이민수 기사님 차 12번과 13번 사이, +18분,
    13번이 6분 늦음». ``drivers``: names by shift reference."""
    said = [_where(found, drivers), *_extra(found), *_late(found["late"]), *_too_much(found)]
    return ", ".join(said)


def fix(found: dict[str, Any], drivers: Drivers) -> str:
    """What would make room for it."""
    kind = found["kind"]
    facts = {
        "driver": drivers.get(found.get("shift", ""), "?"),
        "number": found.get("stop"),
        "minutes": found.get("minutes"),
        "begin": clock_of(found.get("earliest")),
        "end": clock_of(found.get("latest", found.get("until"))),
        "weight": kilograms(found.get("grams", 0)),
        "litres": found.get("ml", 0) // 1_000,
    }
    words = {
        "serve": _("멀리 돌더라도 넣기"),
        "swap_window": _("약속 시간의 시작과 끝을 바로잡기"),
        "widen_window": _("약속 시간을 %(begin)s~%(end)s로 %(minutes)d분 넓히기"),
        "extend_shift": _("%(driver)s 기사님 근무를 %(end)s까지 늘리기"),
        "leave_out": _("%(driver)s 기사님 차 %(number)d번을 대신 빼기"),
        "add_vehicle": _("%(driver)s 기사님 차와 같은 차를 %(begin)s~%(end)s에 한 대 더 내기"),
        "lighter": _("짐을 %(weight)s, %(litres)dL까지 줄여 보내기"),
    }
    return words[kind] % facts if kind in words else kind


def _where(found: dict[str, Any], drivers: Drivers) -> str:
    after, before = found["after"], found["before"]
    if after and before:
        words = _("%(driver)s 기사님 차 %(after)d번과 %(before)d번 사이")
    elif after:
        words = _("%(driver)s 기사님 차 %(after)d번 뒤")
    elif before:
        words = _("%(driver)s 기사님 차 %(before)d번 앞")
    else:
        words = _("%(driver)s 기사님 빈 차")
    driver = drivers.get(found["shift"], "?")
    return words % {"driver": driver, "after": after, "before": before}


def _extra(found: dict[str, Any]) -> Iterator[str]:
    yield _("%(minutes)s분") % {"minutes": f"{_minutes(found['extra_seconds']):+d}"}


def _late(late: list[list[int]]) -> Iterator[str]:
    worst = sorted(late, key=lambda entry: -entry[1])
    for number, seconds in worst[:MOST_LATE]:
        itself = number == ITSELF
        words = _("이곳이 %(minutes)d분 늦음") if itself else _("%(number)d번이 %(minutes)d분 늦음")
        yield words % {"number": number, "minutes": _minutes(seconds)}
    if len(worst) > MOST_LATE:
        yield _("그 밖에 %(count)d곳 늦음") % {"count": len(worst) - MOST_LATE}


def _too_much(found: dict[str, Any]) -> Iterator[str]:
    if found["overtime"]:
        yield _("근무를 %(minutes)d분 넘김") % {"minutes": _minutes(found["overtime"])}
    if found["over_grams"]:
        yield _("%(weight)s 더 무거움") % {"weight": kilograms(found["over_grams"])}
    if found["over_ml"]:
        yield _("%(litres)dL 더 큼") % {"litres": -(-found["over_ml"] // 1_000)}


def _minutes(seconds: int) -> int:
    """Up: a second late is late."""
    return -(-seconds // 60)


def clock_of(second: int | None) -> str:
    """A second of the day as a clock says it."""
    if second is None:
        return ""
    minutes = second // 60
    return clock(time(minutes // 60 % 24, minutes % 60))
