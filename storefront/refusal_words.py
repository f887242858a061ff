"""What each code says: (Korean, English). Says what happened, why, and what to do next.

One line a code, in alphabetical order. ``tests/storefront/test_refusals.py`` fails when a code
is raised anywhere without words here.
"""

WORDS: dict[str, tuple[str, str]] = {
    "BAD_INPUT": (
        "입력한 값을 알아볼 수 없습니다. 다시 확인해 주세요.",
        "We could not read that value. Please check it and try again.",
    ),
    "BAD_REQUEST": (
        "요청을 처리할 수 없습니다. 다시 시도해 주세요.",
        "That request cannot be handled. Please try again.",
    ),
    "COMMERCE_ERROR": (
        "주문 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with the order. Please try again.",
    ),
    "DRIVETHROUGH_ERROR": (
        "드라이브스루 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong at the drive-through. Please try again.",
    ),
    "LOGISTICS_ERROR": (
        "배송 처리 중 문제가 생겼습니다. 다시 시도해 주세요.",
        "Something went wrong with delivery. Please try again.",
    ),
    "NOT_ALLOWED": (
        "이 화면을 볼 권한이 없습니다. 다른 계정으로 로그인해 주세요.",
        "You may not open this page. Please sign in with another account.",
    ),
    "NOT_FOUND": (
        "찾으시는 것이 없거나 이미 치워졌습니다.",
        "We could not find that, or it has been removed.",
    ),
    "SERVER_ERROR": (
        "잠시 문제가 생겼습니다. 조금 뒤에 다시 시도해 주세요.",
        "Something went wrong on our side. Please try again in a moment.",
    ),
}
