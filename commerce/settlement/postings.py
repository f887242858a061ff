"""Which accounts each event moves won between. Debits are positive, credits negative.

A part is what a shopper paid for: an order line, or a fulfilment's delivery fee. Every posting but
those of payouts, disputes and voucher budgets carries its part's reference, so any won can be
followed back to the line it was paid for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from commerce.money import share
from commerce.settlement.shares import split, take

Kind = Literal[
    "gateway",
    "till",
    "slips",
    "over_short",
    "held",
    "merchant",
    "commission",
    "carrier",
    "screenings",
    "payouts",
    "bank",
    "deposits",
    "disputed",
    "fees",
    "written_off",
    "budget",
    "voucher",
    "breakage",
]


DebtSource = Literal["bank", "written_off"]


@dataclass(frozen=True)
class Posting:
    kind: Kind
    owner_reference: str
    amount_won: int
    line_reference: str = ""


@dataclass(frozen=True)
class Source:
    """Where a customer's money lies: the card gateway (nobody's), somebody's till or slips, or what
    a programme's vouchers hold."""

    kind: Kind
    owner_reference: str = ""


@dataclass(frozen=True)
class Part:
    reference: str
    won: int


@dataclass(frozen=True)
class Fee:
    """A delivery fee's won still held, and whose they are: a merchant's who pays a courier out of
    them, or the carrier's."""

    reference: str
    won: int
    merchant_reference: str = ""


@dataclass(frozen=True)
class Goods:
    """A line's won still held, and whose they are, less the mall's basis points."""

    reference: str
    won: int
    merchant_reference: str
    basis_points: int


@dataclass(frozen=True)
class Left:
    """Won of one part that an account still has to give; lower ranks give first."""

    kind: Kind
    owner_reference: str
    reference: str
    won: int
    rank: int


def payment_taken(source: Source, amount_won: int, parts: Sequence[Part]) -> list[Posting]:
    """The money is there, and held for the shopper part by part."""
    held = share(amount_won, [part.won for part in parts])
    return _real(
        posting
        for part, won in zip(parts, held, strict=True)
        for posting in (
            Posting(source.kind, source.owner_reference, won, part.reference),
            Posting("held", "", -won, part.reference),
        )
    )


def handed_over(goods: Sequence[Goods], delivery: Sequence[Fee]) -> list[Posting]:
    """What was held becomes the merchants', the mall's and the carrier's. The mall takes no share
    of a fee."""
    postings = []
    for line in goods:
        merchant_won, mall_won = split(line.won, line.basis_points)
        postings += [
            Posting("held", "", line.won, line.reference),
            Posting("merchant", line.merchant_reference, -merchant_won, line.reference),
            Posting("commission", "", -mall_won, line.reference),
        ]
    for fee in delivery:
        postings += [
            Posting("held", "", fee.won, fee.reference),
            _brought(fee),
        ]
    return _real(postings)


def _brought(fee: Fee) -> Posting:
    if fee.merchant_reference:
        return Posting("merchant", fee.merchant_reference, -fee.won, fee.reference)
    return Posting("carrier", "", -fee.won, fee.reference)


def show_attended(site_reference: str, tickets: Sequence[Part]) -> list[Posting]:
    """What was held for a bay is what its site's screenings took."""
    return _real(
        posting
        for part in tickets
        for posting in (
            Posting("held", "", part.won, part.reference),
            Posting("screenings", site_reference, -part.won, part.reference),
        )
    )


def refunded(source: Source, amount_won: int, left: Sequence[Left]) -> list[Posting]:
    """Money given back, taken from what each account has left, by rank and then in proportion.

    Raises ValueError when they have less together.
    """
    ranks = [[x for x in left if x.rank == rank] for rank in sorted({x.rank for x in left})]
    taken = take(amount_won, [[x.won for x in rank] for rank in ranks])
    return _real(
        posting
        for heaps, amounts in zip(ranks, taken, strict=True)
        for heap, won in zip(heaps, amounts, strict=True)
        for posting in (
            Posting(heap.kind, heap.owner_reference, won, heap.reference),
            Posting(source.kind, source.owner_reference, -won, heap.reference),
        )
    )


