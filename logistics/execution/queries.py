"""What was reported, and when."""

from uuid import UUID

from logistics.execution.models import StopEvent


def events_of(route_reference: str) -> list[StopEvent]:
    """A route's reports in the order in which they happened, with task and consignment."""
    return list(
        StopEvent.objects.filter(task__stop__route__reference=route_reference)
        .select_related("task__stop", "task__consignment")
        .order_by("happened_at", "pk")
    )


def event(event_id: UUID) -> StopEvent | None:
    """The report with the id that the phone, or the page, gave it."""
    return StopEvent.objects.filter(event_id=event_id).first()
