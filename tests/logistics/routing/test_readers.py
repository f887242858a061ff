from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing import json_format
from logistics.routing.check import violations
from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers import parse, read
from logistics.routing.readers.matrices import cut_distances, nearest_distances
from logistics.routing.solver import solve
from storefront.refusal_words.instances import worded
from tests.logistics.routing.world import a_problem, a_stop

INSTANCES = Path(__file__).parents[2] / "instances"
SOLOMON = (INSTANCES / "tiny_solomon.txt").read_text()
MATRIX = (INSTANCES / "tiny_matrix.txt").read_text()
BOTH_WAYS = (INSTANCES / "tiny_both_ways.vrpspd").read_text()
WANG_CHEN = (INSTANCES / "tiny_wang_chen.txt").read_text()
PAIRS = (INSTANCES / "tiny_pairs.vrpsdptw").read_text()
DEPOTS = (INSTANCES / "tiny_depots.vrp").read_text()
WANTED = "NUMBER of customers"
VANS = "VEHICLES_DEPOT_SECTION\n1\t1\n2\t2\n3\t2\n"
JSON = json_format.dump(Instance("tiny", a_problem([a_stop(1)])))
PLACES = st.lists(
    st.tuples(
        *[st.decimals(-9_999_999, 9_999_999, places=6) | st.integers(-99, 99).map(Decimal)] * 2
    ),
    min_size=2,
    max_size=4,
)


def test_solomon_is_read_in_tenths() -> None:
    instance = read(INSTANCES / "tiny_solomon.txt")
    assert (instance.name, instance.cost_unit) == ("tiny_solomon", 10)
    problem = instance.problem
    assert (len(problem.stops), len(problem.vehicles), problem.cost) == (5, 3, "distance")
    assert problem.stops[3] == Stop(
        "4", 4, Load(20), earliest=600, latest=1200, service_seconds=100
    )
    assert problem.vehicles[0] == Vehicle("van 1", 0, 0, Load(50), earliest=0, latest=2000)


def test_solomon_distances_are_cut_not_rounded() -> None:
    problem = read(INSTANCES / "tiny_solomon.txt").problem
    # 3-4-5, then the roots of 34 (5.83…), 2·… and 32 (5.656…).
    assert problem.distances[0][:3].tolist() == [0, 50, 58]
    assert problem.distances[1][4] == 148  # √221 = 14.866…
    assert problem.durations is problem.distances


def test_stops_that_deliver_and_collect_in_time_windows_are_read() -> None:
    instance = read(INSTANCES / "tiny_wang_chen.txt")
    problem = instance.problem
    assert (instance.cost_unit, instance.clock, problem.cost) == (1_000, False, "distance")
    assert problem.stops[1] == Stop(
        "2", 2, Load(20), Load(40), earliest=20_000, latest=150_000, service_seconds=10_000
    )
    assert problem.vehicles == [
        Vehicle(f"van {n}", 0, 0, Load(50), latest=200_000, fixed_cost=2_000_000) for n in (1, 2)
    ]
    # 5, √2 = 1.41421…
    assert problem.distances[0][1:3].tolist() == [5_000, 1_414]


def test_broken_coordinates_are_exact_too() -> None:
    text = SOLOMON.replace("    1      13         14 ", "    1    10.3       10.4 ")
    assert parse(text).problem.distances[0][1] == 5


@given(points=PLACES, unit=st.sampled_from([1, 10, 50]))
def test_cut_distances_are_exact_at_any_size(
    points: list[tuple[Decimal, Decimal]], unit: int
) -> None:
    matrix = cut_distances(points, unit, field="here")
    for i, squares in enumerate(_squares(points, unit)):
        for j, square in enumerate(squares):
            assert int(matrix[i, j]) ** 2 <= square < (int(matrix[i, j]) + 1) ** 2


