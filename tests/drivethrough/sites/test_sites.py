"""Sites and their lanes."""

import pytest

from drivethrough.errors import NotFound
from drivethrough.sites import queries
from drivethrough.sites.actions import open_site, set_lane_open
from drivethrough.sites.models import Site
from tests.builders.drivethrough import a_site

pytestmark = pytest.mark.django_db


def to_open(*, lanes=2, name="수원종합운동장 주차장"):
    return open_site(
        source_id="PK000001",
        name=name,
        name_en="Suwon Sports Complex",
        city="수원시",
        address="경기도 수원시 장안구 경수대로 893",
        lat=37.2976,
        lon=127.0114,
        spaces=180,
        lanes=lanes,
    )


def test_a_site_opens_with_numbered_open_lanes():
    site = to_open(lanes=3)
    assert [(lane.number, lane.open) for lane in site.lanes.all()] == [
        (1, True),
        (2, True),
        (3, True),
    ]


def test_opening_a_site_twice_is_one_site():
    first, again = to_open(), to_open(lanes=4, name="다른 이름")
    assert (again.pk, again.name) == (first.pk, "수원종합운동장 주차장")
    assert Site.objects.count() == 1
    assert [lane.number for lane in first.lanes.all()] == [1, 2, 3, 4]


def test_a_lane_is_closed_and_opened():
    lane = to_open().lanes.get(number=1)
    assert set_lane_open(lane=lane, open=False).open is False
    lane.refresh_from_db()
    assert lane.open is False
    assert set_lane_open(lane=lane, open=True).open is True


def test_all_sites_and_their_lanes_take_two_queries(django_assert_num_queries):
    for _ in range(3):
        a_site(lanes=2)
    with django_assert_num_queries(2):
        assert [len(site.lanes.all()) for site in queries.sites()] == [2, 2, 2]


def test_unknown_references_are_not_found():
    for query in (queries.site, queries.lane):
        with pytest.raises(NotFound):
            query("NONE")
