"""What is wrong with a file of a routing problem: (Korean, English), in the order of
``Malformed``."""

from logistics.routing.instance import BadInstance, Malformed

REASONS: dict[Malformed, tuple[str, str]] = {
    Malformed.NO_FILE: ("파일이 없습니다", "there is no such file"),
    Malformed.UNREADABLE: (
        "열 수 없습니다. 파일인지, 읽기 권한이 있는지 확인해 주세요",
        "it cannot be opened; is it a file, and may you read it?",
    ),
    Malformed.NOT_UTF8: ("UTF-8 글자가 아닙니다", "it is not UTF-8 text"),
    Malformed.NOT_JSON: (
        "{column}번째 글자에서 JSON 문법이 틀렸습니다",
        "this is not JSON, at character {column}",
    ),
    Malformed.TOO_DEEP: (
        "숫자가 너무 길거나 괄호가 너무 깊습니다",
        "a number is too long or brackets are too deep",
    ),
    Malformed.MISSING: ("빠져 있습니다", "it is missing"),
    Malformed.NOT_UNDERSTOOD: ("알 수 없는 항목입니다", "it is not understood"),
    Malformed.NO_CUSTOMER: (
        "출발지와 방문지 한 곳 이상이 있어야 합니다",
        "there must be a depot and at least one customer",
    ),
    Malformed.NO_SUCH_DEPOT: (
        "{vehicle}번 차의 출발지 {depot}번이 없습니다",
        "vehicle {vehicle} has no depot {depot}",
    ),
    Malformed.TOO_MANY: ("{most:,}줄보다 많습니다", "there are more than {most:,} rows"),
    Malformed.WRONG_COLUMNS: (
        "칸이 {needed}개여야 하는데 {found}개입니다",
        "{found} columns instead of {needed}",
    ),
    Malformed.WRONG_COUNT: (
        "{needed:,}개여야 하는데 {found:,}개입니다",
        "{found:,} instead of {needed:,}",
    ),
    Malformed.NOT_IN_TURN: (
        "{needed}번 차례에 ‘{found}’이(가) 있습니다",
        "“{found}” where {needed} was due",
    ),
    Malformed.UNKNOWN_OR_TWICE: (
        "{found}번은 없는 번호이거나 두 번 나왔습니다",
        "{found} is unknown or named twice",
    ),
    Malformed.NOT_WHOLE: (
        "‘{found}’은(는) 0 이상의 정수가 아닙니다",
        "“{found}” is not a whole number from 0",
    ),
    Malformed.NOT_A_NUMBER: ("‘{found}’은(는) 숫자가 아닙니다", "“{found}” is not a number"),
    Malformed.NOT_FROM_ZERO: (
        "‘{found}’은(는) 0 이상의 숫자가 아닙니다",
        "“{found}” is not a number from 0",
    ),
    Malformed.TOO_FINE: (
        "{found}은(는) 1/{parts:,}보다 잘게 나뉜 값입니다",
        "{found} is finer than 1/{parts:,}",
    ),
    Malformed.TOO_FAR: ("거리나 시간이 {most:,}보다 큽니다", "distances or times exceed {most:,}"),
    Malformed.NOT_BETWEEN: (
        "{least:,}부터 {most:,}까지의 숫자가 아닙니다",
        "it is not a number from {least:,} to {most:,}",
    ),
    Malformed.NOT_ONE_OF: (
        "‘{found}’은(는) 읽을 수 없는 값입니다. 읽을 수 있는 값: {choices}",
        "“{found}” is not among: {choices}",
    ),
    Malformed.NOT_OBJECT: ("중괄호로 묶인 항목이 아닙니다", "it is not an object"),
    Malformed.NOT_LIST: ("대괄호로 묶인 목록이 아닙니다", "it is not a list"),
    Malformed.NOT_TEXT: ("글자가 아닙니다", "it is not text"),
    Malformed.NOT_TRUTH: ("true도 false도 아닙니다", "it is neither true nor false"),
    Malformed.MIXED_PLACES: (
        "위도·경도와 평면 좌표가 섞여 있습니다",
        "it mixes degrees with a plane",
    ),
}


def worded(refusal: BadInstance) -> tuple[str, str]:
    """Line, field and reason in Korean and in English."""
    facts = dict(refusal.data)
    line = facts.pop("line")
    korean, english = REASONS[Malformed(str(facts.pop("reason")))]
    ko_line, en_line = (f"{line}번째 줄 ", f"line {line}, ") if line else ("", "")
    return (
        f"{ko_line}{refusal.field}: {korean.format(**facts)}",
        f"{en_line}{refusal.field}: {english.format(**facts)}",
    )
