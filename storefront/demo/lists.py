"""Lists on the home page and on ``/picks/``, one by each rule that a list can have."""

from datetime import datetime

from commerce.catalogue import featured
from commerce.catalogue.models import Category, FeaturedList, RankingRule
from commerce.orders.models import Order

# Title, English title, rule, category; in the order in which they are shown.
LISTS = (
    ("많이 담은 것", "Most bought", RankingRule.MOST_BOUGHT, ""),
    ("가게마다 하나씩", "One from each stall", RankingRule.BY_TURN, ""),
    ("새로 나온 반찬", "New side dishes", RankingRule.NEWEST, "banchan"),
)


def load_lists(now: datetime) -> None:
    """Before the first order; afterwards they are the operator's."""
    if FeaturedList.objects.exists() or Order.objects.exists():
        return
    for title, title_en, rule, slug in LISTS:
        category = Category.objects.get(slug=slug) if slug else None
        featured.add(title=title, title_en=title_en, rule=rule, category=category, now=now)
