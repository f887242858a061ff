"""What a shopper is told, before ordering, of sending things back; a line keeps which was shown.

A text that was shown never changes: other words get another code, and the old code stays.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReturnNotice:
    """``withdrawable``: whoever was shown it may change their mind after receiving the goods."""

    code: str
    withdrawable: bool
    words: str
    words_en: str


FRESH = ReturnNotice(
    code="fresh-1",
    withdrawable=False,
    words="신선·냉장·냉동 식품은 시간이 지나면 다시 팔 수 없어, 받은 뒤 마음이 바뀌어도 "
    "반품할 수 없습니다. 상품에 문제가 있으면 받은 날부터 3개월 안에 알려 주세요. "
    "돈을 돌려드립니다.",
    words_en="Fresh, chilled and frozen food cannot be sold again, so it cannot be sent back for a "
    "change of mind. If something is wrong with it, tell us within three months of receiving it "
    "and you get your money back.",
)
KEEPS = ReturnNotice(
    code="keeps-1",
    withdrawable=True,
    words="받은 날부터 7일 안에는 마음이 바뀌어도 반품할 수 있습니다. 뜯거나 써서 값이 떨어진 것은 "
    "제외됩니다. 상품에 문제가 있으면 받은 날부터 3개월 안에 알려 주세요. 돈을 돌려드립니다.",
    words_en="You may change your mind within seven days of receiving it, unless it was opened or "
    "used. If something is wrong with it, tell us within three months of receiving it and you "
    "get your money back.",
)
NOTICES = {notice.code: notice for notice in (FRESH, KEEPS)}


def notice_for(*, keeps: bool) -> ReturnNotice:
    """What is shown for goods that keep, or do not, when they are ordered now."""
    return KEEPS if keeps else FRESH


def may_withdraw(code: str) -> bool:
    """Whoever was shown nothing keeps the right."""
    return code not in NOTICES or NOTICES[code].withdrawable
