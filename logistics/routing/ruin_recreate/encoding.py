"""A problem as the arrays that ``kernel`` works on, and its routes back as orders of stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from logistics.routing.problem import Load, Problem, Vehicle, Wish
from logistics.routing.ruin_recreate import kernel as k
from logistics.routing.ruin_recreate.idle_rules import without_idle_rules
from logistics.routing.ruin_recreate.kernel import BIG, Data, State
from logistics.routing.schedule import may_serve

# Places looked at for each stop, at most: before and behind its nearest.
NEAR = 120
# How far ruins reach.
RUIN = 100
# So many places have their legs both ways in one array, four numbers each.
LEGS_TOGETHER = 1_500
NO_LIMIT = -1
Pay = tuple[int | None, int | None]


@dataclass(frozen=True)
class Encoded:
    """``vehicles`` maps the kernel's, sorted by kind, to the problem's."""

    data: Data
    vehicles: list[int]

    def apart(self) -> "Encoded":
        """For another search at the same time: a search notes in ``node`` which van a reload is."""
        if self.data.base == self.data.n:
            return self
        return replace(self, data=self.data._replace(node=self.data.node.copy()))


def encoded(problem: Problem) -> Encoded:
    problem = without_idle_rules(problem)
    order, kinds = _kinds(problem)
    vans = [problem.vehicles[v] for v in order]
    n = len(problem.stops)
    base = n + min(n, sum(van.reloads for van in vans))
    dims, mixed = _binding_dimensions(problem)
    pay, pays = _ways_of_paying(vans)
    lists = _Lists()
    node = _nodes(problem, vans, base, dims, lists)
    van = _vans(problem, vans, kinds, dims, pays, lists)
    cost = _leg_costs(problem, pay)
    near, ruin = _neighbours(problem, node)
    if vans:
        depot, places = node[base, k.PLACE], node[:n, k.PLACE]
        node[:n, k.FAR] = problem.costs[depot, places].astype(np.int64)
        node[:n, k.FAR] += problem.costs[places, depot]
    data = Data(
        n=n,
        base=base,
        m=len(vans),
        dims=len(dims),
        mixed=mixed,
        unfair_cost=problem.unfair_cost,
        node=node,
        van=van,
        kinds=np.array(kinds, np.int64).reshape(-1, 2),
        terms=_terms(problem, order, kinds),
        lists=lists.array(),
        near=_with_costs(near, node[:n, k.PLACE], cost),
        ruin=ruin,
        duration=problem.durations,
        cost=cost,
        legs=_legs(cost, problem.durations),
    )
    return Encoded(data, order)


class _Lists:
    """Pairs of numbers in one array; what belongs together is a range of its rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []

    def add(self, pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
        begin = len(self.rows)
        self.rows += pairs
        return begin, len(self.rows)

    def add_with_header(self, pairs: Sequence[tuple[int, int]]) -> int:
        """The row that holds the range."""
        return self.add([self.add(pairs)])[0]

    def array(self) -> npt.NDArray[np.int64]:
        return np.array(self.rows, np.int64).reshape(-1, 2)


def _nodes(
    problem: Problem, vans: Sequence[Vehicle], base: int, dims: Sequence[str], lists: _Lists
) -> npt.NDArray[np.int64]:
    n = len(problem.stops)
    node = np.zeros((base + 2 * len(vans), k.NODE_COLUMNS), np.int64)
    node[:, [k.PARTNER, k.GROUP]] = -1
    for s, stop in enumerate(problem.stops):
        wish = stop.wish or Wish(0, 0, 0)
        row = node[s]
        row[[k.PLACE, k.EARLIEST, k.LATEST]] = stop.location, stop.earliest, stop.latest
        row[[k.SERVICE, k.ODD]] = stop.service_seconds, bool(stop.windows or stop.wish)
        row[k.PENALTY] = BIG if stop.penalty is None else stop.penalty
        row[[k.WISH_FROM, k.WISH_UNTIL, k.WISH_COST]] = wish.earliest, wish.latest, wish.cost
        row[[k.WINDOWS_FROM, k.WINDOWS_UNTIL]] = lists.add(
            [(window.earliest, window.latest) for window in stop.windows]
        )
    node[:n, k.DELIVER : k.DELIVER + len(dims)] = _loads([s.deliver for s in problem.stops], dims)
    node[:n, k.COLLECT : k.COLLECT + len(dims)] = _loads([s.collect for s in problem.stops], dims)
    for transfer in problem.transfers:
        load = _loads([transfer.load], dims)[0]
        node[transfer.pickup, k.TRANSFER : k.TRANSFER + len(dims)] += load
        node[transfer.delivery, k.TRANSFER : k.TRANSFER + len(dims)] -= load
        node[transfer.pickup, [k.PARTNER, k.PICKUP]] = transfer.delivery, 1
        node[transfer.delivery, k.PARTNER] = transfer.pickup
    for stops in _groups(problem):
        node[stops, k.GROUP] = lists.add_with_header([(s, 0) for s in stops])
    for number, van in enumerate(vans):
        open_ends = {problem.other_end[s] for s in van.locked if s in problem.other_end}
        node[list(open_ends), k.LOCKED] = k.STAYS
        node[list(van.locked), k.LOCKED] = k.FIRST
        ends = slice(base + 2 * number, base + 2 * number + 2)
        node[ends, k.PLACE] = van.start, van.end
        node[ends, k.EARLIEST], node[ends, k.LATEST] = van.earliest, van.latest
    return node


def _vans(
    problem: Problem,
    vans: Sequence[Vehicle],
    kinds: Sequence[tuple[int, int]],
    dims: Sequence[str],
    pays: Sequence[int],
    lists: _Lists,
) -> npt.NDArray[np.int64]:
    table = np.zeros((len(vans), k.VAN_COLUMNS), np.int64)
    profiles = [
        lists.add_with_header([(band.since, band.percent) for band in profile])
        for profile in problem.speeds
    ]
    for number, van in enumerate(vans):
        row = table[number]
        fair = van.fair_seconds if problem.unfair_cost else None
        longest = NO_LIMIT if van.max_seconds is None else van.max_seconds
        row[[k.PAY, k.FIXED]] = pays[number], van.fixed_cost
        row[[k.RESTS_FROM, k.RESTS_UNTIL]] = lists.add(
            [pair for b in van.breaks for pair in ((b.earliest, b.latest), (b.seconds, 0))]
        )
        row[[k.LONGEST, k.FAIR]] = longest, NO_LIMIT if fair is None else fair
        row[k.SPEED] = NO_LIMIT if van.speed is None else profiles[van.speed]
        row[[k.RELOADS, k.RELOAD_SECONDS]] = van.reloads, van.reload_seconds
        row[k.ODD_VAN] = bool(van.breaks) or van.speed is not None or fair is not None
    for kind, (first, last) in enumerate(kinds):
        table[first:last, k.KIND] = kind
    capacities = _loads([van.capacity - van.aboard for van in vans], dims)
    table[:, k.CAPACITY : k.CAPACITY + len(dims)] = capacities
    return table


def fresh_state(data: Data, seed: int) -> State:
    """Nothing served yet."""
    size = data.base + 2 * data.m
    after = np.zeros(size, np.int64)
    link = np.zeros((size, k.LINK_COLUMNS), np.int64)
    starts = data.base + 2 * np.arange(data.m, dtype=np.int64)
    after[starts], link[starts + 1, k.BEFORE] = starts + 1, starts
    link[: data.n, k.ROUTE] = -1
    limited = bool((data.van[:, k.LONGEST] >= 0).any())
    numbers = np.zeros(k.NUMBERS, np.int64)
    numbers[[k.COST, k.BEST_COST]] = data.node[: data.n, k.PENALTY].sum()
    numbers[[k.UNSERVED, k.FREE_RELOADS]] = data.n, data.base - data.n
    numbers[k.ODD_ROUTE_AT] = k.odd_route_address()
    state = State(
        after=after,
        link=link,
        vans=np.zeros((data.m + 1, k.VANS_COLUMNS), np.int64),
        unused=data.kinds[:, 0].copy(),
        best=after.copy(),
        bank=np.arange(data.n, dtype=np.int64),
        free_reloads=np.arange(data.n, data.base, dtype=np.int64),
        order=np.zeros(data.base + 2, np.int64),
        stops=np.zeros(data.n + 1, np.int64),
        keys=np.zeros(data.n + 1, np.float64),
        kept=np.zeros(data.base + 1, np.int64),
        placings=np.zeros((k.BEGIN_BYS + data.base + 2, k.PLACING_COLUMNS), np.int64),
        numbers=numbers,
        spans=np.zeros((size if limited else 0, k.SPANS_COLUMNS), np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 | 1], np.uint64),
    )
    for v in range(data.m):
        k.lay(data, state, v, np.empty(0, np.int64))
    return state