def undone(earlier: Iterable[Posting]) -> list[Posting]:
    """Each won goes back to where it came from."""
    return [replace(posting, amount_won=-posting.amount_won) for posting in earlier]


def deposited(amount_won: int) -> list[Posting]:
    """Money is in our bank account, and whose it is remains to be said."""
    return [Posting("bank", "", amount_won), Posting("deposits", "", -amount_won)]


def disputed(amount_won: int) -> list[Posting]:
    """A shopper's bank took a charge back: out of what the gateway owes, until it decides."""
    return [Posting("gateway", "", -amount_won), Posting("disputed", "", amount_won)]


def dispute_lost(amount_won: int) -> list[Posting]:
    """The money stays with the shopper, and the mall bears it: the goods were handed over."""
    return [Posting("disputed", "", -amount_won), Posting("fees", "", amount_won)]


def gateway_fee(amount_won: int) -> list[Posting]:
    """What the gateway keeps for its work: out of what it owes us. Below 0 it gives some back."""
    return [Posting("gateway", "", -amount_won), Posting("fees", "", amount_won)]


def recharged(programme_reference: str, amount_won: int) -> list[Posting]:
    """Whoever stands behind a programme has paid into our bank account."""
    return [Posting("bank", "", amount_won), Posting("budget", programme_reference, -amount_won)]


def vouchers_issued(programme_reference: str, amount_won: int) -> list[Posting]:
    """Out of the budget into what shoppers may spend."""
    return [
        Posting("budget", programme_reference, amount_won),
        Posting("voucher", programme_reference, -amount_won),
    ]


def voucher_expired(programme_reference: str, amount_won: int, *, sold: bool) -> list[Posting]:
    """Nobody spent it in time: a budget has it again, what was sold is the mall's."""
    kept = Posting("breakage", "", -amount_won)
    back = Posting("budget", programme_reference, -amount_won)
    return [Posting("voucher", programme_reference, amount_won), kept if sold else back]


def paid_out(merchant_reference: str, amount_won: int) -> list[Posting]:
    """A settlement is on its way to its merchant."""
    return [
        Posting("merchant", merchant_reference, amount_won),
        Posting("payouts", "", -amount_won),
    ]


def arrived(source: Literal["gateway", "bank"], amount_won: int) -> list[Posting]:
    """It was sent: out of what the gateway owes us, or from our bank account."""
    return [Posting("payouts", "", amount_won), Posting(source, "", -amount_won)]


@dataclass(frozen=True)
class HandedIn:
    """Won that one till should have had, and had, in cash or in slips."""

    kind: Literal["till", "slips"]
    expected_won: int
    counted_won: int


def handed_in(till_reference: str, parts: Iterable[HandedIn]) -> list[Posting]:
    """What was counted leaves the till: cash for our bank account, slips for the acquirer to pay.
    What it had more or less than it should stands by itself, and the till has none of it left."""
    goes_to: dict[Kind, Kind] = {"till": "bank", "slips": "slips"}
    return _real(
        posting
        for part in parts
        for posting in (
            Posting(part.kind, till_reference, -part.expected_won),
            Posting(goes_to[part.kind], "", part.counted_won),
            Posting("over_short", till_reference, part.expected_won - part.counted_won),
        )
    )


def debt_ended(source: DebtSource, merchant: str, won: int) -> list[Posting]:
    """What a merchant owed came to our bank account, or the mall bears it."""
    return [Posting(source, "", won), Posting("merchant", merchant, -won)]


def _real(postings: Iterable[Posting]) -> list[Posting]:
    return [posting for posting in postings if posting.amount_won]
