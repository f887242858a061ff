"""What Saleor reckons a query to cost, before it runs it."""

from dataclasses import dataclass

LARGEST_PAGE = 100
"""``first`` may not be more, whatever the query costs."""


@dataclass(frozen=True)
class Cost:
    """In Saleor's points; a query above ``limit`` (50,000) is refused unread."""

    requested: int
    limit: int

    def fit(self, page_size: int) -> int:
        """The page size to go on with, after one of ``page_size`` cost this much: 1 to 100.

        Cost grows with the page, but a part of it does not; so a page cut to measure may still
        cost too much, and is then cut again: it is smaller every time.
        """
        if self.requested <= 0:
            return LARGEST_PAGE
        return max(1, min(LARGEST_PAGE, page_size * self.limit // self.requested))
