"""Orders that became ours in a shop elsewhere: that shop is told what becomes of them.

It need not be the core. What it is told is a step, as for a core that is elsewhere: a row first,
written in the journey's transaction, and told after the commit (``commerce.core.working_off``).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from commerce.core.models import CoreStep, Operation

# What such a shop has to hear; that the order was placed, stands and is paid, it knows.
TOLD = (
    Operation.REFUND,
    Operation.FULFIL,
    Operation.SHORTEN,
    Operation.CANCEL,
    Operation.EXPIRE,
)


@dataclass(frozen=True)
class BornLine:
    """``reference``: our order line's. ``there``: the shop's own id of the line it came from."""

    reference: str
    variant_reference: str
    quantity: int
    there: str


@dataclass(frozen=True)
class Birth:
    """Of one fulfilment. ``order_id``: the shop's own. ``in_core``: the shop is the core as well,
    so what leaves, leaves its shelf."""

    api_url: str
    order_id: str
    in_core: bool
    lines: tuple[BornLine, ...]

    def there(self, lines: dict[str, int]) -> dict[str, int]:
        """Quantities by the shop's lines; two of ours may have come from one of its."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.reference in lines:
                found[line.there] = found.get(line.there, 0) + lines[line.reference]
        return found


def remember(fulfilment: str, birth: Birth, *, now: datetime) -> None:
    """In the transaction that makes it ours. A repeat changes nothing."""
    born = CoreStep(
        subject=fulfilment,
        operation=Operation.BORN,
        key=f"{Operation.BORN}:{fulfilment}",
        facts=asdict(birth),
        written_at=now,
        done_at=now,
    )
    CoreStep.objects.bulk_create([born], ignore_conflicts=True)


def birth(fulfilment: str) -> Birth | None:
    """None for one that was ordered here."""
    row = CoreStep.objects.filter(subject=fulfilment, operation=Operation.BORN).first()
    return None if row is None else _read(row.facts)


def write_down(steps: Sequence[CoreStep], *, now: datetime) -> None:
    """Of these steps those that a shop elsewhere has to hear of; once for each key."""
    news = [step for step in steps if _is_news(step)]
    subjects = {step.subject for step in news}
    born = CoreStep.objects.filter(subject__in=subjects, operation=Operation.BORN)
    born_there = set(born.values_list("subject", flat=True))
    CoreStep.objects.bulk_create(
        [
            CoreStep(
                subject=step.subject,
                operation=step.operation,
                key=f"there:{step.key}",
                facts=step.facts,
                there=True,
                written_at=now,
                due_at=now,
            )
            for step in news
            if step.subject in born_there
        ],
        ignore_conflicts=True,
    )


def _is_news(step: CoreStep) -> bool:
    if step.operation == Operation.PAY:
        return bool(step.facts["on_site"])
    return step.operation in TOLD


def _read(facts: dict[str, Any]) -> Birth:
    lines = tuple(BornLine(**line) for line in facts["lines"])
    return Birth(**(facts | {"lines": lines}))
