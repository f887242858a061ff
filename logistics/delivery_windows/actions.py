"""Promising a home a span of time. One statement tests the room and takes it."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import F

from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.delivery_windows.queries import alternatives_to
from logistics.errors import LogisticsError
from logistics.network.models import Depot
from logistics.seoul_time import moment


class WindowUnknown(LogisticsError):
    code = "WINDOW_UNKNOWN"


class WindowFull(LogisticsError):
    code = "WINDOW_FULL"
    retryable = True


class WindowClosed(LogisticsError):
    """The cut-off has passed; the day's plan is being made."""

    code = "WINDOW_CLOSED"
    retryable = True


class WindowKeyReused(LogisticsError):
    """The key already holds a place in another window."""

    code = "WINDOW_KEY_REUSED"


class WindowTimes(LogisticsError):
    """The window ends before it starts."""

    code = "WINDOW_TIMES"


class WindowsPromised(LogisticsError):
    """``data``: ``stops``, how many are promised that day."""

    code = "WINDOWS_PROMISED"


def open_windows(
    *,
    depot: Depot,
    on_date: date,
    spans: Iterable[tuple[time, time]],
    capacity_stops: int,
    cut_off_at: datetime,
) -> list[DeliveryWindow]:
    """The day's windows; those already open keep their room. WINDOW_TIMES."""
    windows = []
    for start, end in spans:
        if start >= end:
            raise WindowTimes("end", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        windows.append(
            DeliveryWindow(
                depot=depot,
                on_date=on_date,
                starts_at=moment(on_date, start),
                ends_at=moment(on_date, end),
                cut_off_at=cut_off_at,
                capacity_stops=capacity_stops,
            )
        )
    DeliveryWindow.objects.bulk_create(windows, ignore_conflicts=True)
    return list(
        DeliveryWindow.objects.filter(depot=depot, starts_at__in=[w.starts_at for w in windows])
    )


@transaction.atomic
def take_back(*, depot: Depot, on_date: date) -> int:
    """The day's windows are gone, while nobody is promised anything; how many there were.

    WINDOWS_PROMISED.
    """
    # The rows themselves are to go: whoever takes a place meanwhile waits, and then finds none.
    day = DeliveryWindow.objects.filter(depot=depot, on_date=on_date)
    windows = list(day.order_by("pk").select_for_update())
    promised = sum(window.taken_stops for window in windows)
    if promised:
        raise WindowsPromised("on_date", stops=promised)
    day.delete()
    return len(windows)


def take(*, window_reference: str, key: str, now: datetime) -> WindowPlace:
    """One stop's place in a window; the same key again is the same place.

    WINDOW_UNKNOWN, WINDOW_CLOSED, WINDOW_FULL (both with up to three alternatives),
    WINDOW_KEY_REUSED when the key holds a place in another window.
    """
    held = _held(key, window_reference)
    if held is not None:
        return held
    try:
        with transaction.atomic():
            place = _claim(window_reference, key, now)
    except IntegrityError:  # the same key took a place at the same moment; the count is undone
        place = None
    if place is None:
        # A twin may have taken the last place with our key while we waited for the row.
        place = _held(key, window_reference)
    if place is None:
        raise _refusal(window_reference, now)
    return place


def lock(*, references: Iterable[str]) -> None:
    """For whoever takes one and gives another back: two who change in opposite directions wait for
    each other's rows in one order. Inside the caller's transaction."""
    rows = DeliveryWindow.objects.filter(reference__in=list(references))
    list(rows.order_by("reference").select_for_update(no_key=True))


def _held(key: str, window_reference: str) -> WindowPlace | None:
    place = (
        WindowPlace.objects.select_related("window")
        .filter(key=key, released_at__isnull=True)
        .first()
    )
    if place is not None and place.window.reference != window_reference:
        raise WindowKeyReused("window", window=place.window.reference)
    return place


def _claim(window_reference: str, key: str, now: datetime) -> WindowPlace | None:
    """Count first: the update locks the window's row, tests the room and takes it in one go."""
    open_with_room = DeliveryWindow.objects.filter(
        reference=window_reference, cut_off_at__gt=now, taken_stops__lt=F("capacity_stops")
    )
    if not open_with_room.update(taken_stops=F("taken_stops") + 1):
        return None
    window = DeliveryWindow.objects.get(reference=window_reference)
    revived = WindowPlace.objects.filter(key=key, released_at__isnull=False).update(
        window=window, taken_at=now, released_at=None
    )
    if revived:
        return WindowPlace.objects.select_related("window").get(key=key)
    return WindowPlace.objects.create(window=window, key=key, taken_at=now)


def _refusal(window_reference: str, now: datetime) -> LogisticsError:
    window = DeliveryWindow.objects.filter(reference=window_reference).first()
    if window is None:
        return WindowUnknown("window")
    alternatives = alternatives_to(window, now)
    if window.cut_off_at <= now:
        return WindowClosed(
            "window", cut_off_at=window.cut_off_at.isoformat(), alternatives=alternatives
        )
    return WindowFull("window", alternatives=alternatives)


@transaction.atomic
def release(*, key: str, now: datetime) -> bool:
    """Give the key's place back; True if it held one. Twice is once."""
    place = WindowPlace.objects.filter(key=key, released_at__isnull=True).first()
    if place is None:
        return False
    let_go = WindowPlace.objects.filter(
        pk=place.pk, window=place.window_id, released_at__isnull=True
    ).update(released_at=now)
    if let_go:  # a twin release that came first has already given the room back
        DeliveryWindow.objects.filter(pk=place.window_id).update(taken_stops=F("taken_stops") - 1)
    return bool(let_go)
