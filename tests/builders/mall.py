"""A small mall around one shopper, opened for the days after ``now``: every page has something."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.test import Client
from django.utils import timezone

from commerce.books.models import Bundle, Child
from commerce.catalogue.models import Variant, Way
from commerce.customers.models import Address, Customer
from drivethrough.sites.models import Site
from drivethrough.slots.models import Slot
from logistics.delivery_windows.models import DeliveryWindow
from logistics.network.models import Depot, Locality
from storefront.accounts.models import Grant, Role, User
from tests.builders.books import a_bundle, a_child
from tests.builders.commerce import (
    a_customer,
    a_market,
    a_merchant,
    a_variant,
    an_address,
)
from tests.builders.drivethrough import a_site, a_slot
from tests.builders.logistics import a_depot, a_window

PASSWORD = "only for tests 1"


@dataclass(frozen=True)
class Mall:
    user: User
    customer: Customer
    address: Address
    greens: Variant
    strawberries: Variant
    site: Site
    slot: Slot
    depot: Depot
    window: DeliveryWindow
    bundle: Bundle
    child: Child


def a_user(email: str = "ada@jangteo.test", *grants: tuple[Role, str]) -> User:
    user = User.objects.create_user(email, PASSWORD, full_name="김하나")
    for role, scope in grants:
        Grant.objects.create(user=user, role=role, scope_reference=scope)
    return user


def a_client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def a_mall(*, now: datetime | None = None, email: str = "ada@jangteo.test") -> Mall:
    """Greens come home from a market stall, strawberries wait at the site on the day after."""
    today = timezone.localdate(now or timezone.now())
    tomorrow = today + timedelta(days=1)
    user = a_user(email)
    customer = a_customer(user_reference=user.reference)
    site = a_site()
    farm = a_merchant(name="한결농장", site_reference=site.reference)
    depot = a_depot()
    Locality.objects.get_or_create(
        city="수원시 팔달구", name="인계동", defaults={"lat": 37.2664, "lon": 127.0321}
    )
    later = timezone.make_aware(datetime.combine(tomorrow, time(8)))
    slot = a_slot(site=site, on_date=tomorrow, start=time(10), cut_off_at=later)
    window = a_window(depot=depot, on_date=tomorrow)
    DeliveryWindow.objects.filter(pk=window.pk).update(cut_off_at=later)
    window.refresh_from_db()
    born = today.replace(day=1) - timedelta(days=200)
    return Mall(
        user=user,
        customer=customer,
        address=an_address(customer=customer, is_default=True),
        greens=a_variant(
            name="시금치", unit="1단", price_won=2_500, merchant=a_merchant(market=a_market())
        ),
        strawberries=a_variant(
            name="딸기", merchant=farm, ways=[Way.DRIVE_THROUGH], price_won=8_000
        ),
        site=site,
        slot=slot,
        depot=depot,
        window=window,
        bundle=a_bundle(),
        child=a_child(guardian=customer, born_on=born.replace(day=1)),
    )
