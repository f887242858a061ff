from datetime import date, timedelta
from typing import Any

import pytest

from logistics.consignments import actions, queries
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.consignments.transitions import BEFORE, may_become
from tests.builders.logistics import NOW, SATURDAY, a_consignment, a_depot

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=12)


def test_an_owner_asks_once_for_each_kind() -> None:
    depot = a_depot()
    first = a_consignment(depot=depot, owner_reference="LOAN-1", kind="deliver")

    assert a_consignment(depot=depot, owner_reference="LOAN-1", weight_grams=9_999) == first
    collected = a_consignment(depot=depot, owner_reference="LOAN-1", kind="collect")
    assert queries.by_owner(["LOAN-1", "LOAN-2"]) == {"LOAN-1": [first, collected]}
    assert Consignment.objects.get(pk=first.pk).weight_grams == 5_000


def test_a_window_on_another_day_is_refused() -> None:
    with pytest.raises(actions.ConsignmentTimes):
        actions.request(
            **_facts(), on_date=SATURDAY, earliest_at=NOW, latest_at=NOW + timedelta(hours=1)
        )

    assert not Consignment.objects.exists()


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(actions.ConsignmentTimes):
        actions.request(**_facts(), on_date=date(2026, 11, 27), earliest_at=NOW, latest_at=NOW)

    assert not Consignment.objects.exists()


def _facts() -> dict[str, Any]:
    return {
        "owner_reference": "FUL-1",
        "kind": "deliver",
        "depot": a_depot(),
        "contact_name": "김영희",
        "contact_phone": "+821012345678",
        "address": "효원로 1",
        "lat": 37.27,
        "lon": 127.01,
        "label": "장보기 1개",
        "weight_grams": 1,
        "volume_ml": 1,
        "now": NOW,
    }


def test_calling_off_twice_is_calling_off_once() -> None:
    consignment = a_consignment()
    who = {"owner_reference": consignment.owner_reference, "kind": "deliver"}

    assert actions.cancel(**who, now=NOW).status == "cancelled"
    assert actions.cancel(**who, now=LATER).ended_at == NOW


def test_calling_off_what_was_never_asked_is_refused() -> None:
    with pytest.raises(actions.ConsignmentUnknown):
        actions.cancel(owner_reference="FUL-NOSUCH", kind="deliver", now=NOW)


@pytest.mark.parametrize("status", ["out", "moved", "failed"])
def test_what_has_left_the_depot_cannot_be_called_off(status: str) -> None:
    consignment = a_consignment()
    Consignment.objects.filter(pk=consignment.pk).update(status=status)

    with pytest.raises(actions.ConsignmentStarted):
        actions.cancel(owner_reference=consignment.owner_reference, kind="deliver", now=NOW)

    consignment.refresh_from_db()
    assert (consignment.status, consignment.ended_at) == (status, None)


def test_the_way_of_a_delivery() -> None:
    reference = [a_consignment().reference]

    assert [c.status for c in actions.mark_planned(references=reference)] == ["planned"]
    assert [c.status for c in actions.mark_out(references=reference)] == ["out"]
    [moved] = actions.mark_moved(references=reference, now=LATER)
    moved.refresh_from_db()
    assert (moved.status, moved.ended_at, moved.failure) == ("moved", LATER, "")


def test_a_failure_keeps_its_reason_until_it_is_corrected() -> None:
    reference = [a_consignment().reference]
    actions.mark_planned(references=reference)
    [failed] = actions.mark_failed(references=reference, reason="absent", now=NOW)

    assert (failed.status, failed.failure) == ("failed", "absent")
    [moved] = actions.mark_moved(references=reference, now=LATER)
    assert (moved.status, moved.failure, moved.ended_at) == ("moved", "", LATER)


def test_a_cancelled_consignment_stays_cancelled() -> None:
    kept, called_off = a_consignment(), a_consignment()
    actions.cancel(owner_reference=called_off.owner_reference, kind="deliver", now=NOW)
    both = [kept.reference, called_off.reference]

    assert actions.mark_planned(references=both) == [kept]
    assert actions.mark_moved(references=both, now=LATER) == [kept]
    called_off.refresh_from_db()
    assert (called_off.status, called_off.ended_at) == ("cancelled", NOW)


def test_a_late_departure_does_not_undo_a_delivery() -> None:
    reference = [a_consignment().reference]
    actions.mark_planned(references=reference)
    actions.mark_moved(references=reference, now=LATER)

    assert actions.mark_out(references=reference) == []
    assert Consignment.objects.get().status == "moved"


def test_only_what_waits_is_planned() -> None:
    depot = a_depot()
    requested, planned, out = (a_consignment(depot=depot) for _ in range(3))
    actions.mark_planned(references=[planned.reference, out.reference])
    actions.mark_out(references=[out.reference])
    a_consignment(depot=depot, on_date=date(2026, 11, 29))
    a_consignment()

    assert queries.to_plan(depot, SATURDAY) == [requested, planned]
    assert queries.counts_by_status(depot, SATURDAY) == {
        "requested": 1,
        "planned": 1,
        "out": 1,
        "moved": 0,
        "failed": 0,
        "cancelled": 0,
    }


def test_every_status_has_its_way_in() -> None:
    assert set(BEFORE) == set(ConsignmentStatus.values)
    assert all(may_become(status, status) for status in ConsignmentStatus.values)
    assert not any(may_become("cancelled", s) for s in ConsignmentStatus.values if s != "cancelled")
