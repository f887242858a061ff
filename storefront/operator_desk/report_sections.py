"""A report's parts: each is one plot, one table and one file of the same numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from commerce.catalogue.models import Category, Way
from commerce.merchants.models import Merchant
from commerce.orders.models import ShortReason
from commerce.product_sheets.columns import guarded
from commerce.settlement.sales import Sold
from drivethrough.queue.waits import Wait, at_most
from storefront.operator_desk.report_figures import HandedOver, Lines, Ordered
from storefront.periods import Period, before
from storefront.templatetags import words
from storefront.templatetags.plots import Bar, count_bar, labelled_won_bar

# A bar for each day, week or month: as many as can be told apart.
MOST_DAYS = 31
MOST_WEEKS = 27
MOST_BARS = 12
# So few may bear their own names.
NAMED_BARS = 4
WAIT_STEPS = (3, 5, 10, 15, 30)  # minutes


class Column(NamedTuple):
    label: str
    shown: Callable[[int], str]


class Row(NamedTuple):
    """``values``: one for each column; None where there is nothing to say."""

    label: str
    values: list[int | None]


@dataclass(frozen=True)
class Section:
    """``first`` heads the column of the rows' labels."""

    name: str
    title: str
    first: str
    columns: list[Column]
    rows: list[Row]
    bars: list[Bar]
    note: str = ""
    is_ranked: bool = False  # the bars bear the rows' numbers

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """Each row in words."""
        pairs = [(row.label, zip(self.columns, row.values, strict=True)) for row in self.rows]
        return [
            (label, ["" if value is None else column.shown(value) for column, value in cells])
            for label, cells in pairs
        ]

    def file_rows(self) -> list[list[str | int]]:
        """With a header; numbers stay numbers."""
        header: list[str | int] = [self.first, *(column.label for column in self.columns)]
        return [header, *([guarded(row.label), *map(_in_file, row.values)] for row in self.rows)]


def _in_file(value: int | None) -> str | int:
    return "" if value is None else value


@dataclass(frozen=True)
class Days:
    """A period and the one before it, cut into days, weeks (from Monday) or months."""

    chosen: Period

    @property
    def since(self) -> date:
        return before(self.chosen).since

    def is_now(self, on: date) -> bool:
        return on >= self.chosen.since

    def begins(self, on: date) -> date:
        """The first day of the span that ``on`` falls into; of the period before: as many days
        later, so that the two stand beside each other."""
        if not self.is_now(on):
            on += timedelta(days=self.chosen.days)
        if self.chosen.days <= MOST_DAYS:
            return on
        if self.chosen.days <= MOST_WEEKS * 7:
            return max(on - timedelta(days=on.weekday()), self.chosen.since)
        return max(on.replace(day=1), self.chosen.since)

    def spans(self) -> list[date]:
        """The first day of each, empty ones too."""
        days = (self.chosen.since + timedelta(days=n) for n in range(self.chosen.days))
        return sorted({self.begins(day) for day in days})

    def label(self, begins: date) -> str:
        if self.chosen.days <= MOST_DAYS:
            return words.day(begins)
        if self.chosen.days <= MOST_WEEKS * 7:
            return _("%(day)s부터 한 주") % {"day": words.day(begins)}
        return f"{begins:%Y-%m}"

    def short_label(self, begins: date) -> str:
        if self.chosen.days <= MOST_DAYS:
            return str(begins.day)
        if self.chosen.days <= MOST_WEEKS * 7:
            return f"{begins.month}/{begins.day}"
        return str(begins.month)


Pair = tuple[int, int]  # now, and in the period before


def _won(value: int) -> str:
    return words.won(value)


def _count(value: int) -> str:
    return f"{value:,}"


def _percent(value: int) -> str:
    return f"{value}%"


def _change(value: int) -> str:
    return f"{value:+,}%"


def _minutes(value: int) -> str:
    return _("%(n)s분") % {"n": value}


def change(now: int, earlier: int) -> int | None:
    """In whole percent; None where there was nothing to compare with."""
    return round((now - earlier) * 100 / earlier) if earlier > 0 else None


