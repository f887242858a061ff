"""Ruin and recreate, compiled: take out strings of neighbouring stops, put each back where it costs
least, keep the change under a falling temperature (Christiaens and Vanden Berghe, 2020). Before
some rounds two routes exchange their ends (2-opt*: Potvin and Rousseau, 1995).

Nodes are stops 0…n-1, then the places where a van may load again, then two for each vehicle: where
it starts and where it ends. Routes are linked lists over nodes. Numbers are 64-bit integers; a must
left out costs ``BIG``, so that no detour is ever dearer.

Every function takes all of the arrays, so there are few, with a row for each node and van; the
names in capitals are columns. What the innermost loop reads lies together at the front.
"""

import functools
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import cfunc, njit, types
from numba.extending import intrinsic

from logistics.routing.screen.cause import MOST_BREAKS
from logistics.routing.timing import MOST_PLACINGS

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

# Nothing here allocates: without reference counting a call costs next to nothing. Only what Python
# calls gets what Python needs to call it.
inner = {"cache": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
compiled = njit(**inner)  # type: ignore[call-overload]
inlined = njit(forceinline=True, **inner)  # type: ignore[call-overload]
# Threads beside it go on: a clock can be drawn.
unlocked = njit(cache=True, _nrt=False, nogil=True)  # type: ignore[call-overload]

BIG = 1 << 46
# A second of unavoidable waiting counts as so much of a second's drive when looking for neighbours.
WAITING = 0.2
# A literal would be a type of its own, for which all is compiled once more.
ZERO, NONE, NEVER = np.int64(0), np.int64(-1), np.int64(1 << 60)
AT_ONCE, WAITS = np.bool_(False), np.bool_(True)
BEFORE_LEAVING = -1
# LOCKED: among what a van must do first; or after it, but not to be taken out.
FIRST, STAYS = 1, 2

# Columns of ``Data.node``. Three columns each for grams, ml and chilled ml, those that can bind
# first; windows are rows of ``Data.lists``, a group is the row with the range of its members.
PLACE, EARLIEST, LATEST, SERVICE, LOCKED, ODD, DELIVER = 0, 1, 2, 3, 4, 5, 6
COLLECT, TRANSFER, PENALTY, PARTNER, PICKUP, GROUP, FAR = 9, 12, 15, 16, 17, 18, 19
WISH_FROM, WISH_UNTIL, WISH_COST, WINDOWS_FROM, WINDOWS_UNTIL = 20, 21, 22, 23, 24
NODE_COLUMNS = 25
# Columns of ``Data.van``. No limit, no profile: -1; a profile is the row of ``Data.lists`` with the
# range of its bands. A rest is two rows there: (earliest, latest), (seconds, 0).
KIND, PAY, FIXED, ODD_VAN, SPEED, CAPACITY, RESTS_FROM, RESTS_UNTIL = 0, 1, 2, 3, 4, 5, 8, 9
LONGEST, FAIR, RELOADS, RELOAD_SECONDS = 10, 11, 12, 13
VAN_COLUMNS = 14
# Columns of ``Data.near``. AROUND: what going there and back again costs at least.
NEIGHBOUR, AROUND, NEAR_COLUMNS = 0, 1, 2
# Columns of ``Data.legs``.
COST_TO, SECONDS_TO, COST_BACK, SECONDS_BACK, LEGS_COLUMNS = 0, 1, 2, 3, 4
# Columns of ``State.link``. PEAK_UNTIL: the highest load up to leaving the node, since the last
# loading; PEAK_FROM: from there on.
# LEG_IN, LEG_OUT: what the legs to and from a node cost.
ROUTE, LEG_IN, LEG_OUT, BEFORE, BEGIN, BEGIN_BY, PEAK_UNTIL, PEAK_FROM = 0, 1, 2, 3, 4, 5, 6, 9
LINK_COLUMNS = 12
# Columns of ``State.vans``. ODD_COST: what only a simulated clock can tell of a route.
# The others are of one round: TOUCHED and SEEN are marks, CHANGED lists the routes touched, KEPT
# says where in ``State.kept`` each of these begins.
COUNT, ODD_STOPS, ODD_COST, USED_RELOADS, TOUCHED, SEEN, CHANGED, KEPT = 0, 1, 2, 3, 4, 5, 6, 7
LOAD, VANS_COLUMNS = 8, 11
# Columns of ``State.spans``, reckoned for vans with a longest duty only: of the route up to a node
# and from it on, how long it takes at least and between when it can begin to take no longer.
UP_TO, FROM, SPANS_COLUMNS = 0, 3, 6
LASTS, BEGINS, BEGINS_BY = 0, 1, 2
# ``State.numbers``: cost of the plan, of the best so far, how many stops are unserved, how many
# reload nodes free, how often routes were marked as SEEN, where ``odd_route`` is.
COST, BEST_COST, UNSERVED, FREE_RELOADS, MARK, ODD_ROUTE_AT, NUMBERS = 0, 1, 2, 3, 4, 5, 6


# Columns of ``State.placings``: services over at CLOCK so far, the sum of these times OVER, on
# which leg each rest is. PLACES rows for each number of rests taken, in two halves by turns; two
# rows with the counts of the halves; one with the placing chosen; then, in the column CLOCK, by
# when the services of a route must begin.
CLOCK, OVER, LEGS, PLACING_COLUMNS = 0, 1, 2, 2 + MOST_BREAKS
PLACES = MOST_PLACINGS
HALF = (MOST_BREAKS + 1) * PLACES
COUNTS, CHOSEN, BEGIN_BYS = 2 * HALF, 2 * HALF + 2, 2 * HALF + 3


class Data(NamedTuple):
    """The problem; see ``encoding`` for how each is made.

    ``cost`` has a matrix for each way of paying; so has ``legs``, with costs and durations both
    ways together, but it is empty for a large day. ``kinds``: [from, until) of the vans of each
    kind. ``terms[stop, kind]``: what this kind costs there, -1 where it may not go.
    """

    n: int
    base: int
    m: int
    dims: int
    mixed: int
    unfair_cost: int
    node: Ints
    van: Ints
    kinds: Ints
    terms: Ints
    lists: Ints
    near: Small
    ruin: Small
    duration: Small
    cost: Small
    legs: Small


class State(NamedTuple):
    """The routes as they are. ``unused``: below it each kind's vans are all in use. ``vans`` has a
    row to spare.

    ``order``, ``stops``, ``keys``, ``placings`` are room to work in; ``kept`` has the touched
    routes as they were.
    """

    after: Ints
    link: Ints
    vans: Ints
    unused: Ints
    best: Ints
    bank: Ints
    free_reloads: Ints
    order: Ints
    stops: Ints
    keys: Floats
    kept: Ints
    placings: Ints
    numbers: Ints
    spans: Ints
    random: npt.NDArray[np.uint64]


LONG = types.int64
_ROW, _ROWS = types.Array(LONG, 1, "C"), types.Array(LONG, 2, "C")
_SMALL_ROWS, _MATRICES = types.Array(types.int32, 2, "C"), types.Array(types.int32, 3, "C")
_LEGS = types.Array(types.int32, 4, "C")
_FLOATS, _RANDOM = types.Array(types.float64, 1, "C"), types.Array(types.uint64, 1, "C")
DATA = types.NamedTuple(
    [LONG] * 6 + [_ROWS] * 5 + [_MATRICES, _SMALL_ROWS, _SMALL_ROWS, _MATRICES, _LEGS], Data
)
STATE = types.NamedTuple(
    [_ROW, _ROWS, _ROWS, *[_ROW] * 6, _FLOATS, _ROW, _ROWS, _ROW, _ROWS, _RANDOM], State
)


@inlined
def _chance(s: State) -> float:
    x = s.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    s.random[0] = x
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def _is_head(d: Data, x: int) -> bool:
    """The start of a vehicle or a reload: a segment with loads of its own begins."""
    return d.n <= x < d.base or (x >= d.base and (x - d.base) % 2 == 0)


# --- neighbours --------------------------------------------------------------------------------


@inlined
def _insert_sorted(row: Small, keys: Floats, size: int, y: int, key: float) -> int:
    """Keeps the nearest so far in order, equals as they came: how many there are now."""
    if size == row.shape[0]:
        if key >= keys[size - 1]:
            return size
        size -= 1
    i = size
    while i > 0 and keys[i - 1] > key:
        keys[i] = keys[i - 1]
        row[i] = row[i - 1]
        i -= 1
    keys[i] = key
    row[i] = y
    return size + 1


@unlocked
def find_neighbours(
    cost: Small,
    duration: Small,
    stop: Ints,
    slower: float,
    near: Small,
    ruin: Small,
    keys: Floats,
) -> None:
    """Fills ``near`` (stops to insert beside, -1 where none is left) and ``ruin`` (stops to ruin
    around), nearest first; ``stop`` has the first columns of ``Data.node``.

    Beside counts the wait that driving straight on would mean, after Vidal et al. (2013), with
    durations times ``slower``.
    """
    n = near.shape[0]
    for x in range(n):
        a = stop[x, PLACE]
        opens, closes = stop[x, EARLIEST], stop[x, LATEST]
        done, gone = opens + stop[x, SERVICE], closes + stop[x, SERVICE]
        found = reached = ZERO
        for y in range(n):
            if y == x:
                reached = _insert_sorted(ruin[x], keys[1], reached, y, -1.0)
                continue
            b = stop[y, PLACE]
            to, back = np.int64(cost[a, b]), np.int64(cost[b, a])
            reached = _insert_sorted(ruin[x], keys[1], reached, y, float(to + back))
            there, here = duration[a, b] * slower, duration[b, a] * slower
            beside = math.inf
            if done + there <= stop[y, LATEST]:
                beside = to + WAITING * max(0.0, stop[y, EARLIEST] - gone - there)
            if stop[y, EARLIEST] + stop[y, SERVICE] + here <= closes:
                wait = max(0.0, opens - stop[y, LATEST] - stop[y, SERVICE] - here)
                beside = min(beside, back + WAITING * wait)
            if beside < math.inf:
                found = _insert_sorted(near[x], keys[0], found, y, beside)


# --- the clock of odd routes: rests, several windows, wishes, speeds, hours -------------------


@compiled
def _band(d: Data, profile: int, at: int) -> tuple[int, int]:
    """(percent, when the next band begins or -1)."""
    percent, changes = 100, -1
    for b in range(d.lists[profile, 0], d.lists[profile, 1]):
        if d.lists[b, 0] <= at:
            percent = d.lists[b, 1]
        else:
            changes = d.lists[b, 0]
            break
    return percent, changes


@compiled
def _driven(d: Data, profile: int, leaves: int, hundredths: int) -> int:
    if profile < 0:
        return leaves + hundredths // 100
    left, at = hundredths, leaves
    while left > 0:
        percent, changes = _band(d, profile, at)
        needed = -((-left) // percent)
        if changes < 0 or at + needed <= changes:
            return at + needed
        left -= (changes - at) * percent
        at = changes
    return at


@compiled
def _progress(d: Data, profile: int, since: int, until: int) -> int:
    """Hundredths of matrix seconds driven between two moments."""
    if profile < 0:
        return (until - since) * 100
    done, at = 0, since
    while at < until:
        percent, changes = _band(d, profile, at)
        upto = until if changes < 0 else min(until, changes)
        done += (upto - at) * percent
        at = upto
    return done


@compiled
def _arrival(d: Data, profile: int, leaves: int, seconds: int) -> int:
    if profile < 0:
        return leaves + seconds
    return _driven(d, profile, leaves, seconds * 100)


@compiled
def _rested_drive(
    d: Data, profile: int, leaves: int, seconds: int, rests: int, until: int
) -> tuple[int, int]:
    """(ready after drive and rests, seconds of driving), ready ``NEVER`` where a rest would begin
    too late."""
    now, since = leaves, leaves
    left = seconds * 100
    paused = 0
    arrives = _driven(d, profile, since, left)
    for r in range(rests, until, 2):
        at = max(now, d.lists[r, 0])
        if at > d.lists[r, 1]:
            return NEVER, 0
        now = at + d.lists[r + 1, 0]
        if at < arrives:
            left -= _progress(d, profile, since, at)
            since = now
            paused += d.lists[r + 1, 0]
            arrives = _driven(d, profile, since, left)
    return max(arrives, now), arrives - leaves - paused


@compiled
def _rested(d: Data, since: int, rests: int, until: int) -> int:
    """When the rests are over, one after the other, or ``NEVER``."""
    now = since
    for r in range(rests, until, 2):
        at = max(now, d.lists[r, 0])
        if at > d.lists[r, 1]:
            return NEVER
        now = at + d.lists[r + 1, 0]
    return now


@compiled
def _begins(d: Data, x: int, ready: int) -> int:
    """When service can begin, or -1 - never: times may be negative, so beyond ``latest``."""
    at = max(d.node[x, EARLIEST], ready)
    if d.node[x, WINDOWS_UNTIL] > d.node[x, WINDOWS_FROM]:
        soonest = d.node[x, LATEST] + 1
        for w in range(d.node[x, WINDOWS_FROM], d.node[x, WINDOWS_UNTIL]):
            inside = max(at, d.lists[w, 0])
            if inside <= d.lists[w, 1] and inside < soonest:
                soonest = inside
        at = soonest
    return at


@compiled
def _begins_by(d: Data, x: int, latest: int) -> int:
    """When service can begin at the latest, but not after ``latest``."""
    by = min(d.node[x, LATEST], latest)
    if d.node[x, WINDOWS_UNTIL] == d.node[x, WINDOWS_FROM]:
        return by
    found = -NEVER
    for w in range(d.node[x, WINDOWS_FROM], d.node[x, WINDOWS_UNTIL]):
        if d.lists[w, 0] <= by:
            found = max(found, min(by, d.lists[w, 1]))
    return found


@compiled
def _forward(
    d: Data, s: State, v: int, order: Ints, length: int, start: int, waits: bool
) -> tuple[bool, int, int, int, int]:
    """(drivable, back at, first service over at, cost of wishes, seconds of work), each rest on
    the leg that ``CHOSEN`` says. Who ``waits`` for wishes does so until ``BEGIN_BYS`` at most."""
    first_over = start
    wishes = 0
    work = 0
    profile = d.van[v, SPEED]
    rest, until = d.van[v, RESTS_FROM], d.van[v, RESTS_UNTIL]
    place = LEGS
    while rest < until and s.placings[CHOSEN, place] == BEFORE_LEAVING:
        rest += 2
        place += 1
    here = d.base + 2 * v
    end = here + 1
    clock = start
    for k in range(length + 1):
        x = order[k] if k < length else end
        seconds = d.duration[d.node[here, PLACE], d.node[x, PLACE]]
        first = rest
        while rest < until and s.placings[CHOSEN, place] == k:
            rest += 2
            place += 1
        if first < rest:
            ready, driving = _rested_drive(d, profile, clock, seconds, first, rest)
            if ready == NEVER:
                return False, 0, 0, 0, 0
            work += driving
        else:
            ready = _arrival(d, profile, clock, seconds)
            work += ready - clock
        if k == length:
            clock = ready
            break
        begin = _begins(d, x, ready)
        if begin > d.node[x, LATEST]:
            return False, 0, 0, 0, 0
        if x < d.n and d.node[x, WISH_COST] > 0:
            if waits and begin < d.node[x, WISH_FROM]:
                by = s.placings[BEGIN_BYS + k, CLOCK]
                begin = _begins(d, x, min(d.node[x, WISH_FROM], by))
            wishes += d.node[x, WISH_COST] * max(
                0, max(d.node[x, WISH_FROM] - begin, begin - d.node[x, WISH_UNTIL])
            )
        clock = begin + d.node[x, SERVICE]
        work += d.node[x, SERVICE]
        if k == 0:
            first_over = clock
        here = x
    latest = d.node[end, LATEST]
    fine = clock <= latest and _rested(d, clock, rest, until) <= latest
    return fine, clock, first_over, wishes, work


@compiled
def _can_rest(d: Data, s: State, v: int, order: Ints, length: int) -> bool:
    """Whether some legs for the rests let the route be driven: the soonest clock for each number
    of rests taken."""
    clocks = s.placings
    profile = d.van[v, SPEED]
    rests = d.van[v, RESTS_FROM]
    count = (d.van[v, RESTS_UNTIL] - rests) // 2
    here = d.base + 2 * v
    end = here + 1
    for taken in range(count + 1):
        clocks[taken, CLOCK] = _rested(d, d.node[here, EARLIEST], rests, rests + 2 * taken)
    for k in range(length + 1):
        x = order[k] if k < length else end
        seconds = d.duration[d.node[here, PLACE], d.node[x, PLACE]]
        possible = False
        for taken in range(count, -1, -1):
            soonest = NEVER
            for already in range(taken + 1):
                clock = clocks[already, CLOCK]
                if clock == NEVER:
                    continue
                if already == taken:
                    ready = _arrival(d, profile, clock, seconds)
                else:
                    ready, _ = _rested_drive(
                        d, profile, clock, seconds, rests + 2 * already, rests + 2 * taken
                    )
                soonest = min(soonest, ready)
            if k < length and soonest < NEVER:
                begin = _begins(d, x, soonest)
                soonest = begin + d.node[x, SERVICE] if begin <= d.node[x, LATEST] else NEVER
            if taken < count and soonest > d.lists[rests + 2 * taken, 1]:
                soonest = NEVER
            clocks[taken, CLOCK] = soonest
            possible = possible or soonest < NEVER
        if not possible:
            return False
        here = x
    latest = d.node[end, LATEST]
    for taken in range(count + 1):
        back = clocks[taken, CLOCK]
        if back <= latest and _rested(d, back, rests + 2 * taken, rests + 2 * count) <= latest:
            return True
    return False


@compiled
def _place_rests(d: Data, s: State, v: int, order: Ints, length: int) -> tuple[bool, int]:
    """(whether the route can be driven, when it can leave then), with the best legs for the rests
    in ``CHOSEN``: as ``timing`` finds them."""
    places = s.placings
    rests = d.van[v, RESTS_FROM]
    until = d.van[v, RESTS_UNTIL]
    count = (until - rests) // 2
    latest = d.node[d.base + 2 * v + 1, LATEST]
    best_ends, best_over, best_start = NEVER, 0, 0
    for before in range(count, -1, -1):
        start = _rested(d, d.node[d.base + 2 * v, EARLIEST], rests, rests + 2 * before)
        if start == NEVER:
            continue
        for half in range(2):
            for taken in range(count + 1):
                places[COUNTS + half, taken] = 0
        row = before * PLACES
        places[COUNTS, before] = 1
        places[row, CLOCK], places[row, OVER] = start, 0
        for r in range(before):
            places[row, LEGS + r] = BEFORE_LEAVING
        for k in range(length + 1):
            _after_leg(d, s, v, order, length, k, before, count)
        half = (length + 1) % 2
        for taken in range(before, count + 1):
            since = half * HALF + taken * PLACES
            for row in range(since, since + places[COUNTS + half, taken]):
                ends, over = places[row, CLOCK], places[row, OVER]
                if ends > latest or _rested(d, ends, rests + 2 * taken, until) > latest:
                    continue
                if ends < best_ends or (ends == best_ends and over < best_over):
                    best_ends, best_over, best_start = ends, over, start
                    for r in range(count):
                        leg = places[row, LEGS + r] if r < taken else length + 1
                        places[CHOSEN, LEGS + r] = leg
    return best_ends < NEVER, best_start


@compiled
def _after_leg(
    d: Data, s: State, v: int, order: Ints, length: int, k: int, before: int, count: int
) -> None:
    """The placings of one half, once leg k and the visit at its end are over, in the other half."""
    places = s.placings
    here = d.base + 2 * v if k == 0 else order[k - 1]
    x = order[k] if k < length else d.base + 2 * v + 1
    profile = d.van[v, SPEED]
    rests = d.van[v, RESTS_FROM]
    seconds = d.duration[d.node[here, PLACE], d.node[x, PLACE]]
    half, other = k % 2, (k + 1) % 2
    for taken in range(before, count + 1):
        places[COUNTS + other, taken] = 0
        # Who has rested before comes first: of equals, the first stays.
        for already in range(taken, before - 1, -1):
            since = half * HALF + already * PLACES
            for row in range(since, since + places[COUNTS + half, already]):
                clock, over = places[row, CLOCK], places[row, OVER]
                ready, _ = _rested_drive(
                    d, profile, clock, seconds, rests + 2 * already, rests + 2 * taken
                )
                if k < length and ready < NEVER:
                    begin = _begins(d, x, ready)
                    ready = begin + d.node[x, SERVICE] if begin <= d.node[x, LATEST] else NEVER
                    over += ready
                if ready < NEVER:
                    _keep_placing(s, other, row, already, taken, ready, over, k)


@compiled
def _keep_placing(
    s: State, half: int, since: int, already: int, taken: int, clock: int, over: int, k: int
) -> None:
    """Adds a placing in order of its clock, with the legs of row ``since`` and then k, unless
    another is as good, and drops what is no better."""
    places = s.placings
    first = half * HALF + taken * PLACES
    until = first + places[COUNTS + half, taken]
    at = first
    while at < until and places[at, CLOCK] <= clock:
        at += 1
    if at > first and places[at - 1, OVER] <= over:
        return
    begin = at - 1 if at > first and places[at - 1, CLOCK] == clock else at
    end = at
    while end < until and places[end, OVER] >= over:
        end += 1
    size = until - (end - begin) + 1
    if begin + 1 < end:
        for row in range(end, until):
            for column in range(PLACING_COLUMNS):
                places[row - (end - begin) + 1, column] = places[row, column]
    elif begin == end:
        size = min(size, first + PLACES)
        if begin == size:
            return
        for row in range(size - 1, begin, -1):
            for column in range(PLACING_COLUMNS):
                places[row, column] = places[row - 1, column]
    places[COUNTS + half, taken] = size - first
    places[begin, CLOCK], places[begin, OVER] = clock, over
    for r in range(taken):
        places[begin, LEGS + r] = places[since, LEGS + r] if r < already else k


@compiled
def _left_late(
    d: Data, s: State, v: int, order: Ints, length: int, start: int, ends: int, first_over: int
) -> tuple[int, int, int]:
    """(start, cost of wishes, work) leaving as late as makes it back by ``ends`` and has the first
    service over by ``first_over``."""
    low, high = start, first_over
    _, _, _, wishes, work = _forward(d, s, v, order, length, start, AT_ONCE)
    while low < high:
        middle = (low + high + 1) // 2
        fine, back, over, w, worked = _forward(d, s, v, order, length, middle, AT_ONCE)
        if fine and back <= ends and over <= first_over:
            low, wishes, work = middle, w, worked
        else:
            high = middle - 1
    return low, wishes, work


@compiled
def _begin_by(d: Data, s: State, v: int, order: Ints, length: int, start: int) -> None:
    """By when each service must begin, so that all that comes after can be kept."""
    chosen = s.placings[CHOSEN]
    rests, until = d.van[v, RESTS_FROM], d.van[v, RESTS_UNTIL]
    profile = d.van[v, SPEED]
    here = d.base + 2 * v + 1
    latest = d.node[here, LATEST]
    by = latest
    if d.van[v, LONGEST] >= 0:
        by = min(by, start + d.van[v, LONGEST])
    rest = until
    place = LEGS + (until - rests) // 2
    while rest > rests and chosen[place - 1] > length:
        rest -= 2
        place -= 1
    resting = 0
    for r in range(rest, until, 2):
        by = min(by, d.lists[r, 1] - resting)
        resting += d.lists[r + 1, 0]
    by = min(by, latest - resting)
    for k in range(length, 0, -1):
        x = order[k - 1]
        seconds = d.duration[d.node[x, PLACE], d.node[here, PLACE]]
        last = rest
        while rest > rests and chosen[place - 1] == k:
            rest -= 2
            place -= 1
        if rest == last and profile < 0:
            by -= seconds
        else:
            low, high = start, by
            while low < high:
                middle = (low + high + 1) // 2
                ready, _ = _rested_drive(d, profile, middle, seconds, rest, last)
                if ready <= by:
                    low = middle
                else:
                    high = middle - 1
            by = low
        by = _begins_by(d, x, by - d.node[x, SERVICE])
        s.placings[BEGIN_BYS + k - 1, CLOCK] = by
        here = x


@inlined
def _odd_cost(d: Data, v: int, wishes: int, work: int) -> int:
    if d.van[v, FAIR] < 0:
        return wishes
    return wishes + d.unfair_cost * max(0, work - d.van[v, FAIR])


@compiled
def simulated(
    d: Data, s: State, v: int, order: Ints, length: int, wishful: bool
) -> tuple[bool, int]:
    """Whether the van can drive the nodes in this order, and what that costs beyond its legs."""
    fair, longest = d.van[v, FAIR] >= 0, d.van[v, LONGEST] >= 0
    start = d.node[d.base + 2 * v, EARLIEST]
    if d.van[v, RESTS_FROM] < d.van[v, RESTS_UNTIL]:
        if not (wishful or fair or longest):
            return _can_rest(d, s, v, order, length), 0
        fine, start = _place_rests(d, s, v, order, length)
        if not fine:
            return False, 0
    fine, ends, over, wishes, work = _forward(d, s, v, order, length, start, AT_ONCE)
    if not fine:
        return False, 0
    if longest or (fair and d.van[v, SPEED] >= 0):
        start, wishes, work = _left_late(d, s, v, order, length, start, ends, over)
        if longest and ends - start > d.van[v, LONGEST]:
            whenever = d.node[order[0], LATEST] + d.node[order[0], SERVICE]
            start, wishes, work = _left_late(d, s, v, order, length, start, ends, whenever)
            if ends - start > d.van[v, LONGEST]:
                return False, 0
    odd = _odd_cost(d, v, wishes, work)
    if wishes > 0:
        _begin_by(d, s, v, order, length, start)
        _, _, _, wishes, work = _forward(d, s, v, order, length, start, WAITS)
        odd = min(odd, _odd_cost(d, v, wishes, work))
    return True, odd


# --- one route -----------------------------------------------------------------------------


@compiled
def odd_route(
    d: Data, s: State, v: int, x: int, after_x: int, y: int, after_y: int
) -> tuple[bool, int]:
    """``simulated`` with node x behind ``after_x`` and y behind ``after_y`` (-1: none); x first
    where both go behind the same node."""
    length = 0
    p = d.base + 2 * v
    wishful = s.vans[v, ODD_STOPS] > 0
    while True:
        if p == after_x and x >= 0:
            s.order[length] = x
            length += 1
            wishful = wishful or (x < d.n and d.node[x, ODD] != 0)
        if p == after_y and y >= 0:
            s.order[length] = y
            length += 1
            wishful = wishful or (y < d.n and d.node[y, ODD] != 0)
        p = s.after[p]
        if p == d.base + 2 * v + 1:
            break
        s.order[length] = p
        length += 1
    if length == 0:
        return True, 0
    return simulated(d, s, v, s.order, length, wishful)


# Every caller's code has its callees' in it and is optimised as a whole, so that what many call is
# compiled again and again. A call by address ends that: all above is compiled once, and at the
# same time as all below.
ODD_ROUTE = types.Tuple((types.boolean, LONG))(DATA, STATE, *[LONG] * 5)


@functools.cache
def odd_route_address() -> int:
    return int(cfunc(ODD_ROUTE, cache=True, _nrt=False)(odd_route.py_func).address)


@intrinsic
def _call_odd_route(_, address, d, s, v, x, after_x, y, after_y):  # type: ignore[no-untyped-def]
    if (d, s) != (DATA, STATE):
        raise TypeError(f"not the arrays that odd_route is compiled for: {d}, {s}")

    def call(context, builder, _signature, args):  # type: ignore[no-untyped-def]
        to_llvm = context.get_value_type
        of = ir.FunctionType(to_llvm(ODD_ROUTE.return_type), list(map(to_llvm, ODD_ROUTE.args)))
        return builder.call(builder.inttoptr(args[0], of.as_pointer()), args[1:])

    return ODD_ROUTE.return_type(LONG, *ODD_ROUTE.args), call


@inlined
def _simulated_with(
    d: Data, s: State, v: int, x: int, after_x: int, y: int, after_y: int
) -> tuple[bool, int]:
    return _call_odd_route(s.numbers[ODD_ROUTE_AT], d, s, v, x, after_x, y, after_y)


@compiled
def _loads(d: Data, s: State, v: int, k: int) -> None:
    start = d.base + 2 * v
    end = start + 1
    head = start
    while head != end:
        aboard = 0
        x = s.after[head]
        while x != end and not _is_head(d, x):
            aboard += d.node[x, DELIVER + k]
            x = s.after[x]
        upto = x
        s.link[head, PEAK_UNTIL + k] = aboard
        s.link[head, PEAK_FROM + k] = aboard
        peak = aboard
        x = s.after[head]
        while x != upto:
            aboard += d.node[x, COLLECT + k] - d.node[x, DELIVER + k] + d.node[x, TRANSFER + k]
            s.link[x, PEAK_FROM + k] = aboard
            peak = max(peak, aboard)
            s.link[x, PEAK_UNTIL + k] = peak
            x = s.after[x]
        x = s.link[upto, BEFORE]
        peak = 0
        while True:
            peak = max(peak, s.link[x, PEAK_FROM + k])
            s.link[x, PEAK_FROM + k] = peak
            if x == head:
                break
            x = s.link[x, BEFORE]
        head = upto


@compiled
def reckon(d: Data, s: State, v: int) -> bool:
    """Times, loads and odd cost of a route anew. False when it cannot be driven."""
    start = d.base + 2 * v
    end = start + 1
    p = start
    t = d.node[start, EARLIEST]
    s.link[start, BEGIN] = t
    here = d.node[start, PLACE]
    in_time = True
    while p != end:
        x = s.after[p]
        there = d.node[x, PLACE]
        t = max(d.node[x, EARLIEST], t + d.node[p, SERVICE] + d.duration[here, there])
        s.link[x, BEGIN] = t
        in_time = in_time and t <= d.node[x, LATEST]
        p = x
        here = there
    by = d.node[end, LATEST]
    s.link[end, BEGIN_BY] = by
    x = end
    there = d.node[end, PLACE]
    while x != start:
        p = s.link[x, BEFORE]
        here = d.node[p, PLACE]
        by = min(d.node[p, LATEST], by - d.duration[here, there] - d.node[p, SERVICE])
        s.link[p, BEGIN_BY] = by
        x = p
        there = here
    return _reckoned(d, s, v) and (in_time or d.van[v, SPEED] >= 0)


@compiled
def _reckon_inserted(d: Data, s: State, v: int, x: int) -> bool:
    """As ``reckon``, where x is all that is new on the route: on both sides it stops where
    nothing changes any more."""
    start = d.base + 2 * v
    end = start + 1
    p = s.link[x, BEFORE]
    t = s.link[p, BEGIN]
    here = d.node[p, PLACE]
    y = x
    while True:
        there = d.node[y, PLACE]
        t = max(d.node[y, EARLIEST], t + d.node[p, SERVICE] + d.duration[here, there])
        if y != x and t == s.link[y, BEGIN]:
            break
        s.link[y, BEGIN] = t
        if y == end:
            break
        p, here, y = y, there, s.after[y]
    y = s.after[x]
    by = s.link[y, BEGIN_BY]
    there = d.node[y, PLACE]
    while y != start:
        p = s.link[y, BEFORE]
        here = d.node[p, PLACE]
        by = min(d.node[p, LATEST], by - d.duration[here, there] - d.node[p, SERVICE])
        if p != x and by == s.link[p, BEGIN_BY]:
            break
        s.link[p, BEGIN_BY] = by
        y, there = p, here
    return _reckoned(d, s, v)


@inlined
def _one_after_the_other(
    lasts: int, begins: int, by: int, drive: int, then: int, opens: int, closes: int
) -> tuple[int, int, int]:
    """Two spans as one, after Vidal et al. (2013), where the second can be reached in time."""
    later = lasts + drive
    wait = max(0, opens - later - by)
    return later + then + wait, max(opens - later, begins) - wait, min(closes - later, by)


@inlined
def _node_after(d: Data, s: State, p: int, x: int) -> tuple[int, int, int]:
    """The span up to p, then x."""
    lasts, begins, by = s.spans[p, LASTS], s.spans[p, BEGINS], s.spans[p, BEGINS_BY]
    drive = np.int64(d.duration[d.node[p, PLACE], d.node[x, PLACE]])
    service, opens, closes = d.node[x, SERVICE], d.node[x, EARLIEST], d.node[x, LATEST]
    return _one_after_the_other(lasts, begins, by, drive, service, opens, closes)


@inlined
def _rest_after(
    d: Data, s: State, lasts: int, begins: int, by: int, x: int, nxt: int
) -> tuple[int, int, int]:
    """A span that ends with x, then the route from ``nxt`` on."""
    drive = np.int64(d.duration[d.node[x, PLACE], d.node[nxt, PLACE]])
    then, opens, closes = (
        s.spans[nxt, FROM + LASTS],
        s.spans[nxt, FROM + BEGINS],
        s.spans[nxt, FROM + BEGINS_BY],
    )
    return _one_after_the_other(lasts, begins, by, drive, then, opens, closes)


@compiled
def _span(d: Data, s: State, v: int) -> int:
    """How long a route that can be driven takes at least; reckons the spans of its nodes."""
    start = d.base + 2 * v
    end = start + 1
    s.spans[start, LASTS] = 0
    s.spans[start, BEGINS], s.spans[start, BEGINS_BY] = d.node[start, EARLIEST], d.node[end, LATEST]
    p = start
    while p != end:
        x = s.after[p]
        s.spans[x, LASTS], s.spans[x, BEGINS], s.spans[x, BEGINS_BY] = _node_after(d, s, p, x)
        p = x
    s.spans[end, FROM + LASTS] = 0
    s.spans[end, FROM + BEGINS] = d.node[end, EARLIEST]
    s.spans[end, FROM + BEGINS_BY] = d.node[end, LATEST]
    x = end
    while x != start:
        p = s.link[x, BEFORE]
        lasts, begins, by = _rest_after(
            d, s, d.node[p, SERVICE], d.node[p, EARLIEST], d.node[p, LATEST], p, x
        )
        s.spans[p, FROM + LASTS], s.spans[p, FROM + BEGINS] = lasts, begins
        s.spans[p, FROM + BEGINS_BY] = by
        x = p
    return s.spans[start, FROM + LASTS]


@inlined
def _span_with(d: Data, s: State, x: int, p: int, nxt: int) -> int:
    """How long the route would take at least with x between the two."""
    lasts, begins, by = _node_after(d, s, p, x)
    return _rest_after(d, s, lasts, begins, by, x, nxt)[0]


@inlined
def _reckoned(d: Data, s: State, v: int) -> bool:
    start = d.base + 2 * v
    for k in range(d.mixed):
        _loads(d, s, v, k)
    drivable = s.link[start, BEGIN] <= s.link[start, BEGIN_BY] or d.van[v, SPEED] >= 0
    if d.van[v, ODD_VAN] != 0 or s.vans[v, ODD_STOPS] > 0:
        fine, s.vans[v, ODD_COST] = _simulated_with(d, s, v, NONE, NONE, NONE, NONE)
        return fine
    s.vans[v, ODD_COST] = 0
    longest = d.van[v, LONGEST]
    return drivable and (longest < 0 or _span(d, s, v) <= longest)


@inlined
def _join(d: Data, s: State, v: int, p: int, x: int) -> None:
    leg = d.cost[d.van[v, PAY], d.node[p, PLACE], d.node[x, PLACE]]
    s.after[p] = x
    s.link[p, LEG_OUT] = leg
    s.link[x, BEFORE] = p
    s.link[x, LEG_IN] = leg


@inlined
def _amount(d: Data, x: int, k: int) -> int:
    """Of one that is only delivered that day, or only collected."""
    return d.node[x, DELIVER + k] + d.node[x, COLLECT + k]


@inlined
def _link(d: Data, s: State, x: int, p: int, v: int) -> None:
    nxt = s.after[p]
    _join(d, s, v, p, x)
    _join(d, s, v, x, nxt)
    s.vans[v, COUNT] += 1
    if x < d.n:
        s.link[x, ROUTE] = v
        if d.node[x, ODD] != 0:
            s.vans[v, ODD_STOPS] += 1
        for k in range(d.mixed, d.dims):
            s.vans[v, LOAD + k] += _amount(d, x, k)


@compiled
def _link_seldom(d: Data, s: State, x: int, p: int, v: int) -> None:
    _link(d, s, x, p, v)


@inlined
def _unlink(d: Data, s: State, x: int, v: int) -> int:
    """What the legs cost less, as a negative number; what is left of an unused van is 0."""
    p, nxt = s.link[x, BEFORE], s.after[x]
    _join(d, s, v, p, nxt)
    change = s.link[p, LEG_OUT] - s.link[x, LEG_IN] - s.link[x, LEG_OUT]
    s.vans[v, COUNT] -= 1
    if x < d.n:
        change -= d.terms[x, d.van[v, KIND]]
        s.link[x, ROUTE] = -1
        if d.node[x, ODD] != 0:
            s.vans[v, ODD_STOPS] -= 1
        for k in range(d.mixed, d.dims):
            s.vans[v, LOAD + k] -= _amount(d, x, k)
    else:
        s.free_reloads[s.numbers[FREE_RELOADS]] = x
        s.numbers[FREE_RELOADS] += 1
        s.vans[v, USED_RELOADS] -= 1
    if s.vans[v, COUNT] == 0:
        change -= s.link[p, LEG_OUT] + d.van[v, FIXED]
        s.unused[d.van[v, KIND]] = min(s.unused[d.van[v, KIND]], v)
    return change


@compiled
def _drop_idle_reloads(d: Data, s: State, v: int) -> int:
    """Reloads with nothing on one side, or whose both sides fit into one load."""
    change = 0
    x = s.after[d.base + 2 * v]
    while x < d.base:
        nxt = s.after[x]
        if x >= d.n:
            p = s.link[x, BEFORE]
            idle = _is_head(d, p) or nxt >= d.n
            if not idle:
                idle = True
                for k in range(d.dims):
                    total = 0
                    y = p
                    while y < d.n:
                        total += (
                            d.node[y, DELIVER + k]
                            + d.node[y, COLLECT + k]
                            + max(0, d.node[y, TRANSFER + k])
                        )
                        y = s.link[y, BEFORE]
                    y = nxt
                    while y < d.n:
                        total += (
                            d.node[y, DELIVER + k]
                            + d.node[y, COLLECT + k]
                            + max(0, d.node[y, TRANSFER + k])
                        )
                        y = s.after[y]
                    if total > d.van[v, CAPACITY + k]:
                        idle = False
            if idle:
                change += _unlink(d, s, x, v)
        x = nxt
    return change


# --- where one stop fits ---------------------------------------------------------------------


@inlined
def _both_legs(d: Data, kind: int, a: int, b: int, c: int) -> tuple[int, int, int, int]:
    """(cost from a to b, from b to c, seconds from a to b, from b to c), all of b's own row: b is
    tried in many places, one after the other."""
    if d.legs.shape[1] > 0:
        return (
            np.int64(d.legs[kind, b, a, COST_BACK]),
            np.int64(d.legs[kind, b, c, COST_TO]),
            np.int64(d.legs[kind, b, a, SECONDS_BACK]),
            np.int64(d.legs[kind, b, c, SECONDS_TO]),
        )
    return (
        np.int64(d.cost[kind, a, b]),
        np.int64(d.cost[kind, b, c]),
        np.int64(d.duration[a, b]),
        np.int64(d.duration[b, c]),
    )


@inlined
def _fits_between(d: Data, s: State, x: int, v: int, p: int, nxt: int, limit: int) -> int:
    """The extra cost of x between two neighbours of a route, or ``limit`` if not below it."""
    kind = d.van[v, PAY]
    a, b, c = d.node[p, PLACE], d.node[x, PLACE], d.node[nxt, PLACE]
    cost_in, cost_out, drive_in, drive_out = _both_legs(d, kind, a, b, c)
    extra = cost_in + cost_out - s.link[p, LEG_OUT] + d.terms[x, d.van[v, KIND]]
    if extra >= limit:
        return limit
    for k in range(d.mixed):
        room = d.van[v, CAPACITY + k]
        if (
            s.link[p, PEAK_UNTIL + k] + d.node[x, DELIVER + k] > room
            or s.link[p, PEAK_FROM + k] + d.node[x, COLLECT + k] > room
        ):
            return limit
    for k in range(d.mixed, d.dims):
        if s.vans[v, LOAD + k] + _amount(d, x, k) > d.van[v, CAPACITY + k]:
            return limit
    if d.node[nxt, LOCKED] == FIRST:
        return limit
    if d.van[v, SPEED] < 0:
        begin = max(d.node[x, EARLIEST], s.link[p, BEGIN] + d.node[p, SERVICE] + drive_in)
        if (
            begin > d.node[x, LATEST]
            or begin + d.node[x, SERVICE] + drive_out > s.link[nxt, BEGIN_BY]
        ):
            return limit
    if d.van[v, ODD_VAN] != 0 or s.vans[v, ODD_STOPS] > 0 or d.node[x, ODD] != 0:
        fine, odd = _simulated_with(d, s, v, x, p, NONE, NONE)
        if not fine:
            return limit
        return min(extra + odd - s.vans[v, ODD_COST], limit)
    if d.van[v, LONGEST] >= 0 and _span_with(d, s, x, p, nxt) > d.van[v, LONGEST]:
        return limit
    return extra


@compiled
def _fits_with_reload(
    d: Data, s: State, x: int, v: int, p: int, nxt: int, limit: int
) -> tuple[int, bool]:
    """The extra cost of x and a reload beside it, and whether the reload comes first."""
    if (
        s.vans[v, USED_RELOADS] >= d.van[v, RELOADS]
        or s.numbers[FREE_RELOADS] == 0
        or s.vans[v, COUNT] == 0
        or d.node[nxt, LOCKED] == FIRST
    ):
        return limit, False
    reload = s.free_reloads[s.numbers[FREE_RELOADS] - 1]
    start = d.base + 2 * v
    set_reload(d, reload, v)
    kind = d.van[v, PAY]
    a, b, c, home = d.node[p, PLACE], d.node[x, PLACE], d.node[nxt, PLACE], d.node[start, PLACE]
    # Transferred goods may not be aboard.
    y = p
    while y < d.n:
        if d.node[y, PARTNER] >= 0:
            return limit, False
        y = s.link[y, BEFORE]
    best, first = limit, False
    base = np.int64(d.terms[x, d.van[v, KIND]]) - d.cost[kind, a, c]
    for reload_first in (True, False):
        if reload_first and _is_head(d, p):
            continue
        if not reload_first and nxt >= d.n:
            continue
        if reload_first:
            extra = base + d.cost[kind, a, home] + d.cost[kind, home, b] + d.cost[kind, b, c]
        else:
            extra = base + d.cost[kind, a, b] + d.cost[kind, b, home] + d.cost[kind, home, c]
        if extra >= best or not _segments_fit(d, s, x, v, p, nxt, reload_first):
            continue
        if reload_first:
            fine, odd = _simulated_with(d, s, v, reload, p, x, p)
        else:
            fine, odd = _simulated_with(d, s, v, x, p, reload, p)
        if fine and extra + odd - s.vans[v, ODD_COST] < best:
            best, first = extra + odd - s.vans[v, ODD_COST], reload_first
    return best, first


@compiled
def set_reload(d: Data, reload: int, v: int) -> None:
    """A free reload node becomes one of this vehicle's."""
    start = d.base + 2 * v
    d.node[reload, PLACE] = d.node[start, PLACE]
    d.node[reload, SERVICE] = d.van[v, RELOAD_SECONDS]
    d.node[reload, EARLIEST] = d.node[start, EARLIEST]
    d.node[reload, LATEST] = d.node[start + 1, LATEST]


@compiled
def _segments_fit(d: Data, s: State, x: int, v: int, p: int, nxt: int, reload_first: bool) -> bool:
    """Whether what lies before and after the new reload can be carried, with x on its side."""
    for k in range(d.dims):
        room = d.van[v, CAPACITY + k]
        # Before: only what is delivered up to p is aboard from the start.
        aboard = d.node[x, DELIVER + k] if not reload_first else 0
        y = p
        while y < d.n:
            aboard += d.node[y, DELIVER + k]
            y = s.link[y, BEFORE]
        if aboard > room:
            return False
        y = s.after[y]
        while y != nxt:
            aboard += d.node[y, COLLECT + k] - d.node[y, DELIVER + k]
            if aboard > room:
                return False
            y = s.after[y]
        if not reload_first and aboard + d.node[x, COLLECT + k] - d.node[x, DELIVER + k] > room:
            return False
        aboard = d.node[x, DELIVER + k] if reload_first else 0
        y = nxt
        while y < d.n:
            aboard += d.node[y, DELIVER + k]
            y = s.after[y]
        if aboard > room:
            return False
        if reload_first:
            aboard += d.node[x, COLLECT + k] - d.node[x, DELIVER + k]
            if aboard > room:
                return False
        y = nxt
        while y < d.n:
            aboard += d.node[y, COLLECT + k] - d.node[y, DELIVER + k] + d.node[y, TRANSFER + k]
            if aboard > room:
                return False
            y = s.after[y]
    return True


@compiled
def _pair_on_route(d: Data, s: State, x: int, y: int, v: int, limit: int) -> tuple[int, int, int]:
    """The cheapest places of a transfer's ends on one route: (extra cost, x behind, y behind)."""
    kind = d.van[v, PAY]
    start = d.base + 2 * v
    end = start + 1
    empty = s.vans[v, COUNT] == 0
    best, best_p, best_q = limit, -1, -1
    always = (
        d.terms[x, d.van[v, KIND]] + d.terms[y, d.van[v, KIND]] + (d.van[v, FIXED] if empty else 0)
    )
    p = start
    while p != end:
        nxt = s.after[p]
        if d.node[nxt, LOCKED] != FIRST and _pickup_fits(d, s, x, y, v, p):
            a, b, c = d.node[p, PLACE], d.node[x, PLACE], d.node[nxt, PLACE]
            whole = 0 if empty else d.cost[kind, a, c]
            alone = always + np.int64(d.cost[kind, a, b]) + d.cost[kind, b, c] - whole
            q = p
            while True:
                after_q = s.after[q]
                e, f, g = d.node[q, PLACE], d.node[y, PLACE], d.node[after_q, PLACE]
                if q == p:
                    # Straight from one end to the other.
                    extra = always + np.int64(d.cost[kind, a, b]) + d.cost[kind, b, f]
                    extra += d.cost[kind, f, c] - whole
                else:
                    extra = alone + d.cost[kind, e, f] + d.cost[kind, f, g] - d.cost[kind, e, g]
                if extra < best:
                    fine, odd = _simulated_with(d, s, v, x, p, y, q)
                    if fine and extra + odd - s.vans[v, ODD_COST] < best:
                        best, best_p, best_q = extra + odd - s.vans[v, ODD_COST], p, q
                q = after_q
                if q >= d.n or not _carried_past(d, s, x, y, v, q):
                    break
        p = nxt
    return best, best_p, best_q


@inlined
def _pickup_fits(d: Data, s: State, x: int, y: int, v: int, p: int) -> bool:
    """Conservative where the ends also deliver or collect for the depot."""
    for k in range(d.dims):
        room = d.van[v, CAPACITY + k]
        if s.link[p, PEAK_UNTIL + k] + d.node[x, DELIVER + k] + d.node[y, DELIVER + k] > room:
            return False
        if (
            s.link[p, PEAK_FROM + k]
            + d.node[y, DELIVER + k]
            + d.node[x, COLLECT + k]
            + d.node[y, COLLECT + k]
            > room
        ):
            return False
        moved = d.node[x, TRANSFER + k] + d.node[x, COLLECT + k] + d.node[y, DELIVER + k]
        if _aboard(d, s, p, k) + moved > room:
            return False
    return True


@inlined
def _carried_past(d: Data, s: State, x: int, y: int, v: int, q: int) -> bool:
    for k in range(d.dims):
        moved = d.node[x, TRANSFER + k] + d.node[x, COLLECT + k] + d.node[y, DELIVER + k]
        if _aboard(d, s, q, k) + moved > d.van[v, CAPACITY + k]:
            return False
    return True


@compiled
def _aboard(d: Data, s: State, p: int, k: int) -> int:
    """The load when leaving p."""
    total = 0
    x = s.after[p]
    while x < d.n:
        total += d.node[x, DELIVER + k]
        x = s.after[x]
    x = p
    while x < d.n:
        total += d.node[x, COLLECT + k] + d.node[x, TRANSFER + k]
        x = s.link[x, BEFORE]
    return total


# --- the search ------------------------------------------------------------------------------

# Christiaens and Vanden Berghe's settings, except where noted.
REMOVED = 10
LONGEST_STRING = 10
# In so many rounds the first string is a whole route: vans and depots take over from each other
# only when one is emptied.
WHOLE_ROUTES = 0.02
SPLIT = 0.5
SPLIT_GROWS = 0.5
# Each place is overlooked with this chance.
BLINK = 0.01
# Of a stop's nearest so many are looked at, but for some rounds.
USUAL_REACH = 40
FAR_REACHES = 0.05
GROUP_GOES = 0.7
# A must that fits nowhere near is sometimes tried everywhere.
ANYWHERE = 0.2
# Before so many rounds two routes exchange their ends, which no string takes out whole.
ENDS = 0.25


@compiled
def _take_string(
    d: Data, s: State, x: int, longest: float, since: int, size: int
) -> tuple[int, int]:
    """Takes a string of stops around x out of its route: (stops removed so far, change of cost);
    all of them where there is no ``longest``.

    ``State.kept`` holds the route's nodes from ``since`` on; half of the strings skip a few in
    their middle.
    """
    v = s.link[x, ROUTE]
    length = s.vans[v, COUNT]
    at = 0
    for k in range(length):
        if s.kept[since + k] == x:
            at = k
    take = length
    if longest < math.inf:
        take = min(length, int(1 + _chance(s) * min(length, longest)))
    skip = 0
    if 1 < take < length and _chance(s) < SPLIT:
        skip = 1
        while take + skip < length and _chance(s) < SPLIT_GROWS:
            skip += 1
    span = take + skip
    low, high = max(0, at - span + 1), min(at, length - span)
    first = low + int(_chance(s) * (high - low + 1))
    skip_from = first + int(_chance(s) * (take + 1)) if skip > 0 else -1
    change = 0
    for k in range(first, first + span):
        y = s.kept[since + k]
        if (skip > 0 and skip_from <= k < skip_from + skip) or y >= d.n or d.node[y, LOCKED] != 0:
            continue
        change += _unlink(d, s, y, v)
        s.stops[size] = y
        size += 1
    return size, change


@compiled
def _take_companions(
    d: Data, s: State, v: int, removed: Ints, since: int, size: int
) -> tuple[int, int]:
    """The other ends of transfers go too, and mostly the rest of a group."""
    change = 0
    k = since
    while k < size:
        x = removed[k]
        y = d.node[x, PARTNER]
        if y >= 0 and s.link[y, ROUTE] == v:
            change += _unlink(d, s, y, v)
            removed[size] = y
            size += 1
        g = d.node[x, GROUP]
        if g >= 0 and _chance(s) < GROUP_GOES:
            for i in range(d.lists[g, 0], d.lists[g, 1]):
                y = d.lists[i, 0]
                if s.link[y, ROUTE] == v and d.node[y, LOCKED] == 0:
                    change += _unlink(d, s, y, v)
                    removed[size] = y
                    size += 1
        k += 1
    return size, change


@compiled
def _sort(d: Data, s: State, stops: Ints, size: int, keys: Floats) -> None:
    """In one of several orders: by chance, size, distance, width of the window, its ends."""
    how = _chance(s) * 17
    for i in range(size):
        x = stops[i]
        if how < 4:
            key = _chance(s)
        elif how < 8:
            key = 0.0
            for k in range(d.dims):
                key -= (
                    d.node[x, DELIVER + k] + d.node[x, COLLECT + k] + abs(d.node[x, TRANSFER + k])
                ) / (1.0 + d.van[0, CAPACITY + k])
        elif how < 10:
            key = -float(d.node[x, FAR])
        elif how < 11:
            key = float(d.node[x, FAR])
        elif how < 13:
            key = float(d.node[x, LATEST] - d.node[x, EARLIEST])
        elif how < 15:
            key = float(d.node[x, EARLIEST])
        else:
            key = -float(d.node[x, LATEST])
        j = i
        while j > 0 and keys[j - 1] > key:
            keys[j] = keys[j - 1]
            stops[j] = stops[j - 1]
            j -= 1
        keys[j] = key
        stops[j] = x


@compiled
def _group_route(d: Data, s: State, x: int) -> int:
    """The vehicle that serves the rest of x's group already, or -1."""
    g = d.node[x, GROUP]
    if g >= 0:
        for i in range(d.lists[g, 0], d.lists[g, 1]):
            if s.link[d.lists[i, 0], ROUTE] >= 0:
                return s.link[d.lists[i, 0], ROUTE]
    return -1


@compiled
def _unused_van(d: Data, s: State, kind: int) -> int:
    """The first van of a kind that has no stops, or -1."""
    v = s.unused[kind]
    while v < d.kinds[kind, 1] and s.vans[v, COUNT] > 0:
        v += 1
    s.unused[kind] = v
    return v if v < d.kinds[kind, 1] else -1


@compiled
def _place(
    d: Data, s: State, x: int, only: int, blink: float, reach: int
) -> tuple[int, int, int, int]:
    """The cheapest place of a stop beside its ``reach`` nearest: (extra cost, vehicle or -1, behind
    which node, reload).

    ``reload``: 0 none, 1 before the stop, 2 after it. Left out costs its penalty.
    """
    best, van, behind, reload = d.node[x, PENALTY], -1, -1, 0
    for i in range(reach):
        y = np.int64(d.near[x, i, NEIGHBOUR])
        if y < 0:
            break
        v = s.link[y, ROUTE]
        if v < 0 or (only >= 0 and v != only):
            continue
        # Beside a stop that is farther off than y it costs at least this; beside a nearer one it
        # has been or will be tried from there.
        around = d.near[x, i, AROUND]
        p, nxt = s.link[y, BEFORE], s.after[y]
        before = p >= d.n or around - s.link[y, LEG_IN] < best
        behind_y = nxt >= d.n or around - s.link[y, LEG_OUT] < best
        reloads = d.van[v, RELOADS] > 0
        if not (before or behind_y or reloads) or d.terms[x, d.van[v, KIND]] < 0:
            continue
        if before and _chance(s) >= blink:
            extra = _fits_between(d, s, x, v, p, y, best)
            if extra < best:
                best, van, behind, reload = extra, v, p, 0
        if behind_y and _chance(s) >= blink:
            extra = _fits_between(d, s, x, v, y, nxt, best)
            if extra < best:
                best, van, behind, reload = extra, v, y, 0
        if reloads:
            extra, first = _fits_with_reload(d, s, x, v, y, s.after[y], best)
            if extra < best:
                best, van, behind, reload = extra, v, y, 1 if first else 2
    if only < 0:
        for kind in range(d.kinds.shape[0]):
            if d.terms[x, kind] < 0:
                continue
            v = _unused_van(d, s, kind)
            if v < 0:
                continue
            extra = _alone(d, s, x, v, best)
            if extra < best:
                best, van, behind, reload = extra, v, d.base + 2 * v, 0
    elif van < 0:
        best, van, behind = _anywhere_on(d, s, x, only, best)
    return best, van, behind, reload


@compiled
def _alone(d: Data, s: State, x: int, v: int, limit: int) -> int:
    """What x costs in a van of its own, or ``limit``."""
    start = d.base + 2 * v
    kind = d.van[v, PAY]
    a, b, c = d.node[start, PLACE], d.node[x, PLACE], d.node[start + 1, PLACE]
    extra = np.int64(d.cost[kind, a, b]) + d.cost[kind, b, c] + d.van[v, FIXED]
    if extra + d.terms[x, d.van[v, KIND]] >= limit:
        return limit
    whole = np.int64(d.cost[kind, a, c])
    between = _fits_between(d, s, x, v, start, start + 1, np.int64(BIG))
    return min(limit, between + whole + d.van[v, FIXED]) if between < BIG else limit


@compiled
def _anywhere_on(d: Data, s: State, x: int, v: int, limit: int) -> tuple[int, int, int]:
    best, van, behind = limit, -1, -1
    if d.terms[x, d.van[v, KIND]] < 0:
        return best, van, behind
    p = d.base + 2 * v
    while p != d.base + 2 * v + 1:
        extra = _fits_between(d, s, x, v, p, s.after[p], best)
        if extra < best:
            best, van, behind = extra, v, p
        p = s.after[p]
    return best, van, behind


@compiled
def _place_pair(d: Data, s: State, x: int, y: int) -> tuple[int, int, int, int]:
    """Both ends of a transfer: (extra cost, vehicle or -1, pickup behind, delivery behind)."""
    best, van, p, q = d.node[x, PENALTY] + d.node[y, PENALTY], -1, -1, -1
    only = _group_route(d, s, x)
    other = _group_route(d, s, y)
    if only >= 0 and other >= 0 and only != other:
        return best, van, p, q
    only = max(only, other)
    for end in range(2):
        z = x if end == 0 else y
        for i in range(d.near.shape[1]):
            w = np.int64(d.near[z, i, NEIGHBOUR])
            if w < 0:
                break
            v = s.link[w, ROUTE]
            if v < 0 or s.vans[v, SEEN] == s.numbers[MARK] or (only >= 0 and v != only):
                continue
            s.vans[v, SEEN] = s.numbers[MARK]
            if d.terms[x, d.van[v, KIND]] >= 0 and d.terms[y, d.van[v, KIND]] >= 0:
                extra, behind, then = _pair_on_route(d, s, x, y, v, best)
                if extra < best:
                    best, van, p, q = extra, v, behind, then
    for kind in range(d.kinds.shape[0]):
        v = only if only >= 0 else _unused_van(d, s, kind)
        if v < 0 or d.terms[x, d.van[v, KIND]] < 0 or d.terms[y, d.van[v, KIND]] < 0:
            continue
        extra, behind, then = _pair_on_route(d, s, x, y, v, best)
        if extra < best:
            best, van, p, q = extra, v, behind, then
        if only >= 0:
            break
    return best, van, p, q


# --- ends of two routes ------------------------------------------------------------------------


@inlined
def _end(d: Data, v: int) -> int:
    return d.base + 2 * v + 1


@inlined
def _plain(d: Data, s: State, v: int) -> bool:
    return d.van[v, ODD_VAN] == 0 and s.vans[v, ODD_STOPS] == 0


@compiled
def _exchanged_legs(d: Data, s: State, v: int, x: int, w: int, p: int) -> int:
    """The change of what legs and used vans cost where x and p, a stop behind it, exchange what
    follows them."""
    pay = d.van[v, PAY]
    x_next, y = s.after[x], s.after[p]
    change = np.int64(d.cost[pay, d.node[x, PLACE], d.node[y, PLACE]])
    change -= s.link[x, LEG_OUT] + s.link[p, LEG_OUT]
    if p >= d.n and x_next >= d.n:
        change -= d.van[w, FIXED]
    else:
        to = x_next if x_next < d.n else _end(d, w)
        change += d.cost[pay, d.node[p, PLACE], d.node[to, PLACE]]
    home_v, home_w = d.node[_end(d, v), PLACE], d.node[_end(d, w), PLACE]
    if home_v != home_w:
        last = s.link[_end(d, w), BEFORE]
        change += d.cost[pay, d.node[last, PLACE], home_v] - s.link[last, LEG_OUT]
        if x_next < d.n:
            last = s.link[_end(d, v), BEFORE]
            change += d.cost[pay, d.node[last, PLACE], home_w] - s.link[last, LEG_OUT]
    return change


@compiled
def _can_follow(d: Data, s: State, v: int, x: int, y: int, w: int) -> bool:
    """False where v's route up to x cannot go on with w's from y on, odd rules aside."""
    if d.van[v, SPEED] >= 0:
        return True
    drive = np.int64(d.duration[d.node[x, PLACE], d.node[y, PLACE]])
    end_v, end_w = _end(d, v), _end(d, w)
    alike = y >= d.n or (
        d.node[end_v, PLACE] == d.node[end_w, PLACE]
        and d.node[end_v, LATEST] == d.node[end_w, LATEST]
    )
    by = s.link[y, BEGIN_BY] if alike else d.node[y, LATEST]
    if s.link[x, BEGIN] + d.node[x, SERVICE] + drive > by:
        return False
    if d.van[v, LONGEST] < 0 or d.van[v, KIND] != d.van[w, KIND]:
        return True
    if y >= d.n or not _plain(d, s, v) or not _plain(d, s, w):
        return True
    lasts, begins, by = s.spans[x, LASTS], s.spans[x, BEGINS], s.spans[x, BEGINS_BY]
    return _rest_after(d, s, lasts, begins, by, x, y)[0] <= d.van[v, LONGEST]


@compiled
def _may_go_over(d: Data, s: State, x: int, v: int, w: int) -> tuple[bool, int]:
    """(whether v may take over w's route from x on, change of terms). What is tied to its route or
    to another stop stays."""
    change = ZERO
    while x < d.n:
        if d.node[x, PARTNER] >= 0 or d.node[x, GROUP] >= 0 or d.node[x, LOCKED] != 0:
            return False, ZERO
        terms = d.terms[x, d.van[v, KIND]]
        if terms < 0:
            return False, ZERO
        change += terms - d.terms[x, d.van[w, KIND]]
        x = s.after[x]
    return True, change


@compiled
def _carries(d: Data, s: State, v: int, x: int, y: int) -> bool:
    """Whether v has room for its route up to x, then another one from y on."""
    start = d.base + 2 * v
    for k in range(d.dims):
        room = d.van[v, CAPACITY + k]
        aboard = ZERO
        for first in (x, y):
            z = first
            while z < d.n:
                aboard += d.node[z, DELIVER + k] if k < d.mixed else _amount(d, z, k)
                z = s.link[z, BEFORE] if first == x else s.after[z]
        if aboard > room:
            return False
        if k >= d.mixed:
            continue
        z = y if x == start else s.after[start]
        while z < d.n:
            aboard += d.node[z, COLLECT + k] - d.node[z, DELIVER + k] + d.node[z, TRANSFER + k]
            if aboard > room:
                return False
            z = y if z == x else s.after[z]
    return True


@compiled
def _best_ends(d: Data, s: State, v: int, x: int, limit: int) -> tuple[int, int, int]:
    """For what follows x on v, the cheapest end of another route: (change of cost, that van or -1,
    behind which of its nodes). What only a simulated clock can tell is not in it."""
    best, van, behind = limit, NONE, NONE
    for i in range(d.near.shape[1]):
        y = np.int64(d.near[x, i, NEIGHBOUR])
        if y < 0:
            break
        w = s.link[y, ROUTE]
        if w < 0 or w == v or d.van[w, PAY] != d.van[v, PAY] or s.vans[w, USED_RELOADS] > 0:
            continue
        p, x_next = s.link[y, BEFORE], s.after[x]
        change = _exchanged_legs(d, s, v, x, w, p)
        if change >= best or not _can_follow(d, s, v, x, y, w):
            continue
        empty = p >= d.n and x_next >= d.n
        to = x_next if x_next < d.n else _end(d, w)
        if not empty and not _can_follow(d, s, w, p, to, v):
            continue
        gladly, terms = _may_go_over(d, s, y, v, w)
        too, others = _may_go_over(d, s, x_next, w, v)
        change += terms + others
        if not (gladly and too) or change >= best:
            continue
        if _carries(d, s, v, x, y) and _carries(d, s, w, p, to):
            best, van, behind = change, w, p
    return best, van, behind


@compiled
def _hand_over(d: Data, s: State, x: int, v: int, w: int) -> int:
    """All of w's from x on is v's: the last of it, or -1."""
    last = NONE
    while x < d.n:
        s.link[x, ROUTE] = v
        s.vans[w, COUNT] -= 1
        s.vans[v, COUNT] += 1
        if d.node[x, ODD] != 0:
            s.vans[w, ODD_STOPS] -= 1
            s.vans[v, ODD_STOPS] += 1
        for k in range(d.mixed, d.dims):
            s.vans[w, LOAD + k] -= _amount(d, x, k)
            s.vans[v, LOAD + k] += _amount(d, x, k)
        last = x
        x = s.after[x]
    return last


@inlined
def _go_on(d: Data, s: State, v: int, x: int, first: int, last: int) -> None:
    """v's route goes on behind x with these, or ends."""
    end = _end(d, v)
    if last < 0:
        _join(d, s, v, x, end)
    else:
        _join(d, s, v, x, first)
        _join(d, s, v, last, end)


@compiled
def _exchange(d: Data, s: State, v: int, x: int, w: int, p: int) -> bool:
    """What follows x on v and what follows p on w change places; once more, and all is as before.
    False where it cannot be driven."""
    x_next, y = s.after[x], s.after[p]
    last_of_v, last_of_w = _hand_over(d, s, x_next, w, v), _hand_over(d, s, y, v, w)
    _go_on(d, s, v, x, y, last_of_w)
    _go_on(d, s, w, p, x_next, last_of_v)
    if s.vans[w, COUNT] == 0:
        s.unused[d.van[w, KIND]] = min(s.unused[d.van[w, KIND]], w)
    one, other = reckon(d, s, v), reckon(d, s, w)
    return one and other


@compiled
def _exchange_ends(d: Data, s: State, threshold: float) -> tuple[int, bool]:
    """Two routes exchange their ends, if that costs less than ``threshold``: (change of cost,
    whether a van is empty now)."""
    x = np.int64(_chance(s) * d.n)
    v = s.link[x, ROUTE]
    if v < 0 or s.vans[v, USED_RELOADS] > 0:
        return ZERO, False
    change, w, p = _best_ends(d, s, v, x, np.int64(threshold))
    if w < 0:
        return ZERO, False
    odd = s.vans[v, ODD_COST] + s.vans[w, ODD_COST]
    fine = _exchange(d, s, v, x, w, p)
    change += s.vans[v, ODD_COST] + s.vans[w, ODD_COST] - odd
    if not fine or change >= threshold:
        _exchange(d, s, v, x, w, p)
        return ZERO, False
    return change, s.vans[w, COUNT] == 0


# --- the search itself -------------------------------------------------------------------------


@compiled
def _restore_reloads(d: Data, s: State) -> None:
    """Reload nodes on no route are free."""
    if d.base == d.n:
        return
    for r in range(d.n, d.base):
        s.link[r, BEGIN] = -1
    for v in range(d.m):
        s.vans[v, USED_RELOADS] = 0
        x = s.after[d.base + 2 * v]
        while x < d.base:
            if x >= d.n:
                s.link[x, BEGIN] = 0
                s.vans[v, USED_RELOADS] += 1
            x = s.after[x]
    s.numbers[FREE_RELOADS] = 0
    for r in range(d.n, d.base):
        if s.link[r, BEGIN] == -1:
            s.free_reloads[s.numbers[FREE_RELOADS]] = r
            s.numbers[FREE_RELOADS] += 1


@inlined
def _pay(s: State, change: int) -> None:
    s.numbers[COST] += change
    if s.numbers[COST] < s.numbers[BEST_COST]:
        s.numbers[BEST_COST] = s.numbers[COST]
        for i in range(s.after.shape[0]):
            s.best[i] = s.after[i]


@unlocked
def search(
    d: Data, s: State, iterations: int, temperature: float, blink: float, most_tried: int
) -> int:
    """That many rounds of ruin and recreate.

    Of the unserved stops at most ``most_tried`` are tried again each round. Answers how many rounds
    changed the plan.
    """
    n, m = d.n, d.m
    stops, keys, kept = s.stops, s.keys, s.kept
    kept_changes = 0
    used = 0
    for v in range(m):
        used += s.vans[v, COUNT] > 0
    for _ in range(iterations):
        threshold = -temperature * math.log(_chance(s) + 1e-300)
        if temperature > 0 and _chance(s) < ENDS:
            saved, emptied = _exchange_ends(d, s, threshold)
            used -= emptied
            kept_changes += saved != 0
            _pay(s, saved)
        size, touches, held = ZERO, ZERO, ZERO
        change = np.int64(0)
        sound = True
        used_before = used
        # Seldom farther: the best neighbour is not always a near one.
        reach = d.near.shape[1]
        if reach > USUAL_REACH and _chance(s) >= FAR_REACHES:
            reach = USUAL_REACH
        # Ruin.
        served = n - s.numbers[UNSERVED]
        longest = min(float(LONGEST_STRING), served / max(1, used))
        strings = int(_chance(s) * (4.0 * REMOVED / (1.0 + longest) - 1.0) + 1.0)
        seed = int(_chance(s) * n)
        string = math.inf if _chance(s) < WHOLE_ROUTES else longest
        for i in range(d.ruin.shape[1] if served else 0):
            if strings <= 0:
                break
            x = np.int64(d.ruin[seed, i])
            v = s.link[x, ROUTE]
            if v < 0 or s.vans[v, TOUCHED] != 0:
                continue
            strings -= 1
            s.vans[v, TOUCHED] = 1
            s.vans[touches, CHANGED] = v
            s.vans[touches, KEPT] = held
            touches += 1
            y = s.after[d.base + 2 * v]
            since = held
            while y < d.base:
                kept[held] = y
                held += 1
                y = s.after[y]
            before = s.vans[v, ODD_COST]
            begun = size
            size, saved = _take_string(d, s, x, string, since, size)
            string = longest
            change += saved
            size, saved = _take_companions(d, s, v, stops, begun, size)
            change += saved
            if d.van[v, RELOADS] > 0:
                change += _drop_idle_reloads(d, s, v)
            if not reckon(d, s, v):
                sound = False
            if s.vans[v, COUNT] == 0:
                used -= 1
            change += s.vans[v, ODD_COST] - before
        # Some of the unserved join.
        waiting = s.numbers[UNSERVED]
        tried = min(waiting, most_tried)
        if tried < waiting:
            for i in range(tried):
                j = i + int(_chance(s) * (waiting - i))
                s.bank[i], s.bank[j] = s.bank[j], s.bank[i]
        for i in range(tried):
            x = s.bank[i]
            change -= d.node[x, PENALTY]
            stops[size] = x
            size += 1
        _sort(d, s, stops, size, keys)
        # Recreate.
        for i in range(size):
            if not sound:
                break
            x = stops[i]
            if s.link[x, ROUTE] >= 0:
                continue
            y = d.node[x, PARTNER]
            if y >= 0:
                if d.node[x, PICKUP] == 0:
                    # Its pickup brings it along, if it is among these: both are or neither.
                    continue
                s.numbers[MARK] += 1
                extra, v, p, q = _place_pair(d, s, x, y)
                reload = 0
            else:
                extra, v, p, reload = _place(d, s, x, _group_route(d, s, x), blink, reach)
                q = -1
            if v < 0 and y < 0 and extra >= BIG and _chance(s) < ANYWHERE:
                best = np.int64(extra)
                only = _group_route(d, s, x)
                for w in range(m):
                    if s.vans[w, COUNT] > 0 and (only < 0 or w == only):
                        found, van, behind = _anywhere_on(d, s, x, w, best)
                        if van >= 0:
                            best, v, p, extra = found, van, behind, found
            change += extra
            if v < 0:
                sound = sound and change < threshold
                continue
            if s.vans[v, TOUCHED] == 0:
                s.vans[v, TOUCHED] = 1
                s.vans[touches, CHANGED] = v
                s.vans[touches, KEPT] = held
                touches += 1
                z = s.after[d.base + 2 * v]
                while z < d.base:
                    kept[held] = z
                    held += 1
                    z = s.after[z]
            if s.vans[v, COUNT] == 0:
                used += 1
            _link(d, s, x, p, v)
            if y >= 0:
                _link_seldom(d, s, y, x if q == p else q, v)
            if reload > 0:
                s.numbers[FREE_RELOADS] -= 1
                r = s.free_reloads[s.numbers[FREE_RELOADS]]
                set_reload(d, r, v)
                s.vans[v, USED_RELOADS] += 1
                _link_seldom(d, s, r, p if reload == 1 else x, v)
            alone = reload == 0 and y < 0
            if not (_reckon_inserted(d, s, v, x) if alone else reckon(d, s, v)):
                sound = False
            # What is still to come costs something too, so this can only get worse.
            if change >= threshold:
                sound = False
        s.vans[touches, KEPT] = held
        if sound and change < threshold:
            if change != 0:
                kept_changes += 1
            w = 0
            for i in range(size):
                if s.link[stops[i], ROUTE] < 0:
                    kept[w] = stops[i]
                    w += 1
            for i in range(tried, waiting):
                kept[w] = s.bank[i]
                w += 1
            for i in range(w):
                s.bank[i] = kept[i]
            s.numbers[UNSERVED] = w
            _pay(s, change)
        else:
            for i in range(size):
                s.link[stops[i], ROUTE] = -1
            for i in range(touches):
                _relay(d, s, s.vans[i, CHANGED], kept, s.vans[i, KEPT], s.vans[i + 1, KEPT])
            _restore_reloads(d, s)
            for i in range(touches):
                reckon(d, s, s.vans[i, CHANGED])
            used = used_before
        for i in range(touches):
            s.vans[s.vans[i, CHANGED], TOUCHED] = 0
    return kept_changes


@compiled
def _relay(d: Data, s: State, v: int, nodes: Ints, since: int, until: int) -> None:
    """The route becomes these nodes."""
    start = d.base + 2 * v
    p = start
    s.vans[v, ODD_STOPS] = 0
    for k in range(d.dims):
        s.vans[v, LOAD + k] = 0
    for i in range(since, until):
        x = nodes[i]
        if x < d.n:
            s.link[x, ROUTE] = v
            if d.node[x, ODD] != 0:
                s.vans[v, ODD_STOPS] += 1
            for k in range(d.mixed, d.dims):
                s.vans[v, LOAD + k] += _amount(d, x, k)
        else:
            set_reload(d, x, v)
        _join(d, s, v, p, x)
        p = x
    _join(d, s, v, p, start + 1)
    s.vans[v, COUNT] = until - since
    if until == since:
        s.unused[d.van[v, KIND]] = min(s.unused[d.van[v, KIND]], v)


@unlocked
def lay(d: Data, s: State, v: int, nodes: Ints) -> bool:
    """Gives an unused van its first route. False when it cannot drive it."""
    _relay(d, s, v, nodes, ZERO, nodes.shape[0])
    return reckon(d, s, v)


def compile_route() -> None:
    """Half of the module: what ``search`` calls by address, and neighbours."""
    odd_route_address()
    floats = types.Array(types.float64, 2, "C")
    small = _SMALL_ROWS
    find_neighbours.compile((small, small, _ROWS, types.float64, small, small, floats))


def compile_search() -> None:
    """The other half."""
    search.compile((DATA, STATE, LONG, types.float64, types.float64, LONG))
    lay.compile((DATA, STATE, LONG, _ROW))
