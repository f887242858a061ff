"""Why a car is called when it is, in words."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from drivethrough.planning import Reason, Why
from storefront.templatetags.words import clock

WORDS = {
    Why.AT_LANE: _("%(since)s부터 %(lane)s번 창구에 있어요."),
    Why.AT_ONCE: _("물건도 %(lane)s번 창구도 준비됐어요. 바로 부르면 됩니다."),
    Why.WHEN_IT_COMES: _("아직 안 왔어요. %(expected)s쯤 올 것으로 봅니다."),
    Why.WAITS_FOR_PREPARATION: _("물건을 %(ready)s까지 챙겨요."),
    Why.LANES_NOT_OPEN: _("창구가 열리는 %(until)s까지 기다려요."),
    Why.LANES_TAKEN: _("창구(%(lanes)s번)에 다른 차가 있어요. %(until)s에 빕니다."),
    Why.GIVES_WAY: _("먼저 부르는 차: %(to)s"),
    Why.KEEPS_LANE: _("안내받은 %(lane)s번 창구를 그대로 씁니다."),
    Why.LANE_SAVED: _("%(lane)s번 창구는 곧 올 차를 위해 비워 둡니다."),
    Why.SERVED: _("전달했어요."),
    Why.MISSED: _("안 온 차예요."),
    Why.OVERDUE: _("예약 시간(%(slot_ends)s까지)이 지나도 안 왔어요. 오면 다시 순서를 잡습니다."),
    Why.NO_STAFF_LEFT: _("물건을 챙길 사람이 없어요."),
    Why.NO_LANE_LEFT: _("부를 수 있는 창구가 없어요. 창구를 열어 주세요."),
}
TIMES = {"since", "expected", "ready", "begins", "until", "slot_ends"}
MOST_NAMED = 3


def told(reason: Reason, plates: Mapping[str, str], at: Callable[[int], datetime]) -> str:
    """``at`` says when a second of the day is; ``plates`` are by booking reference."""
    facts = {name: _shown(name, value, plates, at) for name, value in reason.data.items()}
    return str(WORDS[reason.why]) % facts


def _shown(
    name: str,
    value: int | list[int] | list[str],
    plates: Mapping[str, str],
    at: Callable[[int], datetime],
) -> str:
    if isinstance(value, int):
        return clock(at(value)) if name in TIMES else str(value)
    named = [plates.get(str(one), str(one)) for one in value]
    more = f" +{len(named) - MOST_NAMED}" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more
