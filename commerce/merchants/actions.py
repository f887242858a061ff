"""Markets and merchants: who may sell here."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from commerce import phone as telephone
from commerce import text
from commerce.errors import CommerceError
from commerce.merchants import business_number as numbers
from commerce.merchants import queries
from commerce.merchants.models import (
    MailOrderExemption,
    Market,
    Merchant,
    MerchantKind,
    MerchantStatus,
    VatType,
)
from commerce.merchants.parcel_terms import MOST_FREE_FROM_WON, MOST_WON, ParcelTerms

ALL_BASIS_POINTS = 10_000


class BusinessNumberChecksum(CommerceError):
    code = "BRN_CHECKSUM"


class BusinessNumberTaken(CommerceError):
    code = "BRN_DUPLICATE"


class MailOrderNumberRequired(CommerceError):
    code = "MAIL_ORDER_NO_REQUIRED"


class CommissionRange(CommerceError):
    code = "COMMISSION_RANGE"


class PayoutAccountFormat(CommerceError):
    """Letters, digits, ``_`` and ``-``: what a gateway calls an account."""

    code = "PAYOUT_ACCOUNT_FORMAT"


class ParcelTermsRange(CommerceError):
    """``data``: ``most`` in won."""

    code = "PARCEL_TERMS_RANGE"


class MerchantClosed(CommerceError):
    code = "MERCHANT_CLOSED"


@transaction.atomic
def record_market(
    *,
    source_id: str,
    name: str,
    name_en: str,
    city: str,
    address: str,
    lat: float,
    lon: float,
    stall_count: int = 0,
    opening_cycle: str = "",
    blurb: str = "",
    blurb_en: str = "",
) -> Market:
    """Write down a market of the public data set; a second time brings it up to date."""
    market, _created = Market.objects.update_or_create(
        source_id=source_id,
        defaults={
            "name": text.line("name", name, longest=80),
            "name_en": text.line("name_en", name_en, longest=80),
            "city": text.line("city", city, longest=20),
            "address": text.line("address", address, longest=200),
            "lat": lat,
            "lon": lon,
            "stall_count": stall_count,
            "opening_cycle": text.line("opening_cycle", opening_cycle, longest=60, required=False),
            "blurb": text.line("blurb", blurb, longest=200, required=False),
            "blurb_en": text.line("blurb_en", blurb_en, longest=200, required=False),
        },
    )
    return market


@transaction.atomic
def register_merchant(
    *,
    name: str,
    name_en: str,
    kind: MerchantKind,
    market: Market | None,
    owner_name: str,
    business_number: str,
    vat_type: VatType,
    mail_order_number: str,
    city: str,
    address: str,
    phone: str,
    story: str,
    story_en: str,
    mail_order_exemption: MailOrderExemption | None = None,
    site_reference: str = "",
    commission_basis_points: int = 600,
    now: datetime,
) -> Merchant:
    """Ask to sell here; the merchant sells nothing until approved.

    Raises BusinessNumberChecksum, BusinessNumberTaken, MailOrderNumberRequired, CommissionRange,
    PhoneFormat, TextRequired, TextTooLong.
    """
    digits = _free_number(business_number)
    if not 0 <= commission_basis_points <= ALL_BASIS_POINTS:
        raise CommissionRange("commission_basis_points", most=ALL_BASIS_POINTS)
    merchant = Merchant(
        name=text.line("name", name, longest=80),
        name_en=text.line("name_en", name_en, longest=80, required=False),
        kind=kind,
        market=market,
        site_reference=site_reference,
        owner_name=text.line("owner_name", owner_name, longest=60),
        business_number=digits,
        vat_type=vat_type,
        mail_order_number=_mail_order_number(mail_order_number, vat_type, mail_order_exemption),
        mail_order_exemption=mail_order_exemption or "",
        city=text.line("city", city, longest=20),
        address=text.line("address", address, longest=200),
        phone=telephone.to_e164(phone),
        story=text.paragraphs("story", story, longest=2_000),
        story_en=text.paragraphs("story_en", story_en, longest=2_000),
        commission_basis_points=commission_basis_points,
        created_at=now,
        status_changed_at=now,
    )
    try:
        with transaction.atomic():
            merchant.save(force_insert=True)
    except IntegrityError as error:
        # Somebody registered the same number since we looked.
        if Merchant.objects.filter(business_number=digits).exists():
            number = numbers.formatted(digits)
            raise BusinessNumberTaken("business_number", number=number) from error
        raise
    return merchant


def approve(*, merchant_reference: str, now: datetime) -> Merchant:
    """Let a merchant sell. Raises NotFound, MerchantClosed."""
    return _move(merchant_reference, MerchantStatus.APPROVED, now)


def suspend(*, merchant_reference: str, now: datetime) -> Merchant:
    """Take a merchant's goods off the shelves until approved again. Raises as approve."""
    return _move(merchant_reference, MerchantStatus.SUSPENDED, now)


def close(*, merchant_reference: str, now: datetime) -> Merchant:
    """The business has ended; there is no way back. Raises NotFound."""
    return _move(merchant_reference, MerchantStatus.CLOSED, now)


def name_payout_account(*, merchant_reference: str, account_reference: str) -> Merchant:
    """Settlements to come are sent there; to nobody's account when empty, but by bank transfer.

    Raises NotFound, PayoutAccountFormat.
    """
    account = account_reference.strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", account):
        raise PayoutAccountFormat("payout_account")
    Merchant.objects.filter(reference=merchant_reference).update(payout_account=account)
    return queries.merchant(merchant_reference)


def set_parcel_terms(*, merchant_reference: str, terms: ParcelTerms) -> None:
    """Asked of what is ordered from now on. PARCEL_TERMS_RANGE."""
    for field, won in (("won", terms.won), ("far_won", terms.far_won)):
        if not 0 <= won <= MOST_WON:
            raise ParcelTermsRange(field, most=MOST_WON)
    if terms.free_from_won is not None and not 1 <= terms.free_from_won <= MOST_FREE_FROM_WON:
        raise ParcelTermsRange("free_from_won", most=MOST_FREE_FROM_WON)
    Merchant.objects.filter(reference=merchant_reference).update(
        parcel_won=terms.won,
        parcel_far_won=terms.far_won,
        parcel_free_from_won=terms.free_from_won,
    )


def _free_number(typed: str) -> str:
    """The ten digits of a business number that holds and that nobody else has."""
    digits = re.sub(r"[\s\-]", "", typed)
    if not numbers.is_valid(digits):
        raise BusinessNumberChecksum("business_number")
    if Merchant.objects.filter(business_number=digits).exists():
        raise BusinessNumberTaken("business_number", number=numbers.formatted(digits))
    return digits


def _mail_order_number(number: str, vat_type: VatType, exemption: MailOrderExemption | None) -> str:
    """The report's number, which only simplified taxpayers and the exempt may lack."""
    exempt = vat_type == VatType.SIMPLIFIED or exemption is not None
    number = text.line("mail_order_number", number, longest=40, required=False)
    if not number and not exempt:
        raise MailOrderNumberRequired("mail_order_number")
    return number


def _move(reference: str, status: MerchantStatus, now: datetime) -> Merchant:
    # One conditional statement: two operators cannot reopen a closed business between them.
    (
        Merchant.objects.filter(reference=reference)
        .exclude(status__in=[MerchantStatus.CLOSED, status])
        .update(status=status, status_changed_at=now)
    )
    merchant = queries.merchant(reference)
    if merchant.status == MerchantStatus.CLOSED != status:
        raise MerchantClosed("merchant")
    return merchant
