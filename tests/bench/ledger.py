"""How fast the ledger takes postings and a run settles lines, beside the bare SQL of the same rows.

``python -m tests.bench.ledger --lines 1000000``: three sizes up to that many, each with its time
and memory; linear is when time for each line stays the same. Both sides run in the same minutes
on the same database, so that their ratio outlives the machine.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rich.console import Console

from storefront.config.cli.day import own_database

say = Console(highlight=False, width=120).print

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=365)  # than any run
MERCHANTS = 300
POSTINGS = 400
LINE_WON = 10_000
COMMISSION_WON = 600

# What a hand-over writes for a line, written straight into the tables.
FILL = """
WITH journals AS (
    INSERT INTO commerce_journal (reference, key, event, order_reference, posted_at)
    SELECT
        'JRN-B' || %(size)s || '-' || n, 'bench:' || %(size)s || ':' || n, 'handed_over', '',
        %(now)s
    FROM generate_series(1, %(size)s) n
    RETURNING id
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM journals
)
INSERT INTO commerce_ledgerentry (journal_id, account_id, amount_won, line_reference)
SELECT numbered.id, entry.account_id, entry.won, 'LIN-' || numbered.n
FROM numbered
CROSS JOIN LATERAL (VALUES
    (%(held)s::bigint, %(line_won)s),
    (
        (%(merchants)s::bigint[])[1 + numbered.n %% %(merchant_count)s],
        %(commission_won)s - %(line_won)s
    ),
    (%(mall)s::bigint, -%(commission_won)s)
) AS entry (account_id, won)
"""


@dataclass(frozen=True)
class Settled:
    lines: int
    seconds: float
    bare_seconds: float
    memory_mb: float


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=60_000, help="of the largest run")
    asked = parser.parse_args(argv)
    with own_database():
        posting_seconds, bare_seconds = _postings()
        say(
            f"journals posted: {POSTINGS / posting_seconds:,.0f}/s, bare inserts of the same rows "
            f"{POSTINGS / bare_seconds:,.0f}/s, ratio {posting_seconds / bare_seconds:.1f}"
        )
        for number, size in enumerate((asked.lines // 4, asked.lines // 2, asked.lines)):
            _say_settled(_settle(size, NOW.date() + timedelta(days=number)))
    return 0


def _say_settled(one: Settled) -> None:
    micro = one.seconds / one.lines * 1_000_000
    say(
        f"a run over {one.lines:,} lines: {one.seconds:.2f} s, {micro:.1f} µs a line, bare sum and "
        f"mark {one.bare_seconds:.2f} s, ratio {one.seconds / one.bare_seconds:.1f}, "
        f"{one.memory_mb:+.0f} MB in this process"
    )


def _postings() -> tuple[float, float]:
    """Seconds for as many hand-overs of one line, by ``post`` and by bare INSERTs; each commits."""
    from django.db import connection, transaction

    from commerce.settlement.ledger import post
    from commerce.settlement.postings import Fee, Goods, handed_over

    goods = [Goods("LIN-1", LINE_WON, "MER-1", 600)]
    lines = handed_over(goods, [Fee("FUL-1", 4_000)])
    post(key="bench:warm", event="bench", order_reference="", lines=lines, now=LATER)
    accounts = list(_accounts().values())

    def by_post(number: int) -> None:
        post(key=f"bench:{number}", event="bench", order_reference="", lines=lines, now=LATER)

    def by_hand(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO commerce_journal (reference, key, event, order_reference, posted_at)"
                " VALUES (%s, %s, 'bench', '', %s) RETURNING id",
                [f"JRN-BARE{number}", f"bare:{number}", LATER],
            )
            (journal,) = cursor.fetchone()
            cursor.executemany(
                "INSERT INTO commerce_ledgerentry (journal_id, account_id, amount_won,"
                " line_reference) VALUES (%s, %s, %s, %s)",
                [
                    (journal, account, line.amount_won, line.line_reference)
                    for account, line in zip(_cycle(accounts), lines, strict=False)
                ],
            )

    # In turn, so that both see the same load.
    taken = {by_post: 0.0, by_hand: 0.0}
    for number in range(POSTINGS):
        for way in taken:
            taken[way] += _seconds(lambda way=way, number=number: way(number))
    return taken[by_post], taken[by_hand]


def _cycle(accounts: list[int]) -> Iterator[int]:
    while True:
        yield from accounts


def _accounts() -> dict[str, int]:
    from commerce.settlement.models import LedgerAccount

    rows = LedgerAccount.objects.order_by("pk").values_list("kind", "owner_reference", "pk")
    return {f"{kind}:{owner}": pk for kind, owner, pk in rows}


def _settle(size: int, until_on: date) -> Settled:
    from django.db import connection

    from commerce.settlement import runs

    merchants, held, mall = _opened()
    with connection.cursor() as cursor:
        # A million journals would each be summed up when they commit; these are balanced.
        cursor.execute("ALTER TABLE commerce_ledgerentry DISABLE TRIGGER journal_balanced")
        cursor.execute(
            FILL,
            {
                "size": size,
                "now": NOW,
                "held": held,
                "mall": mall,
                "merchants": merchants,
                "merchant_count": len(merchants),
                "line_won": LINE_WON,
                "commission_won": COMMISSION_WON,
            },
        )
        cursor.execute("ALTER TABLE commerce_ledgerentry ENABLE TRIGGER journal_balanced")
        cursor.execute("ANALYZE commerce_ledgerentry, commerce_journal")
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE commerce_ledgerentry INCLUDING INDEXES)")
        cursor.execute(
            "INSERT INTO bare OVERRIDING SYSTEM VALUE SELECT * FROM commerce_ledgerentry"
            " WHERE account_id = ANY(%s) AND settlement_id IS NULL",
            [merchants],
        )
        cursor.execute("ANALYZE bare")

        def bare() -> None:
            """Sums and marks by merchant, on a copy with the same indexes and no rules."""
            cursor.execute(
                "UPDATE bare SET settlement_id = -summed.won"
                " FROM (SELECT account_id, sum(amount_won) AS won FROM bare GROUP BY account_id)"
                " AS summed WHERE summed.account_id = bare.account_id"
            )

        bare_seconds = _seconds(bare)
    before = _memory_mb()
    run = None

    def settle() -> None:
        nonlocal run
        run = runs.calculate(until_on=until_on, now=NOW)

    seconds = _seconds(settle)
    if run is None or run.total_won != size * (LINE_WON - COMMISSION_WON):
        raise RuntimeError("the run is not what was sold")
    return Settled(size, seconds, bare_seconds, _memory_mb() - before)


def _opened() -> tuple[list[int], int, int]:
    """Account row numbers: the merchants', what is held, and the mall's."""
    from commerce.settlement.models import LedgerAccount

    def opened(kind: str, owner: str = "") -> int:
        return LedgerAccount.objects.get_or_create(kind=kind, owner_reference=owner)[0].pk

    return (
        [opened("merchant", f"MER-BENCH{n}") for n in range(MERCHANTS)],
        opened("held"),
        opened("commission"),
    )


def _seconds(action: Callable[[], None]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