@given(points=PLACES, unit=st.sampled_from([1, 10, 50]))
def test_nearest_distances_are_exact_at_any_size(
    points: list[tuple[Decimal, Decimal]], unit: int
) -> None:
    matrix = nearest_distances(points, unit, field="here")
    half = Fraction(1, 2)
    for i, squares in enumerate(_squares(points, unit)):
        for j, square in enumerate(squares):
            assert max(0, matrix[i, j] - half) ** 2 <= square < (matrix[i, j] + half) ** 2


def _squares(points: list[tuple[Decimal, Decimal]], unit: int) -> list[list[Fraction]]:
    exact = [(Fraction(x) * unit, Fraction(y) * unit) for x, y in points]
    return [[(x - u) ** 2 + (y - v) ** 2 for u, v in exact] for x, y in exact]


def test_a_halfway_distance_goes_up() -> None:
    points = [(Decimal(0), Decimal(0)), (Decimal("2.5"), Decimal(0))]
    assert nearest_distances(points, 1, field="here")[0, 1] == 3


def test_distances_that_no_matrix_holds_are_refused() -> None:
    far = [(Decimal(0), Decimal(0)), (Decimal(9_999_999), Decimal(0))]
    with pytest.raises(BadInstance) as refused:
        nearest_distances(far, 1_000, field="here")
    assert refused.value.field == "here"


def test_solomon_keeps_its_coordinates() -> None:
    instance = read(INSTANCES / "tiny_solomon.txt")
    assert instance.coordinates is not None
    assert instance.coordinates[:2] == [(10.0, 10.0), (13.0, 14.0)]


def test_stops_that_deliver_and_collect_are_read() -> None:
    instance = read(INSTANCES / "tiny_both_ways.vrpspd")
    problem = instance.problem
    # The file's last two columns are the pickup, then the delivery.
    assert problem.stops[0] == Stop(
        "1", 1, Load(10), Load(20), earliest=0, latest=10**10, service_seconds=2_500
    )
    assert (instance.cost_unit, instance.clock, problem.cost) == (1_000, False, "distance")
    # 5, √2 = 1.41421… and √13 = 3.60555…, in thousandths.
    assert problem.distances[0][1:3].tolist() == [5_000, 1_414]
    assert problem.distances[1][2] == 3_606
    assert problem.durations is problem.distances


def test_a_longest_route_without_windows_is_when_to_be_back() -> None:
    instance = read(INSTANCES / "tiny_both_ways.vrpspd")
    assert [van.latest for van in instance.problem.vehicles] == [99_000, 99_000]
    assert instance.ignored == ()


@pytest.mark.parametrize("said", ["DISTANCE : 0", "DISTANCE : 10000000", "COMMENT : none"])
def test_a_longest_route_that_binds_nobody_is_no_limit(said: str) -> None:
    instance = parse(BOTH_WAYS.replace("DISTANCE : 99", said))
    assert {van.latest for van in instance.problem.vehicles} == {10**10}
    assert instance.ignored == ()


def test_a_longest_route_beside_windows_is_named_as_ignored() -> None:
    instance = parse(DEPOTS.replace("VEHICLES_MAX_DURATION", "DISTANCE"))
    assert instance.ignored == ("DISTANCE",)
    assert instance.problem.vehicles[0].latest == 100_000


def test_a_longest_duration_limits_each_van() -> None:
    instance = read(INSTANCES / "tiny_depots.vrp")
    assert [van.max_seconds for van in instance.problem.vehicles] == [30_000] * 3
    assert instance.problem.vehicles[0].latest == 100_000
    assert instance.ignored == ()


@pytest.mark.parametrize("said", ["VEHICLES_MAX_DURATION: 0", "VEHICLES_MAX_DURATION: 100"])
def test_a_longest_duration_that_binds_nobody_is_no_limit(said: str) -> None:
    instance = parse(DEPOTS.replace("VEHICLES_MAX_DURATION: 30", said))
    assert {van.max_seconds for van in instance.problem.vehicles} == {None}


