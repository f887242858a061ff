"""The site's side of a drive-in screening."""

import json
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.payments.models import Payment, PaymentStatus
from drivethrough.openings.models import SiteClosing
from drivethrough.screenings.models import Screening, ScreeningStatus, Ticket, TicketStatus
from drivethrough.sites.models import Site
from drivethrough.slots.spans import at
from storefront.accounts.models import Role
from storefront.journeys.book_bay import book_bay
from storefront.notices.models import Notice
from tests.builders.commerce import a_customer
from tests.builders.drivethrough import a_screening, a_site, a_ticket
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def a_farmer(site: Site) -> Client:
    return a_client(a_user(f"{site.reference}@jangteo.test", (Role.FARMER, site.reference)))


def planned(farmer: Client, **changes: str) -> object:
    sent = {
        "key": str(uuid4()),
        "title": "겨울 이야기",
        "title_en": "A Winter's Tale",
        "on_date": str(timezone.localdate() + timedelta(days=3)),
        "start": "19:00",
        "cut_off": "18:00",
        "price_won": "15,000",
        "bays": "24",
        "bays_in_row": "6",
    }
    return farmer.post(reverse("lane_screenings"), sent | changes)


def sold_for_tonight(site: Site) -> Ticket:
    """Sold yesterday, for a screening whose day is today."""
    screening = a_screening(site=site, on_date=timezone.localdate())
    return a_ticket(screening=screening, now=screening.cut_off_at - timedelta(days=1))


def let_in(farmer: Client, text: str, key: str = "") -> object:
    return farmer.post(reverse("lane_check_in"), {"text": text, "key": key or str(uuid4())})