def laid(
    encoding: Encoded,
    state: State,
    orders: dict[int, list[int]],
    reloads: Mapping[int, Sequence[int]],
) -> None:
    """Puts a first plan (vehicle → stops, → positions before which it reloads) into a fresh state;
    a route that cannot be driven is passed over."""
    data = encoding.data
    node, van = data.node, data.van
    for v, vehicle in enumerate(encoding.vehicles):
        stops = np.array(orders.get(vehicle, ()), np.int64)
        if not stops.size:
            continue
        cuts = reloads.get(vehicle, ())
        free = int(state.numbers[k.FREE_RELOADS])
        loading = state.free_reloads[free - len(cuts) : free].copy()
        route = np.insert(stops, cuts, loading)
        if len(loading) < len(cuts) or not k.lay(data, state, v, route):
            state.link[stops, k.ROUTE] = -1
            k.lay(data, state, v, np.empty(0, np.int64))
            continue
        state.numbers[k.FREE_RELOADS] -= len(cuts)
        state.vans[v, k.USED_RELOADS] = len(cuts)
        path = node[[data.base + 2 * v, *route, data.base + 2 * v + 1], k.PLACE]
        cost = int(data.cost[van[v, k.PAY]][path[:-1], path[1:]].sum(dtype=np.int64))
        cost += int(van[v, k.FIXED] + state.vans[v, k.ODD_COST])
        cost += int(data.terms[stops, van[v, k.KIND]].sum())
        state.numbers[k.COST] += cost - int(node[stops, k.PENALTY].sum())
    unserved = np.flatnonzero(state.link[: data.n, k.ROUTE] < 0).astype(np.int64)
    state.bank[: unserved.size] = unserved
    state.numbers[k.UNSERVED] = unserved.size
    state.numbers[k.BEST_COST] = state.numbers[k.COST]
    state.best[:] = state.after


