"""Why a stop is not served, in Korean and English. A code without words is shown as it is."""

CAUSES = {
    "NUMBER_OUT_OF_RANGE": (
        "무게나 시간이 범위를 벗어났습니다",
        "its load or times are out of range",
    ),
    "LOCATION_UNKNOWN": ("위치를 알 수 없습니다", "its location is unknown"),
    "WINDOW_EMPTY": ("약속 시간이 비어 있습니다", "its window is empty"),
    "NO_VEHICLE": ("나가는 차가 없습니다", "no vehicle goes out"),
    "NEEDS_CHILLED": ("냉장차가 필요합니다", "needs a chilled vehicle"),
    "NEEDS_SKILL": (
        "필요한 장비나 기술을 갖춘 차가 없습니다",
        "no vehicle has the skills it asks for",
    ),
    "TOO_TALL": ("어느 차도 높이 제한을 지나지 못합니다", "every vehicle is too tall for it"),
    "NOT_ALLOWED_VEHICLE": (
        "이곳에 가야 하는 차가 나가지 않습니다",
        "the only vehicle that may come does not go out",
    ),
    "TRANSFER_WRONG": (
        "싣는 곳과 내리는 곳이 잘못 짝지어졌습니다",
        "its pickup and delivery are paired wrongly",
    ),
    "PARTNER_PARKED": (
        "함께 옮기는 다른 쪽 방문지를 갈 수 없습니다",
        "the other end of its transfer cannot be served",
    ),
    "NO_VEHICLE_FITS": ("어느 차에도 실을 수 없습니다", "fits into no vehicle"),
    "WINDOW_UNREACHABLE": (
        "곧바로 가도 약속 시간에 닿을 수 없습니다",
        "even the direct way comes too late for its window",
    ),
    "OUTSIDE_HOURS": (
        "다녀오면 근무 시간을 넘깁니다",
        "no vehicle would be back in time",
    ),
    "NO_ROOM_LEFT": (
        "남은 자리나 시간이 없습니다",
        "servable alone, but no room or time is left",
    ),
    "DEARER_THAN_PENALTY": (
        "들르는 비용이 빼는 벌점보다 큽니다",
        "visiting costs more than its penalty",
    ),
}
NOT_SAID = "이유가 적혀 있지 않습니다", "no cause was given"


def cause(code: str | None) -> tuple[str, str]:
    if code is None:
        return NOT_SAID
    return CAUSES.get(code, (code, code))
