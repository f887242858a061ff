"""The predicted queue as a picture: how many cars wait, and what each lane does, over the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from drivethrough.planning.day import Day
from drivethrough.planning.forecasting import QueueMinute
from drivethrough.planning.queue_plan import QueuePlan, Visit

WIDTH = 960
LEFT, RIGHT, TOP = 92, 940, 28
QUEUE_HEIGHT, LANE_HEIGHT, GAP = 150, 30, 22
TICK_SECONDS = 1_800
# Dark on white and apart for colour-blind eyes; each also differs in shape and place.
INK, LINE, BAND, BAR, BAR_EDGE = "#333333", "#0b5394", "#c9daf0", "#7fb3a6", "#1d6b5a"

Element = ET.Element


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a picture, facts in braces. ``told`` says it to who does not see it,
    ``told_of_lanes`` where there is no forecast."""

    title: str = "예상 대기줄 / predicted queue"
    waiting: str = "대기 차량 / cars waiting (0–{most})"
    lane: str = "창구 lane {number}"
    told: str = (
        "차량 {cars}대. 가장 긴 줄은 {at}, 평균 {mean}대, 열에 아홉은 {high}대까지 / {cars} cars. "
        "The queue is longest at {at}: {mean} cars on average, at most {high} in nine of ten cases"
    )
    told_of_lanes: str = "차량 {cars}대 / {cars} cars"


BILINGUAL = Words()


def drawing(
    day: Day,
    plan: QueuePlan,
    waiting: Sequence[QueueMinute],
    *,
    name: str,
    words: Words = BILINGUAL,
    plates: Mapping[str, str] | None = None,
) -> str:
    """SVG that needs nothing else. ``name`` makes its ids the page's own; a car without an entry in
    ``plates`` is called by its reference.

    Above, the cars that wait: a line for the average, a band up to what nine of ten days do not
    exceed. Below, a row for each lane with a bar for each car.
    """
    frame = _Frame(plan, waiting, len(day.lanes))
    svg = _node(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {frame.height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family="sans-serif",
        font_size=13,
        fill=INK,
    )
    svg.append(_node("title", words.title, id=f"{name}-title"))
    svg.append(_node("desc", _told(words, plan, waiting), id=f"{name}-desc"))
    svg.append(_time(frame))
    svg.append(_queue(frame, waiting, words.waiting.format(most=frame.most)))
    for row, lane in enumerate(day.lanes):
        here = [visit for visit in plan.visits if visit.lane == lane.number]
        svg.append(_lane(frame, row, words.lane.format(number=lane.number), here, plates or {}))
    return ET.tostring(svg, encoding="unicode")


class _Frame:
    """Where seconds, cars and lanes are drawn."""

    def __init__(self, plan: QueuePlan, waiting: Sequence[QueueMinute], lanes: int) -> None:
        ends = [visit.ends for visit in plan.visits] + [minute.at for minute in waiting]
        # Half an hour before anything happens: a plan made at night is not drawn from midnight on.
        busy = [visit.called for visit in plan.visits] + [m.at for m in waiting if m.high]
        self.begins = max(plan.now, min(busy, default=plan.now) - TICK_SECONDS)
        self.ends = max([self.begins + TICK_SECONDS, *ends])
        self.most = max([1, *(minute.high for minute in waiting)])
        self.floor = TOP + QUEUE_HEIGHT
        self.lanes_top = self.floor + GAP
        self.height = self.lanes_top + lanes * LANE_HEIGHT + GAP

    def x(self, second: int) -> float:
        inside = min(max(second, self.begins), self.ends) - self.begins
        return LEFT + (RIGHT - LEFT) * inside / (self.ends - self.begins)

    def y(self, cars: float) -> float:
        return self.floor - QUEUE_HEIGHT * cars / self.most


def _told(words: Words, plan: QueuePlan, waiting: Sequence[QueueMinute]) -> str:
    cars = len(plan.visits)
    longest = max(waiting, key=lambda minute: minute.mean, default=None)
    if longest is None:
        return words.told_of_lanes.format(cars=cars)
    mean, at = f"{longest.mean:.1f}", clock(longest.at)
    return words.told.format(cars=cars, at=at, mean=mean, high=longest.high)


def clock(second: int) -> str:
    return f"{second // 3_600:02}:{second // 60 % 60:02}"


def _time(frame: _Frame) -> Element:
    drawn = _node("g", class_="time", stroke_width=1)
    first = -(-frame.begins // TICK_SECONDS) * TICK_SECONDS
    step = TICK_SECONDS * max(1, (frame.ends - frame.begins) // (TICK_SECONDS * 16))
    bottom = frame.height - GAP
    for second in range(first, frame.ends + 1, step):
        x = f"{frame.x(second):.1f}"
        drawn.append(_node("path", d=f"M{x} {TOP}V{bottom}", stroke="#dddddd", fill="none"))
        drawn.append(_node("text", clock(second), x=x, y=bottom + 16, text_anchor="middle"))
    return drawn


def _queue(frame: _Frame, waiting: Sequence[QueueMinute], heading: str) -> Element:
    drawn = _node("g", class_="queue")
    drawn.append(_node("text", heading, x=LEFT, y=TOP - 10))
    if waiting:
        line = [f"{frame.x(m.at):.1f} {frame.y(m.mean):.1f}" for m in waiting]
        top = [f"{frame.x(m.at):.1f} {frame.y(m.high):.1f}" for m in waiting]
        ground = f"{frame.x(waiting[-1].at):.1f} {frame.floor}"
        start = f"{frame.x(waiting[0].at):.1f} {frame.floor}"
        band = "M" + "L".join([start, *top, ground]) + "Z"
        drawn.append(_node("path", d=band, fill=BAND, class_="band"))
        drawn.append(
            _node("path", d="M" + "L".join(line), fill="none", stroke=LINE, stroke_width=2)
        )
    drawn.append(_node("path", d=f"M{LEFT} {frame.floor}H{RIGHT}", stroke=INK, fill="none"))
    return drawn


def _lane(
    frame: _Frame, row: int, heading: str, visits: Sequence[Visit], plates: Mapping[str, str]
) -> Element:
    top = frame.lanes_top + row * LANE_HEIGHT
    drawn = _node("g", class_="lane")
    drawn.append(_node("text", heading, x=4, y=top + 17))
    for visit in visits:
        x = frame.x(visit.called)
        wide = max(1.0, frame.x(visit.ends) - x)
        facts = f"{plates.get(visit.car, visit.car)} · {clock(visit.called)}–{clock(visit.ends)}"
        bar = _node(
            "rect",
            x=f"{x:.1f}",
            y=top,
            width=f"{wide:.1f}",
            height=LANE_HEIGHT - 8,
            fill=BAR,
            stroke=BAR_EDGE,
        )
        drawn.append(_node("g", _node("title", facts), bar))
    return drawn


def _node(tag: str, *inside: Element | str, **attributes: object) -> Element:
    """``class_`` becomes ``class``, ``stroke_width`` becomes ``stroke-width``."""
    named = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    element = ET.Element(tag, named)
    for child in inside:
        if isinstance(child, str):
            element.text = child
        else:
            element.append(child)
    return element
