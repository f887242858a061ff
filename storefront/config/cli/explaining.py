"""Why stops are left out and what would serve them, in lines for a terminal."""

from collections.abc import Iterator

from logistics.routing.changes import (
    ExtraVehicle,
    LeftOut,
    Lighter,
    ShiftExtended,
    WindowWidened,
    windows_of,
)
from logistics.routing.drawing.words import cause
from logistics.routing.explain import CheapestInsertion, Explanation, Fix, explain
from logistics.routing.instance import Instance
from logistics.routing.solution import Solution

KINDS = {
    "serve": ("돌아가더라도 넣기", "take it in spite of the detour"),
    "swap_window": ("시간의 시작과 끝을 바로잡기", "swap the ends of its window"),
    "widen_window": ("받는 시간 넓히기", "widen its window"),
    "extend_shift": ("근무 늘리기", "extend a shift"),
    "leave_out": ("다른 곳을 대신 빼기", "leave another out instead"),
    "add_vehicle": ("차 한 대 더 내기", "send one more vehicle"),
    "lighter": ("짐 줄이기", "bring less"),
}


def explained(instance: Instance, solution: Solution) -> Iterator[str]:
    """For each unserved stop its cause, the cheapest place and the fixes. Stops count from 1."""
    told = _Told(instance)
    for s in solution.unserved:
        yield from told.lines(explain(instance.problem, solution, s))


class _Told:
    def __init__(self, instance: Instance) -> None:
        self.instance, self.problem = instance, instance.problem

    def lines(self, explanation: Explanation) -> Iterator[str]:
        korean, english = cause(explanation.cause)
        yield f"{self.stop(explanation.stop)}: {korean} / {english}"
        if explanation.cheapest:
            yield f"  가장 나은 자리 / cheapest place: {self.place(explanation.cheapest)}"
        for fix in explanation.fixes:
            korean, english = KINDS[fix.kind]
            yield f"  {korean} / {english}{self.detail(fix)}"

    def place(self, found: CheapestInsertion) -> str:
        between = f"{self.number(found.after)} → {self.number(found.before)}"
        said = [f"{self.vehicle(found.vehicle)}, {between}, {self.more(found.extra_seconds)}"]
        said += [
            f"{self.number(s)}: {self.more(seconds)} 늦음 / late"
            for s, seconds in found.late.items()
        ]
        if found.overtime:
            said.append(f"{self.more(found.overtime)} 근무 넘김 / past the shift")
        if found.overload:
            over = found.overload
            said.append(f"{over.grams} g, {over.ml} ml 넘침 / too much")
        return "; ".join(said)

    def detail(self, fix: Fix) -> str:
        match fix.change:
            case WindowWidened(stop=s) as change:
                window = windows_of(change.apply(self.problem).stops[s])[change.window]
                return f": {self.time(window.earliest)}–{self.time(window.latest)}"
            case ShiftExtended(vehicle, until):
                return f": {self.vehicle(vehicle)} → {self.time(until)}"
            case LeftOut(s):
                return f": {self.stop(s)}"
            case ExtraVehicle(van):
                return f": {van.name}, {self.time(van.earliest)}–{self.time(van.latest)}"
            case Lighter(_, deliver):
                return f": {deliver.grams} g, {deliver.ml} ml"
        return ""

    def stop(self, s: int) -> str:
        name = self.problem.stops[s].name
        return f"{s + 1} ({name})" if name not in ("", str(s + 1)) else str(s + 1)

    def number(self, s: int | None) -> str:
        return "거점 / depot" if s is None else str(s + 1)

    def vehicle(self, v: int) -> str:
        return self.problem.vehicles[v].name or f"차 / vehicle {v + 1}"

    def more(self, amount: int) -> str:
        """A span: minutes, or the file's own unit where its times are no clock."""
        if self.instance.clock:
            return f"{-(-amount // 60):+d}분 / min"
        return f"{self.instance.shown_cost(amount):+}"

    def time(self, at: int) -> str:
        if self.instance.clock:
            return f"{at // 3_600:02}:{at % 3_600 // 60:02}"
        return str(self.instance.shown_cost(at))
