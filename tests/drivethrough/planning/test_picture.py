"""The picture of the predicted queue."""

from xml.etree import ElementTree as ET

from hypothesis import given

from drivethrough.planning.day import Day
from drivethrough.planning.forecasting import QueueMinute
from drivethrough.planning.picture import LEFT, RIGHT, Words, clock, drawing
from drivethrough.planning.planner import plan
from tests.drivethrough.planning.world import MINUTE, TEN, a_car, a_day, days, here

SVG = "{http://www.w3.org/2000/svg}"
WAITING = (QueueMinute(TEN, 2.0, 3), QueueMinute(TEN + 60, 3.5, 5), QueueMinute(TEN + 120, 0.0, 0))


def drawn(day: Day, now: int = TEN, waiting: tuple[QueueMinute, ...] = WAITING) -> ET.Element:
    written = drawing(day, plan(day, now=now, seconds=0), waiting, name="queue")
    return ET.fromstring(written)  # noqa: S314 (our own)


def titles(svg: ET.Element) -> list[str]:
    return [title.text or "" for title in svg.iter(f"{SVG}title")]


def test_every_call_is_a_bar_with_its_facts() -> None:
    svg = drawn(a_day([here("A"), here("<&B", came=TEN - 60)]))
    assert sorted(titles(svg)[1:]) == ["<&B · 10:00–10:02", "A · 10:00–10:02"]


def test_every_lane_has_a_row() -> None:
    words = [text.text for text in drawn(a_day([here()])).iter(f"{SVG}text")]
    assert "창구 lane 1" in words
    assert "창구 lane 2" in words


def test_the_picture_is_told_in_words_too() -> None:
    svg = drawn(a_day([here()]))
    labelled = (svg.get("aria-labelledby") or "").split()
    told = {element.get("id"): element.text for element in svg if element.get("id")}
    assert list(told) == labelled
    assert svg.get("role") == "img"
    assert "1 cars. The queue is longest at 10:01: 3.5 cars" in (told["queue-desc"] or "")


def test_a_page_says_it_in_its_own_words_and_names_cars_by_their_plates() -> None:
    day = a_day([here("A")])
    words = Words(title="Queue", waiting="most {most}", lane="Lane {number}", told="at {at}")
    written = drawing(
        day,
        plan(day, now=TEN, seconds=0),
        WAITING,
        name="queue",
        words=words,
        plates={"A": "12가3456"},
    )
    svg = ET.fromstring(written)  # noqa: S314 (our own)
    assert titles(svg) == ["Queue", "12가3456 · 10:00–10:02"]
    assert svg.findtext(f"{SVG}desc") == "at 10:01"
    said = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"most 5", "Lane 1", "Lane 2"} <= set(said)


def test_without_a_forecast_the_lanes_are_drawn_all_the_same() -> None:
    svg = drawn(a_day([here()]), waiting=())
    assert len(list(svg.iter(f"{SVG}rect"))) == 1


def test_the_queue_is_highest_where_most_wait() -> None:
    svg = drawn(a_day([here()]))
    (band,) = [path for path in svg.iter(f"{SVG}path") if path.get("class") == "band"]
    heights = [
        float(place.split()[1].rstrip("Z")) for place in (band.get("d") or "")[1:].split("L")
    ]
    assert heights.index(min(heights)) == 2


@given(days)
def test_nothing_is_drawn_outside_the_frame(case: tuple[Day, int]) -> None:
    day, now = case
    for bar in drawn(day, now, ()).iter(f"{SVG}rect"):
        x, wide = float(bar.get("x", "0")), float(bar.get("width", "0"))
        assert LEFT <= x <= x + wide <= RIGHT + 1.1


def test_a_plan_made_at_night_is_drawn_from_half_an_hour_before_the_first_call() -> None:
    day = a_day([a_car(arrival=TEN, ready=0)])
    svg = drawn(day, now=0, waiting=())
    hours = [text.text for text in svg.iter(f"{SVG}text") if ":" in (text.text or "")]
    assert hours == ["09:30", "10:00"]


def test_a_clock_shows_hours_and_minutes() -> None:
    assert clock(TEN + 5 * MINUTE + 59) == "10:05"
