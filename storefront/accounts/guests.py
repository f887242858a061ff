"""Who orders without signing up: known by their session, and later by telephone number and code.

The code is worked out from the guest's reference and the mall's secret, so nothing is kept that
could be stolen, and ten letters are too many to try.
"""

from base64 import b32encode
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from commerce.customers.models import Customer
from commerce.phone import to_e164
from storefront.accounts.models import GuestEmail
from storefront.refusals import StorefrontError

SESSION_KEY = "guest"
PREFIX = "guest-"
CODE_LETTERS = 10


class GuestUnknown(StorefrontError):
    """No order with this telephone number and code."""

    code = "GUEST_UNKNOWN"


class EmailFormat(StorefrontError):
    code = "EMAIL_FORMAT"


def new_reference() -> str:
    return PREFIX + get_random_string(16)


def is_guest(user_reference: str) -> bool:
    return user_reference.startswith(PREFIX)


def begin(request: HttpRequest) -> None:
    """From now on this session may order; a repeat keeps who it was."""
    request.session.setdefault(SESSION_KEY, new_reference())


def reference_of(request: HttpRequest) -> str:
    """The guest of this session; "" for whoever signed in or never began."""
    if request.user.is_authenticated:
        return ""
    return str(request.session.get(SESSION_KEY, ""))


def code_of(reference: str) -> str:
    """``K7QM2-XB9TA``: what opens the guest's orders, with their telephone number."""
    digest = salted_hmac("storefront.accounts.guests", reference, algorithm="sha256").digest()
    letters = b32encode(digest).decode()[:CODE_LETTERS]
    return f"{letters[:5]}-{letters[5:]}"


def look_up(request: HttpRequest, *, phone: str, code: str) -> None:
    """This session is that guest's from now on. PHONE_FORMAT, GUEST_UNKNOWN."""
    come_back(request, guest_with(phone=phone, code=code).user_reference)


def come_back(request: HttpRequest, reference: str) -> None:
    """This session is that guest's from now on: the caller has seen that it is them."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = reference


def leave(request: HttpRequest) -> None:
    """This session is nobody's."""
    request.session.pop(SESSION_KEY, None)


def guest_with(*, phone: str, code: str) -> Customer:
    """Whose order it is. PHONE_FORMAT, GUEST_UNKNOWN."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    guests = Customer.objects.filter(phone=to_e164(phone), user_reference__startswith=PREFIX)
    for guest in guests:
        known = code_of(guest.user_reference).replace("-", "")
        if typed.isascii() and constant_time_compare(known, typed):
            return guest
    raise GuestUnknown("code")


def email_typed(text: str, *, field: str = "email") -> str:
    """Nothing where none was given. EMAIL_FORMAT."""
    typed = text.strip()
    if typed:
        try:
            validate_email(typed)
        except ValidationError:
            raise EmailFormat(field) from None
    return typed


def remember_email(*, reference: str, email: str, now: datetime) -> None:
    """Messages of this guest's orders go there from now on; none without one."""
    if not email:
        GuestEmail.objects.filter(guest_reference=reference).delete()
        return
    GuestEmail.objects.update_or_create(
        guest_reference=reference, defaults={"email": email, "given_at": now}
    )


def email_of(reference: str) -> str:
    """Nothing where none was given."""
    found = GuestEmail.objects.filter(guest_reference=reference)
    return found.values_list("email", flat=True).first() or ""
