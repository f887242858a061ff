"""What could be wrong in the benchmark itself: a benchmark that errs is worse than none."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing.changes import MadeMust
from logistics.routing.check import violations
from logistics.routing.explain import Fix, explain
from logistics.routing.instance import BadInstance
from logistics.routing.ortools_engine import OrTools
from logistics.routing.problem import Load, Problem, Transfer
from logistics.routing.schedule import solution_of
from logistics.routing.solver import solve
from tests.bench.routing import explaining, goals, gyeonggi, plan, runs, vroom
from tests.bench.routing.best_known import WrongSolution, listed
from tests.bench.routing.cases import Case, drawn, in_folder
from tests.bench.routing.engines import ORTOOLS, OURS, PYVRP, VROOM
from tests.bench.routing.plots import Axis, Plot, Series
from tests.bench.routing.results import Results
from tests.bench.routing.rules import with_rules_that_never_bind
from tests.bench.routing.runs import Outcome, Run, thinned
from tests.bench.routing.tables import Table
from tests.logistics.routing.world import a_problem, a_solution, a_stop, a_van

INSTANCES = Path(__file__).resolve().parents[1] / "instances"
ROUTES = "Route #1: 1 2\nRoute #2: 3 5\nRoute #3: 4\n"
# 5 + 1 + 5.8, 5 + 9.4 + 5 and 10 + 10, in tenths.
COST = 512


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny.txt").write_text((INSTANCES / "tiny_solomon.txt").read_text())
    return tmp_path


def known(folder: Path) -> int | None:
    (case,) = in_folder(folder)
    return case.best_known


@pytest.mark.parametrize("stated", ["51.2", "512"])
def test_a_best_known_plan_is_counted_whether_stated_in_the_files_unit_or_in_parts(
    folder: Path, stated: str
) -> None:
    (folder / "tiny.sol").write_text(f"{ROUTES}Cost {stated}\n")
    assert known(folder) == COST


def test_a_best_known_plan_that_costs_something_else_is_refused(folder: Path) -> None:
    (folder / "tiny.sol").write_text(f"{ROUTES}Cost 50.7\n")
    with pytest.raises(WrongSolution, match=r"says 50\.7, its routes 512"):
        known(folder)


@pytest.mark.parametrize("routes", ["Route #1: 1 2 3\n", "Route #1: 1\n", ""])
def test_a_best_known_plan_that_breaks_a_rule_is_refused(folder: Path, routes: str) -> None:
    (folder / "tiny.sol").write_text(f"{routes}Cost 51.2\n")
    with pytest.raises(WrongSolution, match="break a rule"):
        known(folder)


def test_a_best_known_plan_of_another_instance_is_refused(folder: Path) -> None:
    (folder / "tiny.sol").write_text("Route #1: 1 6\nCost 51.2\n")
    with pytest.raises(WrongSolution, match="not of this instance"):
        known(folder)


def test_costs_of_a_list_are_in_the_files_unit(folder: Path) -> None:
    (folder / "list.txt").write_text("# name cost proved\nother 3 1\ntiny 51.2 1\n")
    assert known(folder) == COST


def test_a_list_may_have_headings_and_commas(folder: Path) -> None:
    (folder / "BKS.csv").write_text("instance,bks,source\ntiny,51.2,a paper (2017)\n")
    assert known(folder) == COST


def test_the_nearest_list_counts(folder: Path) -> None:
    (folder / "list.txt").write_text("tiny 99\n")
    below = folder / "below"
    below.mkdir()
    (folder / "tiny.txt").rename(below / "tiny.txt")
    assert known(folder) == 990
    (below / "list.txt").write_text("tiny 51.2\n")
    assert known(folder) == COST


def test_lists_above_the_asked_folder_do_not_count(folder: Path) -> None:
    (folder / "list.txt").write_text("tiny 99\n")
    below = folder / "below"
    below.mkdir()
    (folder / "tiny.txt").rename(below / "tiny.txt")
    assert known(below) is None


def test_an_instance_is_no_list_of_costs() -> None:
    assert [listed(path) for path in INSTANCES.iterdir() if listed(path)] == []


def test_a_file_that_is_neither_instance_nor_list_is_refused(folder: Path) -> None:
    (folder / "notes.txt").write_text("to do: buy milk\n")
    with pytest.raises(BadInstance):
        list(in_folder(folder))


def by_vroom(problem: Problem) -> list[object]:
    """What the judge says of VROOM's plan."""
    pytest.importorskip("vroom")
    orders = vroom.ready(problem)()
    plan = solution_of(problem, orders, engine="vroom", seconds=0.0, first_feasible_seconds=None)
    assert plan is not None
    return list(violations(problem, plan))


