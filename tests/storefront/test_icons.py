"""An icon that is asked for is in the sheet of icons; else its place stays empty."""

import re
from pathlib import Path

STOREFRONT = Path(__file__).parents[2] / "storefront"


def test_every_icon_of_a_template_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z-]+)"', (STOREFRONT / "static" / "icons.svg").read_text()))
    pages = (page.read_text() for page in (STOREFRONT / "templates").rglob("*.html"))
    used = {name for page in pages for name in re.findall(r'{% icon "([a-z-]+)"', page)}
    assert used
    assert used <= drawn
