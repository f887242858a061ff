"""One business, registered twice at the same moment."""

from collections import Counter
from functools import partial

import pytest

from commerce.merchants import actions
from commerce.merchants.models import Merchant, MerchantKind, VatType
from tests.builders.commerce import NOW
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_one_business_number_registers_one_merchant():
    register = partial(
        actions.register_merchant,
        name="지동 참순대",
        name_en="",
        kind=MerchantKind.STALL,
        market=None,
        owner_name="최만수",
        business_number="134-86-72683",
        vat_type=VatType.GENERAL,
        mail_order_number="2026-수원팔달-0102",
        city="수원시",
        address="경기도 수원시 팔달구 팔달문로 19",
        phone="031-251-0000",
        story="",
        story_en="",
        now=NOW,
    )

    answers = at_once([register] * 6)

    assert Counter(type(a) for a in answers) == {Merchant: 1, actions.BusinessNumberTaken: 5}
    assert Merchant.objects.count() == 1