def routes_of(
    encoding: Encoded, after: npt.NDArray[np.int64]
) -> tuple[dict[int, list[int]], dict[int, tuple[int, ...]]]:
    """(vehicle → stops, vehicle → positions before which it reloads) of a state or its best."""
    data = encoding.data
    orders: dict[int, list[int]] = {}
    reloads: dict[int, tuple[int, ...]] = {}
    for v, vehicle in enumerate(encoding.vehicles):
        stops: list[int] = []
        cuts: list[int] = []
        x = int(after[data.base + 2 * v])
        while x < data.base:
            if x < data.n:
                stops.append(x)
            else:
                cuts.append(len(stops))
            x = int(after[x])
        if stops:
            orders[vehicle] = stops
            reloads[vehicle] = tuple(cuts)
    return orders, reloads


def _kinds(problem: Problem) -> tuple[list[int], list[tuple[int, int]]]:
    """(vehicles sorted by kind, [from, until) of each kind). A van that some stop names, or that is
    on its way already, is a kind of its own."""
    named = {v for stop in problem.stops for v in (stop.vehicle, stop.regular)}
    alike: dict[tuple[Vehicle, int], list[int]] = {}
    for v, van in enumerate(problem.vehicles):
        own = v if v in named or van.locked else -1
        alike.setdefault((replace(van, name=""), own), []).append(v)
    order = [v for vans in alike.values() for v in vans]
    ends = np.cumsum([len(vans) for vans in alike.values()])
    kinds = [
        (int(end) - len(vans), int(end)) for end, vans in zip(ends, alike.values(), strict=True)
    ]
    return order, kinds


def kinds_of(problem: Problem) -> list[int]:
    """By vehicle: which of the kernel's kinds it is."""
    order, kinds = _kinds(without_idle_rules(problem))
    found = [0] * len(order)
    for kind, (first, until) in enumerate(kinds):
        for v in order[first:until]:
            found[v] = kind
    return found


def _loads(loads: Sequence[Load], dims: Sequence[str]) -> npt.NDArray[np.int64]:
    rows = [[getattr(load, dim) for dim in dims] for load in loads]
    return np.array(rows, np.int64).reshape(len(loads), len(dims))