@pytest.mark.parametrize("cost", ["duration", "distance"])
def test_vroom_keeps_capacity_windows_and_service_from_several_depots(cost: str) -> None:
    problem = replace(gyeonggi.day(60).problem, cost=cost)
    vans = [replace(van, start=v % 2, end=v % 3) for v, van in enumerate(problem.vehicles)]
    tight = [replace(van, capacity=Load(120_000)) for van in vans]
    assert by_vroom(replace(problem, vehicles=tight)) == []


def test_vroom_takes_goods_both_ways() -> None:
    # Nine kilos each way fit one after the other only into a van that gives out what it takes in.
    stops = [a_stop(1, deliver=Load(9_000)), a_stop(2, deliver=Load(), collect=Load(9_000))]
    assert by_vroom(a_problem(stops, [a_van(capacity=Load(10_000))])) == []


def test_vroom_minimises_the_problems_own_cost() -> None:
    pytest.importorskip("vroom")
    # By distance both are one stop behind the other; by duration the way between takes all day.
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(), a_van()])
    durations = problem.durations.copy()
    durations[1, 2] = durations[2, 1] = 1_000
    durations.setflags(write=False)
    both = replace(problem, durations=durations)
    assert len(vroom.ready(replace(both, cost="distance"))()) == 1
    assert len(vroom.ready(replace(both, cost="duration"))()) == 2


def test_what_vroom_is_not_told_is_named() -> None:
    assert vroom.unsaid(a_problem()) == ""
    assert vroom.unsaid(a_problem([a_stop(1, chilled=True)])) == "chilled"
    assert vroom.unsaid(a_problem(vans=[a_van(max_seconds=9)])) == "max_seconds"
    assert vroom.unsaid(a_problem(transfers=[Transfer(0, 1, Load(1))])) == "transfers"


def test_an_engine_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vroom, "installed", lambda: False)
    outcome = runs.performed(Run(drawn(10), VROOM, 1.0))
    assert (outcome.cost, outcome.why) == (None, "not installed")


def test_a_peer_is_not_credited_with_another_engines_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OrTools, "handles", lambda self, problem: False)
    assert runs.performed(Run(drawn(10), ORTOOLS, 0.1)).why == "another engine took over"


def test_a_peer_that_does_not_know_a_rule_says_so() -> None:
    ruled = drawn(10, rules=True)
    assert runs.performed(Run(ruled, PYVRP, 0.1)).why == "does not know a rule of this"
    assert runs.performed(Run(ruled, VROOM, 0.1)).why == "is not told chilled"


def test_pyvrp_with_its_own_start_leaves_no_stop_out() -> None:
    outcome = runs.performed(Run(drawn(30), PYVRP, 0.3))
    assert (outcome.why, outcome.cost) == ("", min(cost for _, cost in outcome.moments))


def test_a_run_in_its_own_process_hands_in_the_judged_cost() -> None:
    (outcome,) = runs.all_performed([Run(drawn(10), OURS, 0.2)], jobs=1)
    assert outcome.why == ""
    assert outcome.cost == min(cost for _, cost in outcome.moments)
    assert outcome.first_feasible is not None


moments = st.lists(st.tuples(st.floats(0, 10), st.integers(0, 99)), min_size=1).map(sorted)


@given(told=moments)
def test_of_all_moments_the_first_and_only_better_ones_stay(told: list[tuple[float, int]]) -> None:
    kept = thinned(told, 10.0)
    assert kept[0] == told[0]
    assert all(x > y for (_, x), (_, y) in pairwise(kept))
    assert min(cost for _, cost in kept) == min(cost for _, cost in told)


@given(told=moments, at=st.floats(0, 10))
def test_thinning_never_makes_a_plan_earlier_or_cheaper(
    told: list[tuple[float, int]], at: float
) -> None:
    by_then = [cost for moment, cost in told if moment <= at]
    kept_by_then = [cost for moment, cost in thinned(told, 10.0) if moment <= at]
    assert not kept_by_then or min(kept_by_then) >= min(by_then)
    assert set(thinned(told, 10.0)) <= set(told)


CASE = Case("c", 100, best_known=1_000)


def outcome(engine: str, cost: int | None, *, seed: int = 0, seconds: float = 10.0) -> Outcome:
    moments = () if cost is None else ((1.0, cost + 50), (seconds, cost))
    return Outcome(Run(CASE, engine, seconds, seed), seconds, seconds, cost, moments)


