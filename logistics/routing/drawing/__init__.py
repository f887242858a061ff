"""A plan as one HTML page that needs no network and no script."""

from logistics.routing.drawing.curve import Found
from logistics.routing.drawing.page import page

__all__ = ["Found", "page"]