def _binding_dimensions(problem: Problem) -> tuple[list[str], int]:
    """(those in which everything together might not fit into the smallest van, how many at the
    front must be reckoned at every stop since goods come and go)."""
    mixed: list[str] = []
    plain: list[str] = []
    comes_and_goes = bool(problem.transfers) or any(van.reloads for van in problem.vehicles)
    for dim in ("grams", "ml", "chilled_ml"):
        total = sum(
            getattr(stop.deliver, dim) + getattr(stop.collect, dim) for stop in problem.stops
        ) + sum(getattr(transfer.load, dim) for transfer in problem.transfers)
        rooms = [getattr(van.capacity, dim) - getattr(van.aboard, dim) for van in problem.vehicles]
        if total <= min(rooms, default=0):
            continue
        delivered = any(getattr(stop.deliver, dim) for stop in problem.stops)
        collected = any(getattr(stop.collect, dim) for stop in problem.stops)
        both = comes_and_goes or (delivered and collected)
        (mixed if both else plain).append(dim)
    return mixed + plain, len(mixed)


def _ways_of_paying(vans: Sequence[Vehicle]) -> tuple[list[Pay], list[int]]:
    """(the different ones, which one each vehicle has)."""
    ways: dict[Pay, int] = {}
    which = [ways.setdefault((van.per_km, van.per_hour), len(ways)) for van in vans]
    return list(ways) or [(None, None)], which


def _leg_costs(problem: Problem, ways: Sequence[Pay]) -> npt.NDArray[np.int32]:
    """A matrix for each way of paying; as ``Problem.leg_cost``."""
    matrices = []
    for per_km, per_hour in ways:
        if per_km is None and per_hour is None:
            matrices.append(problem.costs)
            continue
        metres = problem.distances.astype(np.int64)
        seconds = problem.durations.astype(np.int64)
        by_km = ((per_km or 0) * metres + 500) // 1_000
        cost = by_km + ((per_hour or 0) * seconds + 1_800) // 3_600
        if cost.max(initial=0) > np.iinfo(np.int32).max:
            raise OverflowError("a leg dearer than 32 bits can hold")
        matrices.append(cost.astype(np.int32))
    # One matrix needs no copy: a large one would take as much memory again.
    return matrices[0][np.newaxis] if len(matrices) == 1 else np.stack(matrices)


def _legs(costs: npt.NDArray[np.int32], durations: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    ways, places = costs.shape[:2]
    if places > LEGS_TOGETHER:
        return np.empty((ways, 0, 0, k.LEGS_COLUMNS), np.int32)
    legs = np.empty((ways, places, places, k.LEGS_COLUMNS), np.int32)
    legs[..., k.COST_TO], legs[..., k.SECONDS_TO] = costs, durations
    legs[..., k.COST_BACK], legs[..., k.SECONDS_BACK] = costs.transpose(0, 2, 1), durations.T
    return legs


def _terms(
    problem: Problem, order: Sequence[int], kinds: Sequence[tuple[int, int]]
) -> npt.NDArray[np.int64]:
    """What each kind of van costs at each stop as a stranger, -1 where it may not go."""
    terms = np.zeros((len(problem.stops), len(kinds)), np.int64)
    choosy = [
        s
        for s, stop in enumerate(problem.stops)
        if stop.chilled or stop.skills or stop.clearance_cm is not None or stop.vehicle is not None
    ]
    for kind, (first, _) in enumerate(kinds):
        vehicle = order[first]
        for s, stop in enumerate(problem.stops):
            if stop.regular not in (None, vehicle):
                terms[s, kind] = stop.stranger_cost
        for s in choosy:
            if not may_serve(problem, vehicle, s):
                terms[s, kind] = -1
    return terms


def _groups(problem: Problem) -> list[list[int]]:
    members: dict[str, list[int]] = {}
    for s, stop in enumerate(problem.stops):
        if stop.together:
            members.setdefault(stop.together, []).append(s)
    return list(members.values())


def _neighbours(
    problem: Problem, node: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """(stops to insert beside, stops to ruin around): nearest first."""
    n = len(problem.stops)
    near = np.full((n, min(NEAR, max(n - 1, 1))), -1, np.int32)
    ruin = np.zeros((n, min(RUIN, n)), np.int32)
    fastest = max((band.percent for bands in problem.speeds for band in bands), default=100)
    slower = 100 / max(100, fastest)
    keys = np.zeros((2, max(NEAR, RUIN)))
    k.find_neighbours(problem.costs, problem.durations, node[:n], slower, near, ruin, keys)
    return near, ruin


def _with_costs(
    near: npt.NDArray[np.int32], places: npt.NDArray[np.int64], cost: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """Each neighbour with what going there and back costs the van that it costs least."""
    to, here = places[near], places[:, np.newaxis]
    around = np.min(cost[:, here, to].astype(np.int64) + cost[:, to, here], axis=0)
    return np.stack([near, np.minimum(around, np.iinfo(np.int32).max)], axis=2).astype(np.int32)
