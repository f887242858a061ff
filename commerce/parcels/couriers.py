"""Couriers a merchant may send with, how their tracking numbers look, and where to follow one."""

import re

from django.db import models


class Courier(models.TextChoices):
    CJ = "cj"  # CJ대한통운
    POST = "post"  # 우체국택배
    HANJIN = "hanjin"  # 한진택배
    LOTTE = "lotte"  # 롯데택배
    LOGEN = "logen"  # 로젠택배


# How many digits their waybills have, as the couriers' own tracking pages take them.
DIGITS: dict[str, tuple[int, ...]] = {
    Courier.CJ: (10, 12),
    Courier.POST: (13,),
    Courier.HANJIN: (10, 12, 14),
    Courier.LOTTE: (12, 13),
    Courier.LOGEN: (10, 11),
}
PAGES: dict[str, str] = {
    Courier.CJ: "https://trace.cjlogistics.com/next/tracking.html?wblNo={number}",
    Courier.POST: "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1={number}",
    Courier.HANJIN: "https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do"
    "?mCode=MN038&schLang=KR&wblnumText2={number}",
    Courier.LOTTE: "https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo={number}",
    Courier.LOGEN: "https://www.ilogen.com/web/personal/trace/{number}",
}


def plain_number(typed: str) -> str:
    """As printed, with hyphens or spaces, to its digits alone; what is no number stays as typed."""
    return re.sub(r"[\s-]", "", typed)


def is_number_of(courier: str, number: str) -> bool:
    return re.fullmatch(r"[0-9]+", number) is not None and len(number) in DIGITS[courier]


def tracking_page(courier: str, number: str) -> str:
    """The courier's public page that tells where it is."""
    return PAGES[courier].format(number=number)