def test_the_cost_at_a_budget_is_the_best_told_by_then() -> None:
    told = Outcome(
        Run(CASE, PYVRP, 30.0), 30.0, 30.0, 990, ((0.5, 1_100), (9.9, 1_000), (10.1, 990))
    )
    assert [told.cost_at(at) for at in (0.4, 0.5, 10.0, 30.0)] == [None, 1_100, 1_000, 990]


def test_a_plan_the_judge_refuses_has_no_cost_at_any_budget() -> None:
    refused = Outcome(Run(CASE, PYVRP, 30.0), 30.0, 30.0, None, ((0.5, 1_100),))
    assert refused.cost_at(10.0) is None


def test_vrooms_one_plan_stands_at_every_budget() -> None:
    assert Outcome(Run(CASE, VROOM, 30.0), 99.0, 99.0, 990, ((99.0, 990),)).cost_at(10.0) == 990


def test_on_two_cores_the_better_of_two_seeds_counts_where_an_engine_uses_one_core() -> None:
    costs = [1_030, 1_010, 1_050, 1_040]
    results = Results([outcome(PYVRP, cost, seed=seed) for seed, cost in enumerate(costs)], 2)
    results.outcomes += [outcome(OURS, cost, seed=seed) for seed, cost in enumerate(costs)]
    assert results.cost(CASE, PYVRP, 10.0) == 1_025
    assert results.cost(CASE, OURS, 10.0) == 1_032.5


def test_on_two_cores_pyvrp_has_two_seeds_for_each_of_ours() -> None:
    settings = plan.Settings(["gaps"], [CASE], [OURS, PYVRP, ORTOOLS], 2, 1.0, False, cores=2)
    of = [(run.engine, run.seed, run.cores) for run in plan.runs(settings) if run.seconds == 30.0]
    assert sorted(of) == sorted(
        [
            *((OURS, seed, 2) for seed in range(2)),
            *((PYVRP, seed, 1) for seed in range(4)),
            (ORTOOLS, 0, 1),
        ]
    )


def test_a_shorter_run_is_not_taken_for_a_longer_budget() -> None:
    results = Results([outcome(OURS, 1_010, seconds=10.0), outcome(OURS, 1_001, seconds=30.0)])
    assert results.cost(CASE, OURS, 10.0) == 1_010
    assert results.cost(CASE, OURS, 30.0) == 1_001
    assert results.cost(CASE, OURS, 60.0) is None


def test_a_seed_without_a_plan_leaves_no_mean() -> None:
    results = Results([outcome(OURS, 1_000), outcome(OURS, None, seed=1), outcome(PYVRP, 1_000)])
    assert results.gap(CASE, OURS, 10.0) is None
    assert results.ratio(CASE, PYVRP, 10.0) == math.inf


def verdicts(*outcomes: Outcome) -> dict[str, bool | None]:
    return {v.goal: v.met for v in goals.gaps(Results(list(outcomes)), [CASE], 1.0)}


def test_the_mean_gap_decides_and_what_was_not_run_stays_open() -> None:
    found = verdicts(outcome(OURS, 1_002), outcome(OURS, 1_009, seed=1))
    assert found["100–250 stops, 10 s: mean gap to the best known"] is True
    assert found["100–250 stops, 30 s: mean gap to the best known"] is None
    assert found["1,000 stops, 60 s: mean gap to the best known"] is None
    assert (
        verdicts(outcome(OURS, 1_007))["100–250 stops, 10 s: mean gap to the best known"] is False
    )


def test_peers_are_compared_at_equal_times() -> None:
    found = verdicts(outcome(OURS, 994), outcome(PYVRP, 1_000), outcome(VROOM, 1_040))
    assert found["mean cost against PyVRP's"] is True
    assert found["the worst instance against PyVRP"] is True
    assert found["mean cost against VROOM's"] is False


def test_a_plan_that_only_a_peer_has_is_a_miss() -> None:
    found = verdicts(outcome(OURS, None), outcome(PYVRP, 1_000))
    assert found["mean cost against PyVRP's"] is False


GIANT = drawn(5_000)


def giant(ours: tuple[tuple[float, int], ...]) -> list[bool | None]:
    results = Results(
        [
            Outcome(Run(GIANT, OURS, 100.0), 100.0, 100.0, ours[-1][1], ours),
            Outcome(Run(GIANT, PYVRP, 100.0), 100.0, 100.0, 1_000, ((9.0, 2_000), (100.0, 1_000))),
        ]
    )
    return [verdict.met for verdict in goals.giant(results, GIANT, 1.0)]