def test_pairs_have_a_distance_and_a_time_each() -> None:
    instance = read(INSTANCES / "tiny_pairs.vrpsdptw")
    problem = instance.problem
    assert (instance.cost_unit, instance.clock, problem.cost) == (1_000, False, "distance")
    assert problem.stops[1] == Stop(
        "2",
        2,
        Load(750_000),
        Load(500_000),
        earliest=20_000,
        latest=150_000,
        service_seconds=10_000,
    )
    assert problem.distances[0].tolist() == [0, 5_000, 1_414, 2_237]  # 2.2365 goes up
    assert problem.durations[0].tolist() == [0, 12_000, 9_500, 8_000]


def test_a_distance_of_pairs_costs_what_the_file_says() -> None:
    problem = parse(PAIRS).problem
    van = Vehicle("van 1", 0, 0, Load(2_500_000), latest=200_000, fixed_cost=300_000, per_km=14)
    assert problem.vehicles == [van, replace(van, name="van 2")]
    # 5 times 0.014 is 0.07.
    assert problem.leg_cost(0, 0, 1) == 70


def test_pairs_cost_their_distance_where_the_file_says_no_more() -> None:
    problem = parse(PAIRS.replace("UNITCOST : 0.014\n", "")).problem
    assert problem.leg_cost(0, 0, 1) == 5_000


def test_the_other_spelling_of_goods_both_ways_is_read_alike() -> None:
    spelt = [parse(BOTH_WAYS.replace(": VRPSPD", f": {kind}")) for kind in ("VRPSPDTW", "VRPSDPTW")]
    assert spelt[0].problem.stops == spelt[1].problem.stops


def test_an_explicit_matrix_may_have_pickups_too() -> None:
    weights = "EDGE_WEIGHT_FORMAT : FULL_MATRIX\nEDGE_WEIGHT_SECTION\n" + "0 7 7 7 " * 4
    text = BOTH_WAYS.replace("EXACT_2D", "EXPLICIT").replace("NODE_COORD", weights + "\nNODE_COORD")
    instance = parse(text.replace("SCALE : 1000", "SCALE : 2").replace(" 2.5 ", " 0 "))
    assert instance.problem.distances[1].tolist() == [0, 14, 14, 14]
    assert instance.coordinates == [(0.0, 0.0), (3.0, 4.0), (1.0, 1.0), (-2.0, 1.0)]


def test_several_depots_each_have_their_vans() -> None:
    instance = read(INSTANCES / "tiny_depots.vrp")
    problem = instance.problem
    assert [(v.name, v.start, v.end, v.earliest, v.latest) for v in problem.vehicles] == [
        ("van 1", 0, 0, 0, 100_000),
        ("van 2", 1, 1, 5_000, 90_000),
        ("van 3", 1, 1, 5_000, 90_000),
    ]
    assert [(stop.name, stop.location) for stop in problem.stops] == [("2", 2), ("3", 3), ("4", 4)]
    assert problem.stops[2].service_seconds == 1_500


def test_distances_between_several_depots_are_rounded_thousandths() -> None:
    instance = read(INSTANCES / "tiny_depots.vrp")
    # √1.000001 = 1.0000005, √(100 + ¼) = 10.01249…, √(25 + 9.765625) = 5.8962…
    assert instance.problem.distances[0].tolist() == [0, 10_012, 1_000, 9_264, 5_896]
    assert (instance.cost_unit, instance.clock) == (1_000, False)


def test_one_depot_with_coordinates_is_rounded_to_whole_numbers() -> None:
    text = DEPOTS.replace("TYPE: MDVRPTW", "TYPE: CVRP").replace("1.5", "1")
    assert parse(text).problem.distances[0].tolist() == [0, 10, 1, 9, 6]


def test_a_vrplib_matrix_is_read_as_durations() -> None:
    instance = read(INSTANCES / "tiny_matrix.txt")
    problem = instance.problem
    assert (instance.cost_unit, problem.cost) == (1, "duration")
    assert problem.durations[2].tolist() == [210, 130, 0, 90]
    assert problem.stops[1] == Stop("2", 2, Load(4), earliest=300, latest=1200, service_seconds=60)
    assert [van.latest for van in problem.vehicles] == [5000, 5000]


