"""Codes of the planning as a dispatcher says them. A code without words is shown as it is."""

from django.utils.translation import gettext as _


def engines() -> dict[str, str]:
    """What looks for the routes, by name."""
    return {
        "insertion": _("끼워 넣기"),
        "ruin_recreate": _("허물고 다시 짜기"),
        "recombine": _("좋은 경로끼리 다시 짝짓기"),
        "decompose": _("나누어 짜기"),
        "portfolio": _("여러 방법 함께"),
        "ortools": "OR-Tools",
        "pyvrp": "PyVRP",
    }


def cause(code: str) -> str:
    """Why a consignment is not in the plan, and what would help."""
    words = {
        "NUMBER_OUT_OF_RANGE": _("무게나 시간이 잘못 적혀 있어요. 배송 내용을 확인하세요."),
        "LOCATION_UNKNOWN": _("주소의 위치를 알 수 없어요. 주소를 확인하세요."),
        "WINDOW_EMPTY": _("받을 수 있는 시간이 비어 있어요. 약속 시간을 다시 정하세요."),
        "NO_VEHICLE": _("그날 나가는 차가 없어요. 근무를 먼저 등록하세요."),
        "NEEDS_CHILLED": _("냉장차가 필요한데 나가는 냉장차가 없어요."),
        "NEEDS_SKILL": _("필요한 장비나 기술을 갖춘 차가 나가지 않아요."),
        "TOO_TALL": _("나가는 차가 모두 높아서 들어갈 수 없어요. 낮은 차를 내세요."),
        "NOT_ALLOWED_VEHICLE": _("이 배송을 맡은 차가 그날 나가지 않아요."),
        "TRANSFER_WRONG": _("싣는 곳과 내리는 곳이 잘못 짝지어져 있어요. 배송 내용을 확인하세요."),
        "PARTNER_PARKED": _("함께 옮기는 다른 쪽에 갈 수 없어 같이 뺐어요."),
        "NO_VEHICLE_FITS": _("어느 차에도 실을 수 없을 만큼 커요. 나누어 보내세요."),
        "WINDOW_UNREACHABLE": _("곧바로 가도 약속 시간에 닿을 수 없어요."),
        "OUTSIDE_HOURS": _("다녀오면 기사님 근무 시간을 넘겨요."),
        "NO_ROOM_LEFT": _("갈 수는 있지만 남은 자리나 시간이 없어요. 차를 한 대 더 내면 됩니다."),
        "ABOARD_STOPPED_VAN": _("멈춘 차에 실려 있어요. 다른 차로 옮겨 실었으면 다시 계획하세요."),
        "VANS_HAVE_LEFT": _("거점에 있는데 실을 차가 모두 떠났어요. 차를 한 대 더 내세요."),
        "WINDOW_PASSED": _("받기로 한 시간이 지났어요. 전화해서 다시 정하세요."),
        "DEARER_THAN_PENALTY": _("들르면 길이 너무 멀어져 뺐어요. 다시 짜거나 차를 더 내 보세요."),
    }
    return words.get(code, code)


def violation(kind: str) -> str:
    """Which rule the plan breaks."""
    words = {
        "too_late": _("약속 시간보다 늦게 닿아요"),
        "too_early": _("약속 시간보다 먼저 시작해요"),
        "too_fast": _("길이 걸리는 시간보다 빨리 닿는다고 되어 있어요"),
        "outside_windows": _("약속한 시간대 사이에 시작해요"),
        "left_too_early": _("근무가 시작되기 전에 나가요"),
        "back_too_late": _("근무가 끝난 뒤에 돌아와요"),
        "duty_too_long": _("정해진 시간보다 오래 나가 있어요"),
        "overweight": _("차에 실을 수 있는 무게를 넘어요"),
        "overfull": _("차에 실을 수 있는 부피를 넘어요"),
        "overfull_chilled": _("냉장칸에 실을 수 있는 부피를 넘어요"),
        "not_chilled": _("냉장차가 아니에요"),
        "skill_missing": _("필요한 장비나 기술을 갖춘 차가 아니에요"),
        "too_tall": _("차가 높아서 들어갈 수 없어요"),
        "wrong_vehicle": _("이 배송을 맡은 차가 아니에요"),
        "break_missing": _("휴식 시간이 없어요"),
        "break_outside_window": _("휴식이 정해진 시간을 벗어나요"),
        "breaks_overlap": _("앞의 휴식이 끝나기 전에 다음 휴식을 시작해요"),
        "break_during_service": _("전달하는 동안 쉬는 것으로 되어 있어요"),
        "too_many_reloads": _("정해진 횟수보다 자주 다시 실으러 와요"),
        "apart": _("함께 가야 할 배송이 다른 차에 나뉘어 있어요"),
        "transfer_split": _("싣는 곳과 내리는 곳이 다른 차에 있거나 한쪽이 빠졌어요"),
        "transfer_order": _("싣기 전에 내리는 것으로 되어 있어요"),
        "transfer_over_reload": _("옮기는 짐을 실은 채 다시 실으러 와요"),
        "locked_prefix": _("먼저 가기로 정한 배송부터 가지 않아요"),
        "consignment_twice": _("같은 배송이 두 번 들어 있어요"),
        "stop_forgotten": _("빠진 배송이 있어요"),
        "malformed": _("계획 기록이 온전하지 않아요"),
    }
    return words.get(kind, kind)


def failure(reason: str) -> str:
    """What the driver reported from the door."""
    words = {
        "absent": _("부재"),
        "wrong_address": _("주소 오류"),
        "no_access": _("들어갈 수 없음"),
        "refused": _("거절"),
        "damaged": _("파손"),
        "unsafe": _("위험한 상황"),
        "weather": _("날씨"),
        "van_stopped": _("차가 멈춤"),
        "out_of_time": _("시간 부족"),
        "other": _("기타"),
    }
    return words.get(reason, reason)


def equipment() -> list[tuple[str, str]]:
    """What a van may carry beside its goods, and a place may ask for."""
    words = {
        "tail_lift": _("리프트 게이트"),
        "stairs_trolley": _("계단 손수레"),
        "hand_cart": _("손수레"),
        "two_people": _("두 사람"),
    }
    return list(words.items())


def days_before(days: int) -> str:
    """How many days before the delivery its window closes."""
    words = {0: _("그날"), 1: _("전날"), 2: _("이틀 전"), 3: _("사흘 전")}
    return words[days]


def status(code: str) -> str:
    """What has become of a consignment."""
    words = {
        "requested": _("계획 대기"),
        "planned": _("기사님께 보냄"),
        "out": _("배송 중"),
        "moved": _("완료"),
        "failed": _("못 전함"),
        "cancelled": _("취소됨"),
    }
    return words.get(code, code)
