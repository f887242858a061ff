"""What was reported, and when."""

from logistics.execution.models import StopEvent


def events_of(route_reference: str) -> list[StopEvent]:
    """A route's reports in the order in which they happened, with task and consignment."""
    return list(
        StopEvent.objects.filter(task__stop__route__reference=route_reference)
        .select_related("task__stop", "task__consignment")
        .order_by("happened_at", "pk")
    )