@pytest.mark.parametrize(
    "file",
    [
        "tiny_solomon.txt",
        "tiny_wang_chen.txt",
        "tiny_matrix.txt",
        "tiny_both_ways.vrpspd",
        "tiny_pairs.vrpsdptw",
        "tiny_depots.vrp",
    ],
)
def test_tiny_instances_are_solved_whole(file: str) -> None:
    problem = read(INSTANCES / file).problem
    assert violations(problem, solve(problem, iterations=50)) == []


def test_more_vans_than_customers_are_not_made() -> None:
    text = SOLOMON.replace("  3         50", "  999999999999         50")
    assert len(parse(text).problem.vehicles) == 5


@pytest.mark.parametrize(
    ("text", "old", "new", "field", "line"),
    [
        (SOLOMON, "VEHICLE", "VAN", "VEHICLE", None),
        (SOLOMON, "  3         50", "", "VEHICLE", None),
        (SOLOMON, "  3         50", "  3", "CAPACITY", 5),
        (SOLOMON, "  3         50", "  x         50", "NUMBER", 5),
        (SOLOMON, "    2      13  ", "    3      13  ", "CUST NO.", 12),
        (SOLOMON, "    2      13  ", "    2      nan  ", "XCOORD.", 12),
        (SOLOMON, "20         20        150", "20         -1        150", "READY TIME", 12),
        (SOLOMON, "120         10", "120         1.25", "SERVICE TIME", 14),
        (SOLOMON, "120         10", "120", "SERVICE TIME", 14),
        (WANG_CHEN, "  VEHICLE", "", "CUSTOMER VEHICLE", None),
        (WANG_CHEN, "    3         2        50", "    4         2        50", WANTED, 5),
        (WANG_CHEN, "    3         2        50", "    3         2", "CAPACITY", 5),
        (WANG_CHEN, "20         40 ", "20         -4 ", "PDEMAND", 12),
        (WANG_CHEN, "20         40 ", "20  ", "SERVICE TIME", 12),
        (MATRIX, "DIMENSION : 4", "DIMENSION : 5", "EDGE_WEIGHT_SECTION", None),
        (MATRIX, "DIMENSION : 4", "DIMENSION : 999999999", "DIMENSION", 4),
        (MATRIX, "DIMENSION : 4", "DIMENSION : four", "DIMENSION", 4),
        (MATRIX, "EXPLICIT", "GEO", "EDGE_WEIGHT_TYPE", 5),
        (MATRIX, "EXPLICIT", "EUC_2D", "NODE_COORD_SECTION", None),
        (MATRIX, "FULL_MATRIX", "LOWER_ROW", "EDGE_WEIGHT_FORMAT", 7),
        (MATRIX, "110\t0\t120", "110\t2147483648\t120", "EDGE_WEIGHT_SECTION", 11),
        (MATRIX, "CAPACITY : 10\n", "", "CAPACITY", None),
        (MATRIX, "110\t0\t120", "110\t-1\t120", "EDGE_WEIGHT_SECTION", 11),
        (MATRIX, "3\t4\n", "2\t4\n", "DEMAND_SECTION", 17),
        (MATRIX, "3\t300\t1200", "3\t300", "TIME_WINDOW_SECTION", 30),
        (MATRIX, "DEPOT_SECTION\n1", "DEPOT_SECTION\n2", "DEPOT_SECTION", 20),
        (MATRIX, "DEMAND_SECTION", "BACKHAUL_SECTION", "BACKHAUL_SECTION", 14),
        (BOTH_WAYS, "VRPSPD", "PDPTW", "TYPE", 2),
        (BOTH_WAYS, "TYPE : VRPSPD", "", "TYPE", None),
        (BOTH_WAYS, "SCALE : 1000", "SCALE : 0", "SCALE", 7),
        (BOTH_WAYS, "DISTANCE : 99", "DISTANCE : far", "DISTANCE", 6),
        (BOTH_WAYS, "2 3 4", "2 3 inf", "NODE_COORD_SECTION", 11),
        (BOTH_WAYS, " 2.5 20 10", " 2.0005 20 10", "PICKUP_AND_DELIVERY_SECTION", 16),
        (BOTH_WAYS, " 2.5 20 10", " 2.5 20 -1", "PICKUP_AND_DELIVERY_SECTION", 16),
        (BOTH_WAYS, " 2.5 20 10", " 2.5 20", "PICKUP_AND_DELIVERY_SECTION", 16),
        (PAIRS, "DIMENSION : 4", "DIMENSION : 1", "DIMENSION", 3),
        (PAIRS, "CAPACITY : 2.5", "CAPACITY : heavy", "CAPACITY", 7),
        (PAIRS, "2,0.75,0.5", "2,-1,0.5", "NODE_SECTION", 12),
        (PAIRS, "2,0.75,0.5", "0,0.75,0.5", "NODE_SECTION", 12),
        (PAIRS, "0,2,1.4142135,9.5", "0,2,1.4142135", "DISTANCETIME_SECTION", 16),
        (PAIRS, "0,2,1.4142135", "0,1,1.4142135", "DISTANCETIME_SECTION", 16),
        (PAIRS, "0,2,1.4142135", "0,4,1.4142135", "DISTANCETIME_SECTION", 16),
        (PAIRS, "0,2,1.4142135", "0,2,2147484", "DISTANCETIME_SECTION", 16),
        (PAIRS, "0,2,1.4142135,9.5\n", "", "DISTANCETIME_SECTION", None),
        (PAIRS, "DEPOT_SECTION\n0", "DEPOT_SECTION\n1", "DEPOT_SECTION", 28),
        (DEPOTS, "1\n2\n-1", "2\n1\n-1", "DEPOT_SECTION", 37),
        (DEPOTS, "1\n2\n-1", "1\n2\n3\n4\n5", "DEPOT_SECTION", None),
        (DEPOTS, "3\t2\nDEPOT", "3\t3\nDEPOT", "VEHICLES_DEPOT_SECTION", None),
        (DEPOTS, "VEHICLES: 3", "VEHICLES: 999999999999", "VEHICLES_DEPOT_SECTION", None),
        (DEPOTS, "VEHICLES: 3\n", "", "VEHICLES", None),
        (DEPOTS, VANS, "", "VEHICLES_DEPOT_SECTION", None),
        (JSON, '"location": 1', '"location": true', "stops[0].location", None),
        (JSON, ', "chilled": false}', "}", "stops[0].chilled", None),
        (JSON, '"grams": 10000', '"kilos": 10', "stops[0].deliver.grams", None),
        (JSON, '"grams": 10000', '"grams": 1e4', "stops[0].deliver.grams", None),
        (JSON, '"cost": "duration"', '"cost": "hope"', "cost", None),
        (JSON, '"penalty": null', '"penalty": ', "JSON", 1),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_field(
    text: str, old: str, new: str, field: str, line: int | None
) -> None:
    assert old in text
    with pytest.raises(BadInstance) as refused:
        parse(text.replace(old, new, 1))
    assert refused.value.code == "BAD_INSTANCE"
    assert (refused.value.field, refused.value.data["line"]) == (field, line)
    assert all(field in words for words in worded(refused.value))


@given(junk=st.binary(max_size=300))
def test_junk_bytes_never_crash(junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("junk") / "junk.txt"
    path.write_bytes(junk)
    with pytest.raises(BadInstance):
        read(path)


@given(
    text=st.sampled_from([SOLOMON, WANG_CHEN, MATRIX, BOTH_WAYS, PAIRS, DEPOTS, JSON]),
    at=st.floats(0, 1),
    length=st.integers(0, 30),
    put=st.text(max_size=12),
)
def test_a_torn_file_is_read_or_refused_in_words(
    text: str, at: float, length: int, put: str
) -> None:
    begin = int(at * len(text))
    torn = text[:begin] + put + text[begin + length :]
    try:
        problem = parse(torn).problem
    except BadInstance as refused:
        worded(refused)
        return
    assert isinstance(problem, Problem)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInstance) as refused:
        read(tmp_path / "none.txt")
    assert (refused.value.field, refused.value.data["reason"]) == ("file", Malformed.NO_FILE)