def share_of(part: int, whole: int) -> int | None:
    """In whole percent, never 100 unless it is all of it; None of nothing."""
    return part * 100 // whole if whole else None


def pairs_by_span(days: Days, won_by_day: Iterable[tuple[date, int]]) -> dict[date, Pair]:
    now, earlier = dict.fromkeys(days.spans(), 0), dict.fromkeys(days.spans(), 0)
    for on, amount in won_by_day:
        (now if days.is_now(on) else earlier)[days.begins(on)] += amount
    return {begins: (now[begins], earlier[begins]) for begins in now}


def sales_over_time(days: Days, sold: Iterable[Sold], delivery: Mapping[date, int]) -> Section:
    goods = pairs_by_span(days, [(one.on, one.won) for one in sold])
    fees = pairs_by_span(days, delivery.items())
    rows, bars = [], []
    for begins, (goods_won, goods_before) in goods.items():
        fee_won, fee_before = fees[begins]
        both, both_before = goods_won + fee_won, goods_before + fee_before
        label = days.label(begins)
        rows.append(Row(label, [goods_won, fee_won, both, both_before, change(both, both_before)]))
        bars.append(
            labelled_won_bar(
                label=label, short_label=days.short_label(begins), won=both, earlier=both_before
            )
        )
    columns = [
        Column(_("상품"), _won),
        Column(_("배송비"), _won),
        Column(_("모두"), _won),
        Column(_("앞 기간"), _won),
        Column(_("견주면"), _change),
    ]
    return Section("time", _("때마다 판 값"), _("때"), columns, rows, bars)


def sales_by(
    name: str,
    title: str,
    first: str,
    days: Days,
    sold: Iterable[Sold],
    label: Callable[[Sold], str],
) -> Section:
    """Most won first; whoever sold in the period before only stands there with nothing."""
    won: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in sold:
        sums = won[label(one)]
        if days.is_now(one.on):
            sums[0] += one.lines
            sums[1] += one.won
        else:
            sums[2] += one.won
    ranked = sorted(won.items(), key=lambda item: (-item[1][1], item[0]))
    numbered = len(ranked) > NAMED_BARS
    rows = [Row(key, [*sums, change(sums[1], sums[2])]) for key, sums in ranked]
    bars = [
        labelled_won_bar(
            label=key, short_label=str(place) if numbered else key, won=sums[1], earlier=sums[2]
        )
        for place, (key, sums) in enumerate(ranked[:MOST_BARS], start=1)
    ]
    columns = [
        Column(_("주문 줄"), _count),
        Column(_("판 값"), _won),
        Column(_("앞 기간"), _won),
        Column(_("견주면"), _change),
    ]
    return Section(name, title, first, columns, rows, bars, is_ranked=numbered)


def sales(days: Days, sold: list[Sold], delivery: Mapping[date, int]) -> list[Section]:
    """The same won five times: by time, market, merchant, category and way. Two queries."""
    references = {one.merchant_reference for one in sold}
    merchants = Merchant.objects.select_related("market").in_bulk(
        list(references), field_name="reference"
    )
    categories = Category.objects.in_bulk(field_name="slug")
    ways = ways_called()

    def market(one: Sold) -> str:
        found = merchants.get(one.merchant_reference)
        return words.local_name(found.market) if found and found.market else _("시장 밖")

    def merchant(one: Sold) -> str:
        found = merchants.get(one.merchant_reference)
        return words.local_name(found) if found else one.merchant_reference

    def category(one: Sold) -> str:
        found = categories.get(one.category)
        return words.local_name(found) if found else _("분류 없음")

    return [
        sales_over_time(days, sold, delivery),
        sales_by("market", _("시장마다"), _("시장"), days, sold, market),
        sales_by("merchant", _("가게마다"), _("가게"), days, sold, merchant),
        sales_by("category", _("분류마다"), _("분류"), days, sold, category),
        sales_by("way", _("받는 방법마다"), _("받는 방법"), days, sold, lambda one: ways[one.way]),
    ]


