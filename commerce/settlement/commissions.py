"""The mall's share: rules that begin on a day to come, and what one would change before it does.

One operator tries and proposes a rule, another tries it again and approves it. Rules are only
added, and none begins before tomorrow: what was handed over once is divided alike however often it
is counted again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum

from commerce import text
from commerce.business_days import business_date, end_of, instant
from commerce.catalogue.models import Category
from commerce.errors import CommerceError, NotFound
from commerce.merchants import queries as merchants
from commerce.merchants.actions import ALL_BASIS_POINTS, CommissionRange
from commerce.merchants.models import Merchant
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import OrderLine
from commerce.settlement.commission_rates import Rule, Seller, in_force, rate
from commerce.settlement.models import (
    AccountKind,
    CommissionProposal,
    CommissionRule,
    LedgerEntry,
    ProposalStatus,
)
from commerce.settlement.shares import commission

# The sales under which a new rule is tried.
TRIED_ON = timedelta(weeks=4)
LATEST_BEGIN = timedelta(days=366)


class CommissionDay(CommerceError):
    """A rule begins tomorrow at the earliest, and within a year. ``data``: ``first_on``."""

    code = "COMMISSION_DAY"


class CommissionDecided(CommerceError):
    """Somebody has said yes or no before. ``data``: its ``status``."""

    code = "COMMISSION_DECIDED"


class CommissionFourEyes(CommerceError):
    """Whoever proposed a rule does not approve it."""

    code = "COMMISSION_FOUR_EYES"


class CommissionScope(CommerceError):
    """For a merchant or for a market, not for both."""

    code = "COMMISSION_SCOPE"


class CommissionTriedOtherwise(CommerceError):
    """What was seen when the rule was tried is not what it would change by now."""

    code = "COMMISSION_TRIED_OTHERWISE"
    retryable = True


@dataclass(frozen=True)
class Wished:
    """A rule that somebody thinks of; see ``commission_rates.Rule``."""

    merchant_reference: str
    market_reference: str
    category: str
    basis_points: int | None
    from_on: date


@dataclass(frozen=True)
class Difference:
    """One merchant's goods of the weeks tried, and the mall's share without and with the rule."""

    merchant_reference: str
    goods_won: int
    before_won: int
    after_won: int

    @property
    def by_won(self) -> int:
        """What the mall would take more; below 0 less."""
        return self.after_won - self.before_won


def simulate(wished: Wished, *, now: datetime) -> list[Difference]:
    """The last four weeks' lines as if the rule, or all that stand on its first day, had held.

    Merchants whose share would not change are left out; the largest change comes first.
    NOT_FOUND, COMMISSION_RANGE, COMMISSION_DAY, COMMISSION_SCOPE.
    """
    _check(wished, now)
    rules = _rules()
    number = 1 + max((rule.number for rule in rules), default=0)
    drafted = Rule(
        wished.merchant_reference,
        wished.market_reference,
        wished.category,
        wished.from_on,
        wished.basis_points,
        number,
    )
    before, after = in_force(rules, wished.from_on), in_force([*rules, drafted], wished.from_on)
    found: dict[str, Difference] = {}
    for line, seller, goods_won in _sold(business_date(now)):
        one = found.get(line.merchant_reference, Difference(line.merchant_reference, 0, 0, 0))
        category = _category(line)
        found[line.merchant_reference] = replace(
            one,
            goods_won=one.goods_won + goods_won,
            before_won=one.before_won + commission(goods_won, rate(before, seller, category)),
            after_won=one.after_won + commission(goods_won, rate(after, seller, category)),
        )
    changed = [one for one in found.values() if one.by_won]
    return sorted(changed, key=lambda one: (-abs(one.by_won), one.merchant_reference))


@transaction.atomic
def propose(
    wished: Wished, *, seen_won: int, by: str, key: str, now: datetime
) -> CommissionProposal:
    """Waits for another operator's yes; nothing changes before. A repeat gets the first proposal.

    ``seen_won``: by how much ``simulate`` said that it changes the mall's share altogether, so that
    nobody proposes what was not tried.
    COMMISSION_TRIED_OTHERWISE, IDEMPOTENCY_MISMATCH, and what ``simulate`` raises.
    """
    earlier = CommissionProposal.objects.filter(key=key).first()
    if earlier is None:
        _check_tried(wished, seen_won, now)
        try:
            with transaction.atomic():
                return CommissionProposal.objects.create(
                    **vars(wished), proposed_by=by, proposed_at=now, key=key
                )
        except IntegrityError:
            earlier = CommissionProposal.objects.get(key=key)
    if wished_of(earlier) != wished:
        raise IdempotencyMismatch("key")
    return earlier


@transaction.atomic
def approve(*, reference: str, seen_won: int, by: str, now: datetime) -> CommissionRule:
    """A second operator has seen what it changes by now and says yes: it holds from its day on.

    A repeat by the same operator gets the rule. NOT_FOUND, COMMISSION_DECIDED,
    COMMISSION_FOUR_EYES, COMMISSION_TRIED_OTHERWISE, and what ``simulate`` raises: its day may have
    come meanwhile.
    """
    proposal = _locked(reference)
    if proposal.rule is not None and proposal.decided_by == by:
        return proposal.rule
    if proposal.status != ProposalStatus.PROPOSED:
        raise CommissionDecided("proposal", status=proposal.status)
    if by == proposal.proposed_by:
        raise CommissionFourEyes("proposal")
    wished = wished_of(proposal)
    _check_tried(wished, seen_won, now)
    proposal.rule = CommissionRule.objects.create(
        **vars(wished), set_by=proposal.proposed_by, approved_by=by, set_at=now, key=proposal.key
    )
    _decide(proposal, ProposalStatus.APPROVED, by, now)
    return proposal.rule


@transaction.atomic
def reject(*, reference: str, reason: str, by: str, now: datetime) -> CommissionProposal:
    """Somebody says no, and why; whoever proposed it may take it back so. A repeat keeps the first.

    NOT_FOUND, COMMISSION_DECIDED, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    said = text.line("reason", reason, longest=200)
    proposal = _locked(reference)
    if proposal.status == ProposalStatus.APPROVED:
        raise CommissionDecided("proposal", status=proposal.status)
    if proposal.status == ProposalStatus.PROPOSED:
        proposal.reason = said
        _decide(proposal, ProposalStatus.REJECTED, by, now)
    return proposal