def test_a_farmer_plans_a_screening_once() -> None:
    farmer = a_farmer(a_site())
    key = str(uuid4())
    answers = [planned(farmer, key=key) for _ in range(2)]
    screening = Screening.objects.get()
    assert [a.url for a in answers] == [reverse("lane_screening", args=[screening.reference])] * 2
    assert screening.starts_at == at(timezone.localdate() + timedelta(days=3), time(19))
    assert (screening.price_won, screening.bays) == (15_000, 24)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title_en": ""}, "SCREENING_TITLE"),
        ({"cut_off": "19:01"}, "SCREENING_TIMES"),
        ({"on_date": "9999-12-31"}, "SCREENING_TIMES"),
        ({"on_date": "0001-01-01", "start": "08:00"}, "BAD_INPUT"),
        ({"bays": "201"}, "BAD_INPUT"),
        ({"price_won": "1000001"}, "BAD_INPUT"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_what_was_typed(
    changes: dict[str, str], code: str
) -> None:
    answer = planned(a_farmer(a_site()), **changes)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["typed"]["title"] == "겨울 이야기"
    assert not Screening.objects.exists()


def test_the_gate_lets_a_car_in_once_and_says_when_the_ticket_was_used() -> None:
    ticket = sold_for_tonight(a_site())
    farmer = a_farmer(ticket.screening.site)
    scanned = farmer.get(reverse("lane_ticket", args=[ticket.reference])).content.decode()
    assert ticket.plate in scanned
    assert let_in(farmer, ticket.reference, "tap").status_code == 302
    assert let_in(farmer, ticket.reference, "tap").status_code == 302
    again = let_in(farmer, ticket.plate)
    assert again.context["refusal"]["code"] == "TICKET_USED"
    assert "이미" in farmer.get(reverse("lane_ticket", args=[ticket.reference])).content.decode()
    assert Ticket.objects.get().status == TicketStatus.USED


def test_another_sites_farmer_sees_and_changes_nothing() -> None:
    ticket = sold_for_tonight(a_site())
    other = a_farmer(a_site())
    screening = ticket.screening
    assert screening.title not in other.get(reverse("lane_screenings")).content.decode()
    for page in (
        reverse("lane_screening", args=[screening.reference]),
        reverse("lane_ticket", args=[ticket.reference]),
    ):
        assert other.get(page).status_code == 404
    off = reverse("lane_call_off_screening", args=[screening.reference])
    assert other.post(off).status_code == 404
    assert let_in(other, ticket.reference).context["refusal"]["code"] == "TICKET_UNKNOWN"
    screening.refresh_from_db()
    assert screening.status == ScreeningStatus.OPEN
    assert Ticket.objects.get().status == TicketStatus.SOLD


def test_a_called_off_screening_tells_each_ticket_holder_once() -> None:
    ticket = sold_for_tonight(a_site())
    farmer = a_farmer(ticket.screening.site)
    for _ in range(2):
        farmer.post(reverse("lane_call_off_screening", args=[ticket.screening.reference]))
    notice = Notice.objects.get()
    assert (notice.kind, notice.user_reference) == ("screening_called_off", ticket.owner_reference)
    assert notice.facts["ticket"] == ticket.reference
    assert Ticket.objects.get().status == TicketStatus.CALLED_OFF


def test_the_gate_sees_who_has_paid_and_who_is_in_without_loading_the_page_anew() -> None:
    site = a_site()
    screening = a_screening(site=site, on_date=timezone.localdate())
    ticket = book_bay(
        customer=a_customer(),
        screening_reference=screening.reference,
        bay=3,
        plate="12가3456",
        phone_last4="5678",
        key="k",
        now=screening.cut_off_at - timedelta(days=1),
    )
    farmer, page = a_farmer(site), reverse("lane_screening", args=[screening.reference])
    assert "받을 돈 15,000원" in farmer.get(page).content.decode()
    asked = let_in(farmer, ticket.plate)
    assert asked.url == reverse("lane_ticket", args=[ticket.reference])
    assert Payment.objects.get().status == PaymentStatus.OPEN
    said = {"text": ticket.plate, "key": "k", "taken_as": "terminal"}
    farmer.post(reverse("lane_check_in"), said)
    assert Payment.objects.get().taken_as == "terminal"
    part = farmer.get(page, HTTP_HX_REQUEST="true").content.decode()
    assert "1대 입장" in part
    assert "<html" not in part


def test_no_screening_is_planned_for_a_day_on_which_the_site_is_closed() -> None:
    site = a_site()
    SiteClosing.objects.create(
        site=site, on_date=timezone.localdate() + timedelta(days=3), reason="폭설"
    )
    answer = planned(a_farmer(site))
    assert answer.context["refusal"]["code"] == "SCREENING_DAY_CLOSED"
    assert not Screening.objects.exists()


def told(farmer: Client, sold: Ticket, event_id: str, **changes: str) -> dict[str, str]:
    event = {
        "event_id": event_id,
        "kind": "let_in",
        "ticket": sold.reference,
        "happened_at": sold.screening.starts_at.isoformat(),
    }
    answer = farmer.post(
        "/lane/sync/", json.dumps([event | changes]), content_type="application/json"
    )
    return answer.json()["answers"][0]


def test_a_car_let_in_without_a_network_is_told_later_once() -> None:
    ticket = sold_for_tonight(a_site())
    farmer, event_id = a_farmer(ticket.screening.site), str(uuid4())
    answers = [told(farmer, ticket, event_id)["answer"] for _ in range(2)]
    assert answers == ["accepted", "already_had"]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.used_at) == (TicketStatus.USED, ticket.screening.starts_at)
    assert told(farmer, ticket, str(uuid4()))["code"] == "TICKET_USED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ticket": "x"}, "BAD_INPUT"),
        ({"ticket": "TIC-NOBODYS"}, "TICKET_UNKNOWN"),
        ({"happened_at": "2020-01-01T00:00:00Z"}, "CLOCK_WRONG"),
    ],
)
def test_a_tablet_that_tells_something_else_lets_nobody_in(
    changes: dict[str, str], code: str
) -> None:
    ticket = sold_for_tonight(a_site())
    answer = told(a_farmer(ticket.screening.site), ticket, str(uuid4()), **changes)
    assert (answer["answer"], answer["code"]) == ("refused", code)
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.SOLD


def test_the_tablet_keeps_tonights_tickets_of_its_own_site() -> None:
    ticket = sold_for_tonight(a_site())
    here = a_farmer(ticket.screening.site).get("/lane/").context["day_kept"]["tickets"]
    assert here == [
        {
            "ticket": ticket.reference,
            "plate": ticket.plate,
            "bay": 1,
            "due": "",
            "used": False,
        }
    ]
    assert a_farmer(a_site()).get("/lane/").context["day_kept"]["tickets"] == []