def ways_called() -> dict[str, str]:
    return {
        Way.DELIVERY: _("집 배송"),
        Way.DRIVE_THROUGH: _("차에서 받기"),
        Way.PARCEL: _("택배"),
    }


def orders(days: Days, found: list[Ordered]) -> Section:
    count = pairs_by_span(days, [(one.on, one.orders) for one in found])
    won = pairs_by_span(days, [(one.on, one.won) for one in found])
    rows = [
        Row(days.label(begins), [now, won[begins][0], earlier, change(now, earlier)])
        for begins, (now, earlier) in count.items()
    ]
    columns = [
        Column(_("주문"), _count),
        Column(_("주문한 금액"), _won),
        Column(_("앞 기간 주문"), _count),
        Column(_("견주면"), _change),
    ]
    bars = _time_bars(days, count, count_bar)
    return Section("orders", _("주문"), _("때"), columns, rows, bars)


def refunds(days: Days, by_day: Mapping[date, int]) -> Section:
    won = pairs_by_span(days, by_day.items())
    rows = [Row(days.label(begins), [*pair, change(*pair)]) for begins, pair in won.items()]
    columns = [
        Column(_("돌려 드린 돈"), _won),
        Column(_("앞 기간"), _won),
        Column(_("견주면"), _change),
    ]
    bars = [
        labelled_won_bar(
            label=days.label(begins), short_label=days.short_label(begins), won=now, earlier=earlier
        )
        for begins, (now, earlier) in won.items()
    ]
    return Section("refunds", _("환불"), _("때"), columns, rows, bars)


def _time_bars(days: Days, pairs: Mapping[date, Pair], bar: Callable[..., Bar]) -> list[Bar]:
    return [
        bar(label=days.label(at), short_label=days.short_label(at), count=now, earlier=earlier)
        for at, (now, earlier) in pairs.items()
    ]


def short(days: Days, found: list[Lines]) -> Section:
    """Why lines fell short, and of how many."""
    called = {
        ShortReason.SOLD_OUT: _("다 팔렸음"),
        ShortReason.SPOILED: _("상했음"),
        ShortReason.NOT_SUPPLIED: _("들어오지 않았음"),
        ShortReason.CLOSED: _("가게가 쉬었음"),
    }
    now, earlier = lines_of(days, found)
    rows = [
        Row(
            words_,
            [
                now[reason],
                _of_ten_thousand(now[reason], sum(now.values())),
                earlier[reason],
                _of_ten_thousand(earlier[reason], sum(earlier.values())),
            ],
        )
        for reason, words_ in called.items()
    ]
    bars = [
        count_bar(label=word, short_label=word, count=now[reason], earlier=earlier[reason])
        for reason, word in called.items()
    ]
    columns = [
        Column(_("모자란 줄"), _count),
        Column(_("만 줄 가운데"), _count),
        Column(_("앞 기간"), _count),
        Column(_("앞 기간 만 줄 가운데"), _count),
    ]
    return Section("short", _("모자란 주문 줄"), _("까닭"), columns, rows, bars)


def _of_ten_thousand(part: int, whole: int) -> int | None:
    """Of 10,000."""
    return round(part * 10_000 / whole) if whole else None


def lines_of(days: Days, found: list[Lines]) -> tuple[dict[str, int], dict[str, int]]:
    """Lines by why they fell short ("" for those that did not): now, and before."""
    now, earlier = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in found:
        (now if days.is_now(one.on) else earlier)[one.reason] += one.lines
    return now, earlier


def in_time(days: Days, found: list[HandedOver]) -> Section:
    rows, bars = [], []
    for way, word in ways_called().items():
        parts, done = parts_of(days, [one for one in found if one.way == way])
        now, earlier = share_of(done[0], parts[0]), share_of(done[1], parts[1])
        rows.append(Row(word, [parts[0], done[0], now, earlier]))
        bars.append(
            count_bar(label=word, short_label=word, count=now or 0, earlier=earlier, unit="%")
        )
    columns = [
        Column(_("건네 드림"), _count),
        Column(_("제때"), _count),
        Column(_("제때의 몫"), _percent),
        Column(_("앞 기간"), _percent),
    ]
    note = _("약속한 때가 끝나기 전에 건네 드린 것입니다.")
    return Section("in-time", _("제때 건네 드림"), _("받는 방법"), columns, rows, bars, note)


