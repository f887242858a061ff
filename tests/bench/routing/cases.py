"""What is planned: files of a folder with their best known costs, or drawn days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from logistics.routing.instance import Instance
from logistics.routing.readers import read
from tests.bench.routing import gyeonggi
from tests.bench.routing.best_known import best_known, listed
from tests.bench.routing.rules import with_rules_that_never_bind

SUFFIXES = {".txt", ".vrp", ".vrpspd", ".vrpsdptw"}


@dataclass(frozen=True)
class Case:
    """Small enough to be sent to another process, which loads it again. ``best_known`` is in the
    plan's own units. ``rules`` adds rules that bind nobody."""

    name: str
    stops: int
    path: Path | None = None
    best_known: int | None = None
    rules: bool = False

    def load(self) -> Instance:
        found = read(self.path) if self.path else gyeonggi.day(self.stops)
        if not self.rules:
            return found
        return replace(found, problem=with_rules_that_never_bind(found.problem))


def drawn(size: int, *, rules: bool = False) -> Case:
    name = f"Gyeonggi {size:,}" + (", rules on" if rules else "")
    return Case(name, size, rules=rules)


def in_folder(place: Path) -> Iterator[Case]:
    """Every instance at or below ``place``, small ones first.

    ``BadInstance`` for a file that is neither an instance nor a list of best known costs.
    """
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    found = []
    for path in files:
        if path.suffix.lower() not in SUFFIXES or listed(path):
            continue
        instance = read(path)
        known = best_known(path, instance, until=place)
        found.append(Case(path.stem, len(instance.problem.stops), path, known))
    yield from sorted(found, key=lambda case: (case.stops, case.name))
