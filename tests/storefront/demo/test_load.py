"""The small demo: what is in it, and that it can be loaded again and again."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db.models import Count

from commerce.books.models import Bundle, BundleStatus, Child, Loan, LoanStatus
from commerce.books.queries import available_bundles
from commerce.boxes.models import Renewal, RenewalStatus, Subscription
from commerce.business_days import business_date
from commerce.catalogue.models import Category, Product, Way
from commerce.catalogue.queries import published
from commerce.customers.models import Address
from commerce.favourites.queries import favourites_of
from commerce.merchants import business_number
from commerce.merchants.models import Merchant, MerchantStatus
from commerce.merchants.queries import merchants_awaiting_approval
from commerce.orders.models import Fulfilment, Order, OrderStatus
from commerce.returns.queries import open_returns
from commerce.reviews.models import Review
from commerce.reviews.queries import has_received
from drivethrough.slots.models import Booking, PickupStock, Slot
from logistics.delivery_windows.queries import open_windows
from logistics.fleet.models import Driver, Shift
from logistics.network.queries import depot, depot_for, localities
from logistics.planning.queries import plan_for, plan_violations, route_for_driver
from storefront.accounts.models import Grant, Role, User
from storefront.demo.load import PARTS, Counts, load
from storefront.demo.people import customer_of
from storefront.demo.sign_ins import SIGN_INS
from tests.builders.drivethrough import check_every_dimension
from tests.storefront.demo.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
TODAY = business_date(NOW)


def test_the_counts_say_what_a_small_demo_holds(demo: Counts) -> None:
    assert (demo.markets, demo.merchants, demo.farms, demo.products) == (3, 12, 4, 75)
    assert (demo.sites, demo.depots, demo.vans, demo.drivers) == (2, 2, 4, 4)
    assert (demo.libraries, demo.bundles, demo.copies) == (2, 10, 50)
    assert (demo.customers, demo.subscriptions) == (44, 8)


def test_families_have_said_what_they_think_and_two_returns_wait() -> None:
    said = Review.objects.select_related("customer", "product")
    assert all(has_received(review.customer, review.product) for review in said)
    assert said.exclude(reply="").exists()
    assert open_returns().count() == 2
    assert favourites_of(customer_of("shopper@jangteo.test")).exists()


def test_a_second_load_adds_nothing(demo: Counts) -> None:
    assert load(size="small", now=NOW) == demo


def test_a_load_next_week_opens_the_days_that_have_come(demo: Counts) -> None:
    next_week = NOW + timedelta(days=7)
    later = load(size="small", now=next_week)
    assert later.products == demo.products
    assert later.windows > demo.windows
    assert later.slots > demo.slots
    last_day = business_date(next_week) + timedelta(days=14)
    assert open_windows(depot("suwon"), next_week, days=14)[-1].on_date == last_day


def test_gates_know_who_prepares_and_one_thing_is_limited_on_saturday() -> None:
    assert {slot.preparers for slot in Slot.objects.filter(starts_at__gt=NOW)} == {2, 3}
    assert Booking.objects.filter(preparation_seconds__gt=0).exists()
    (limit,) = PickupStock.objects.select_related("site")
    assert (limit.on_date.weekday(), limit.left) == (5, 40 - limit.taken)
    check_every_dimension()


def test_the_saturday_after_has_a_limit_of_its_own() -> None:
    (limit,) = PickupStock.objects.all()
    load(size="small", now=NOW + timedelta(days=7))
    assert PickupStock.objects.exclude(on_date=limit.on_date).count() == 1


def test_every_part_of_the_load_is_told() -> None:
    told: list[str] = []
    load(size="small", now=NOW, on_progress=lambda part, done, total: told.append(part))
    assert list(dict.fromkeys(told)) == list(PARTS)


def test_every_product_is_for_sale_with_picture_origin_and_both_languages() -> None:
    products = list(published())
    assert len(products) == Product.objects.count()
    for product in products:
        assert default_storage.exists(product.picture.name)
        assert default_storage.exists(product.thumbnail.name)
        assert all((product.origin, product.name_en, product.description, product.description_en))


def test_no_two_products_of_a_merchant_have_one_name() -> None:
    names = Product.objects.values("merchant", "name").annotate(times=Count("pk"))
    assert not names.filter(times__gt=1).exists()


def test_all_merchants_sell_but_one_who_waits_for_the_operator() -> None:
    assert Merchant.objects.exclude(status=MerchantStatus.APPROVED).count() == 1
    assert merchants_awaiting_approval().count() == 1


def test_every_merchant_has_a_valid_number() -> None:
    merchants = list(Merchant.objects.all())
    assert all(business_number.is_valid(merchant.business_number) for merchant in merchants)


def test_most_categories_have_something() -> None:
    filled = Category.objects.annotate(goods=Count("products")).filter(goods__gt=0)
    assert filled.count() >= 12


@pytest.mark.parametrize("sign_in", SIGN_INS, ids=lambda sign_in: sign_in.email)
def test_everybody_can_sign_in_for_their_role(sign_in: tuple[str, str, str, str]) -> None:
    role, email, password, _ = sign_in
    user = User.objects.get(email=email)
    roles = set(Grant.objects.filter(user=user).values_list("role", flat=True))
    assert user.check_password(password)
    assert roles == set() if role == "shopper" else Role(role) in roles


def test_the_parent_has_a_baby_of_ten_months_and_books_to_choose_from() -> None:
    parent = customer_of("shopper@jangteo.test")
    child = Child.objects.get(guardian=parent)
    assert child.born_on == date(2025, 11, 1)
    address = Address.objects.get(customer=parent, is_default=True)
    assert available_bundles(city="수원시", stage="0-18").exists()
    found = depot_for(address.lat, address.lon)
    assert found is not None
    assert found.code == "suwon"


def test_bundles_are_out_late_unclean_and_incomplete() -> None:
    statuses = set(Bundle.objects.values_list("status", flat=True))
    assert {BundleStatus.ON_LOAN, BundleStatus.QUARANTINE, BundleStatus.INCOMPLETE} <= statuses
    late = Loan.objects.get(status=LoanStatus.ON_LOAN)
    assert late.due_on is not None
    assert late.due_on < TODAY


def test_the_subscriber_has_a_renewal_whose_cut_off_is_near() -> None:
    subscription = Subscription.objects.get(customer=customer_of("subscriber@jangteo.test"))
    to_come = Renewal.objects.filter(subscription=subscription, status=RenewalStatus.DUE)
    first = to_come.earliest("cycle__cut_off_at")
    assert NOW < first.cycle.cut_off_at <= NOW + timedelta(days=7)


def test_the_driver_drives_today_and_tomorrow_and_has_a_route() -> None:
    driver = Driver.objects.get(full_name="최민수")
    days = set(Shift.objects.filter(driver=driver).values_list("on_date", flat=True))
    assert {TODAY, TODAY + timedelta(days=1)} <= days
    assert route_for_driver(driver.reference, TODAY) is not None


def test_todays_plan_breaks_no_rule() -> None:
    plan = plan_for(depot("suwon"), TODAY)
    assert plan is not None
    assert plan_violations(plan) == []


def test_todays_orders_are_paid_or_to_be_paid_on_site() -> None:
    orders = Order.objects.filter(key__startswith=f"demo-{TODAY}")
    assert set(orders.values_list("status", flat=True)) == {OrderStatus.CONFIRMED}
    parcels = orders.filter(fulfilments__way=Way.PARCEL).distinct()
    assert (orders.count() - parcels.count(), parcels.count()) == (18, 2)
    at_gate = Fulfilment.objects.filter(order__in=orders).exclude(booking_reference="")
    assert at_gate.count() == 6


def test_slots_are_there_for_two_saturdays() -> None:
    to_come = Slot.objects.filter(site__source_id="228-2-000010", starts_at__gt=NOW)
    starts = to_come.values_list("starts_at", flat=True)
    days = {business_date(start) for start in starts}
    assert {day.weekday() for day in days} == {5}
    assert (len(days), len(starts)) == (2, 12)


def test_every_locality_of_the_province_can_be_found() -> None:
    assert [place.name for place in localities("팔달구 인계동")] == ["인계동"]
    assert localities("양평군 강상면", limit=50)


def test_the_demo_s_merchant_has_parcels_to_send_and_one_of_them_goes_to_jeju() -> None:
    to_send = Fulfilment.objects.filter(
        way=Way.PARCEL, status="confirmed", hands_over_name="못골 할머니반찬"
    )
    assert to_send.count() >= 2
    assert to_send.filter(place_name__contains="제주특별자치도").count() == 1