def test_fifteen_thousand_stops_a_minute_are_five_thousand_in_twenty_seconds() -> None:
    assert giant(((2.9, 3_000), (20.0, 1_000), (99.0, 965))) == [True, True, True]
    assert giant(((3.1, 3_000), (20.1, 1_000), (99.0, 966))) == [False, False, False]


def test_never_as_cheap_as_the_peer_is_a_miss() -> None:
    assert giant(((1.0, 3_000), (99.0, 1_001)))[2] is False


def test_growth_is_met_while_a_stop_costs_no_more() -> None:
    assert goals.growth([(1_000, 1_000.0), (2_000, 1_900.0)])[0].met is True
    assert goals.growth([(1_000, 1_000.0), (2_000, 2_100.0)])[0].met is False
    assert goals.growth([(1_000, 1_000.0), (2_000, None)])[0].met is None


def test_the_exponent_of_squares_is_two() -> None:
    assert goals.exponent([(10, 100.0), (20, 400.0), (40, 1_600.0)]) == pytest.approx(2)


@pytest.mark.parametrize("seed", range(5))
def test_rules_that_never_bind_leave_every_plan_and_its_cost(seed: int) -> None:
    problem = gyeonggi.day(30, seed).problem
    ruled = with_rules_that_never_bind(problem)
    plan = solve(problem, engine="insertion", iterations=1, seed=seed)
    orders = {route.vehicle: route.stops for route in plan.routes}
    again = solution_of(ruled, orders, engine="", seconds=0.0, first_feasible_seconds=None)
    assert again is not None
    assert (again.cost, list(violations(ruled, again))) == (plan.cost, [])


def settings(**changes: object) -> plan.Settings:
    engines = [OURS, PYVRP, ORTOOLS, VROOM]
    whole = plan.Settings(["gaps"], [drawn(100)], engines, seeds=2, pace=1.0, quick=False)
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_what_cools_by_the_clock_runs_for_each_budget_the_others_once() -> None:
    planned = sorted((run.engine, run.seconds, run.seed) for run in plan.runs(settings()))
    assert planned == sorted(
        [
            (OURS, 10.0, 0),
            (OURS, 10.0, 1),
            (OURS, 30.0, 0),
            (OURS, 30.0, 1),
            (PYVRP, 30.0, 0),
            (PYVRP, 30.0, 1),
            (ORTOOLS, 10.0, 0),
            (ORTOOLS, 30.0, 0),
            (VROOM, 30.0, 0),
        ]
    )


def test_a_run_that_two_parts_ask_for_is_made_once() -> None:
    planned = plan.runs(settings(parts=["giant", "growth"]))
    assert len([run for run in planned if run.case == GIANT]) == 4


def test_a_day_is_the_same_each_time() -> None:
    one, other = gyeonggi.day(50).problem, gyeonggi.day(50).problem
    assert one.stops == other.stops
    assert (one.durations == other.durations).all()


def test_a_fix_that_moves_another_stop_or_leaves_its_own_out_does_not_hold() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3, latest=9 * 3_600 + 60)], [a_van()] * 2)
    before = a_solution(problem, [0, 1])
    moved = Fix("serve", MadeMust((2,)), {0: [1, 0], 1: []}, {}, 0)
    (fix, *_) = explain(problem, before, 2).fixes
    assert explaining.holds(problem, before, 2, fix)
    assert not explaining.holds(problem, before, 2, moved)
    swapped = replace(fix, order={**fix.order, 0: [1, 0, *fix.order[0][2:]]})
    assert not explaining.holds(problem, before, 2, swapped)


def test_counting_fixes_finds_some_and_none_that_fails() -> None:
    found = explaining.counted(3)
    assert found.fixes > 0
    assert found.failures == 0


def test_a_table_reads_alike_in_markdown() -> None:
    table = Table("T", ["a", "b"], [["x", "1"]], "Note.")
    assert table.markdown() == "### T\n\n| a | b |\n|---|---:|\n| x | 1 |\n\nNote."


def test_a_mark_above_the_ceiling_lies_on_it_and_says_its_value() -> None:
    series = [Series("ours", [(0.0, 1.0)]), Series("peer", [(0.0, 144.6)])]
    drawn_plot = Plot(
        "Gap", Axis("", names=["all"]), Axis("", "%", floor=0.0, ceiling=10.0), series
    )
    said = [element.text for element in drawn_plot.drawn().iter("text")]
    assert "145%" in said
    assert "10%" in said
    assert "50%" not in said
