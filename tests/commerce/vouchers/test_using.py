from datetime import date, timedelta

import pytest

from commerce.vouchers import actions
from commerce.vouchers.actions import (
    CodeUnknown,
    TooManyWrongCodes,
    VoucherEmpty,
    VoucherEnded,
    VoucherForMembers,
    VoucherNotYet,
)
from commerce.vouchers.models import Voucher, WrongCode
from tests.builders.commerce import NOW, a_customer
from tests.builders.vouchers import a_programme, a_voucher, code

pytestmark = pytest.mark.django_db


def find(typed: str, customer=None, *, member: bool = True, now=NOW) -> Voucher:
    return actions.find_typed(code=typed, customer=customer or a_customer(), member=member, now=now)


def test_a_code_finds_its_voucher_however_it_is_written() -> None:
    voucher = a_voucher()
    assert find(code(voucher).lower()) == voucher


def test_somebody_elses_voucher_is_as_unknown_as_none_at_all() -> None:
    mine = a_voucher(customer=a_customer())
    with pytest.raises(CodeUnknown):
        find(code(mine))
    with pytest.raises(CodeUnknown):
        find("")
    assert find(code(mine), mine.customer) == mine


def test_after_ten_wrong_codes_even_a_right_one_waits_an_hour() -> None:
    voucher, guesser = a_voucher(), a_customer()
    for _ in range(10):
        with pytest.raises(CodeUnknown):
            find("0" * 16, guesser)
    with pytest.raises(TooManyWrongCodes):
        find(code(voucher), guesser)
    assert find(code(voucher), guesser, now=NOW + timedelta(hours=1)) == voucher
    assert find(code(voucher)) == voucher, "others do not wait"


def test_what_nobody_could_mean_as_a_code_is_not_counted_as_wrong() -> None:
    for text in ("", "0000", "우리 동네 상품권 한 장 주세요", "0" * 17):
        with pytest.raises(CodeUnknown):
            find(text, a_customer())
    assert not WrongCode.objects.exists()


def test_a_right_code_is_not_counted_as_wrong() -> None:
    find(code(a_voucher()))
    assert not WrongCode.objects.exists()


def test_a_voucher_is_good_on_its_days_in_seoul() -> None:
    voucher = a_voucher(programme=a_programme(from_on=date(2026, 3, 4), until_on=date(2026, 3, 5)))
    with pytest.raises(VoucherNotYet):
        find(code(voucher))
    assert find(code(voucher), now=NOW + timedelta(days=2)) == voucher
    with pytest.raises(VoucherEnded):
        find(code(voucher), now=NOW + timedelta(days=3))


def test_an_empty_voucher_and_a_members_voucher_say_so() -> None:
    with pytest.raises(VoucherEmpty):
        find(code(a_voucher(100, used_won=100)))
    personal = a_voucher(programme=a_programme(personal=True))
    with pytest.raises(VoucherForMembers):
        find(code(personal), member=False)


def test_a_voucher_is_kept_by_the_first_member_who_enters_it() -> None:
    voucher, first = a_voucher(), a_customer()
    for _ in range(2):
        actions.keep(voucher=voucher, customer=first, now=NOW)
    with pytest.raises(CodeUnknown):
        actions.keep(voucher=voucher, customer=a_customer(), now=NOW)
    voucher.refresh_from_db()
    assert voucher.customer == first


def spend(voucher: Voucher, won: int) -> None:
    actions.take(actions.lock([voucher.pk])[0], won)


def left(voucher: Voucher) -> int:
    return Voucher.objects.select_related("programme").get(pk=voucher.pk).spendable_won


def test_a_voucher_is_spent_in_as_many_orders_as_it_lasts() -> None:
    voucher = a_voucher(10_000)
    spend(voucher, 7_000)
    assert left(voucher) == 3_000
    with pytest.raises(VoucherEmpty):
        spend(voucher, 3_001)
    spend(voucher, 3_000)
    assert left(voucher) == 0


def test_one_for_a_single_order_is_over_with_it_whatever_is_left() -> None:
    voucher = a_voucher(10_000, programme=a_programme(single_use=True))
    spend(voucher, 7_000)
    assert left(voucher) == 0


def test_what_came_back_of_a_single_order_may_be_spent_and_all_of_it_when_all_came_back() -> None:
    voucher = a_voucher(10_000, programme=a_programme(single_use=True))
    spend(voucher, 7_000)
    actions.put_back(voucher_pk=voucher.pk, won=2_000, now=NOW, refund=True)
    assert left(voucher) == 2_000
    spend(voucher, 1_500)
    assert left(voucher) == 500
    actions.put_back(voucher_pk=voucher.pk, won=6_500, now=NOW)
    assert left(voucher) == 10_000


def test_a_refund_makes_an_ended_voucher_good_for_thirty_days_and_a_release_does_not() -> None:
    voucher = a_voucher(10_000, used_won=10_000, until_on=date(2026, 3, 1))
    actions.put_back(voucher_pk=voucher.pk, won=4_000, now=NOW)
    voucher.refresh_from_db()
    assert voucher.until_on == date(2026, 3, 1)
    actions.put_back(voucher_pk=voucher.pk, won=4_000, now=NOW, refund=True)
    voucher.refresh_from_db()
    assert (voucher.left_won, voucher.until_on) == (8_000, date(2026, 4, 2))
