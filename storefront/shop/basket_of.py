"""The basket of whoever is looking: kept with the customer, or in the visitor's session."""

from django.http import HttpRequest
from django.utils import timezone

from commerce.basket import actions as baskets
from commerce.basket.models import Basket, BasketLine, BasketStatus
from commerce.stock import holding
from storefront.accounts.customers import customer_of

SESSION_KEY = "basket"


def existing_basket(request: HttpRequest) -> Basket | None:
    """The open basket if there is one. A visitor's basket follows them when they sign in."""
    reference = request.session.get(SESSION_KEY, "")
    visitors = (
        Basket.objects.filter(
            reference=reference, customer__isnull=True, status=BasketStatus.OPEN
        ).first()
        if reference
        else None
    )
    customer = customer_of(request.user)
    if customer is None:
        return visitors
    if visitors is not None:
        adopted = baskets.adopt(basket=visitors, customer=customer, now=timezone.now())
        holding.pass_on(owner_reference=reference, new_owner_reference=adopted.reference)
        del request.session[SESSION_KEY]
        return adopted
    return Basket.objects.filter(customer=customer, status=BasketStatus.OPEN).first()


def basket_for_adding(request: HttpRequest) -> Basket:
    """The open basket, opened now if there is none."""
    basket = existing_basket(request)
    if basket is None:
        basket = baskets.open_basket(customer=customer_of(request.user), now=timezone.now())
        if basket.customer_id is None:
            request.session[SESSION_KEY] = basket.reference
    return basket


def count_in_basket(request: HttpRequest) -> int:
    """How many lines; one query, and none for a visitor who never put anything in."""
    if request.user.is_authenticated:
        mine = BasketLine.objects.filter(
            basket__customer__user_reference=request.user.reference,
            basket__status=BasketStatus.OPEN,
        )
        return mine.count()
    reference = request.session.get(SESSION_KEY, "")
    if not reference:
        return 0
    return BasketLine.objects.filter(
        basket__reference=reference, basket__status=BasketStatus.OPEN
    ).count()