def _locked(reference: str) -> CommissionProposal:
    rows = CommissionProposal.objects.select_for_update(of=("self",), no_key=True)
    proposal = rows.filter(reference=reference).first()
    if proposal is None:
        raise NotFound("proposal")
    return proposal


def _decide(proposal: CommissionProposal, status: ProposalStatus, by: str, now: datetime) -> None:
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, now
    proposal.save(update_fields=["status", "rule", "decided_by", "decided_at", "reason"])


def _check_tried(wished: Wished, seen_won: int, now: datetime) -> None:
    if sum(one.by_won for one in simulate(wished, now=now)) != seen_won:
        raise CommissionTriedOtherwise


def wished_of(row: CommissionProposal) -> Wished:
    return Wished(
        row.merchant_reference, row.market_reference, row.category, row.basis_points, row.from_on
    )


def proposals() -> QuerySet[CommissionProposal]:
    """Those that wait for a yes, oldest first."""
    waiting = CommissionProposal.objects.filter(status=ProposalStatus.PROPOSED)
    return waiting.order_by("proposed_at", "pk")


def rates_of(lines: Sequence[OrderLine], on: date) -> dict[str, int]:
    """Basis points by line reference, for lines handed over on that business date."""
    rules = in_force(_rules(), on)
    sellers = _sellers({line.merchant_reference for line in lines})
    return {
        line.reference: rate(rules, sellers[line.merchant_reference], _category(line))
        for line in lines
    }


def general_rates(references: Iterable[str], on: date) -> dict[str, int]:
    """Basis points by merchant on that day, for goods that no rule for a category speaks of."""
    rules = in_force(_rules(), on)
    return {who: rate(rules, seller, "") for who, seller in _sellers(references).items()}


def rules() -> QuerySet[CommissionRule]:
    """Every rule there ever was, the latest day first."""
    return CommissionRule.objects.order_by("-from_on", "-pk")


def standing(on: date) -> set[int]:
    """The row numbers of the rules in force on that day."""
    return {rule.number for rule in in_force(_rules(), on)}


def _check(wished: Wished, now: datetime) -> None:
    if wished.merchant_reference and wished.market_reference:
        raise CommissionScope("whom")
    if wished.merchant_reference:
        merchants.merchant(wished.merchant_reference)
    if wished.market_reference:
        merchants.market(wished.market_reference)
    if wished.category and not Category.objects.filter(slug=wished.category).exists():
        raise NotFound("category")
    if wished.basis_points is not None and not 0 <= wished.basis_points <= ALL_BASIS_POINTS:
        raise CommissionRange("basis_points", most=ALL_BASIS_POINTS)
    first_on = business_date(now) + timedelta(days=1)
    if not first_on <= wished.from_on <= first_on + LATEST_BEGIN:
        raise CommissionDay("from_on", first_on=first_on)


def _rules() -> list[Rule]:
    return [
        Rule(
            row.merchant_reference,
            row.market_reference,
            row.category,
            row.from_on,
            row.basis_points,
            row.pk,
        )
        for row in CommissionRule.objects.order_by("pk")
    ]


def _sellers(references: Iterable[str]) -> dict[str, Seller]:
    found = Merchant.objects.select_related("market").filter(reference__in=references)
    return {
        one.reference: Seller(
            one.reference,
            one.market.reference if one.market else "",
            one.commission_basis_points,
        )
        for one in found
    }


def _category(line: OrderLine) -> str:
    return line.variant.product.category.slug if line.variant else ""


def _sold(today: date) -> Iterable[tuple[OrderLine, Seller, int]]:
    """Each line of the last four weeks with what it came to, refunds taken off."""
    entries = LedgerEntry.objects.filter(
        account__kind__in=[AccountKind.MERCHANT, AccountKind.COMMISSION],
        journal__posted_at__gte=instant(today - TRIED_ON),
        journal__posted_at__lt=end_of(today),
    ).exclude(line_reference="")
    sums = entries.order_by().values_list("line_reference").annotate(won=Sum("amount_won"))
    goods = {reference: -won for reference, won in sums if won < 0}
    lines = OrderLine.objects.select_related("variant__product__category").filter(
        reference__in=goods
    )
    sellers = _sellers(lines.values_list("merchant_reference", flat=True))
    for line in lines:
        yield line, sellers[line.merchant_reference], goods[line.reference]