def parts_of(days: Days, found: Iterable[HandedOver]) -> tuple[Pair, Pair]:
    """All parts, and those in time: now, and before."""
    parts, done = [0, 0], [0, 0]
    for one in found:
        place = 0 if days.is_now(one.on) else 1
        parts[place] += one.parts
        done[place] += one.in_time
    return (parts[0], parts[1]), (done[0], done[1])


def waits(days: Days, found: list[Wait]) -> list[Section]:
    """By how long, and by site."""
    now = [one for one in found if days.is_now(one.on)]
    earlier = [one for one in found if not days.is_now(one.on)]
    return [_wait_lengths(now, earlier), _waits_by_site(now, earlier)]


def _wait_lengths(now: list[Wait], earlier: list[Wait]) -> Section:
    cars, cars_before = _by_step(now), _by_step(earlier)
    edges = [0, *WAIT_STEPS]
    labels = [
        _("%(since)s–%(until)s분") % {"since": since, "until": until}
        for since, until in zip(edges, WAIT_STEPS, strict=False)
    ] + [_("%(since)s분 넘게") % {"since": WAIT_STEPS[-1]}]
    rows = [Row(label, [n, m]) for label, n, m in zip(labels, cars, cars_before, strict=True)]
    bars = [
        count_bar(label=label, short_label=label, count=n, earlier=m)
        for label, n, m in zip(labels, cars, cars_before, strict=True)
    ]
    columns = [Column(_("차"), _count), Column(_("앞 기간"), _count)]
    note = _("차가 온 때부터 창구로 부를 때까지입니다.")
    return Section("waits", _("차에서 기다린 시간"), _("시간"), columns, rows, bars, note)


def _by_step(found: list[Wait]) -> list[int]:
    cars = [0] * (len(WAIT_STEPS) + 1)
    for one in found:
        cars[sum(one.seconds >= step * 60 for step in WAIT_STEPS)] += 1
    return cars


def _waits_by_site(now: list[Wait], earlier: list[Wait]) -> Section:
    names = {one.site_reference: one.site_name for one in [*earlier, *now]}
    seconds, seconds_before = _by_site(now), _by_site(earlier)
    rows = [
        Row(
            name,
            [
                len(seconds[site]),
                whole_minutes(at_most(seconds[site], 50)),
                whole_minutes(at_most(seconds[site], 90)),
                whole_minutes(at_most(seconds_before[site], 90)),
            ],
        )
        for site, name in sorted(names.items(), key=lambda item: item[1])
    ]
    bars = [
        count_bar(
            label=row.label,
            short_label=str(place) if len(rows) > NAMED_BARS else row.label,
            count=row.values[2] or 0,
            earlier=row.values[3],
        )
        for place, row in enumerate(rows[:MOST_BARS], start=1)
    ]
    columns = [
        Column(_("차"), _count),
        Column(_("절반은 이 안에"), _minutes),
        Column(_("열에 아홉은 이 안에"), _minutes),
        Column(_("앞 기간 열에 아홉"), _minutes),
    ]
    note = _("막대는 열에 아홉이 이 안에 불린 시간(분)입니다.")
    return Section(
        "sites", _("드라이브스루마다"), _("드라이브스루"), columns, rows, bars, note, True
    )


def _by_site(found: list[Wait]) -> dict[str, list[int]]:
    seconds: dict[str, list[int]] = defaultdict(list)
    for one in found:
        seconds[one.site_reference].append(one.seconds)
    return seconds


def whole_minutes(seconds: int) -> int:
    """Rounded up: nobody waited longer than is said."""
    return -(-seconds // 60)
