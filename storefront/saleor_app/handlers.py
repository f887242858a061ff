"""Who works off which event. An event that is not named here is only kept."""

from datetime import datetime

from commerce.saleor.app.actions import Handler, Hint
from commerce.saleor.app.verifying import BodyMalformed
from storefront.journeys.follow_saleor_order import follow_order
from storefront.saleor_app.manifest import FULFILMENT_EVENTS, ORDER_EVENTS


def _follow(hint: Hint, now: datetime) -> None:
    order_id = hint.ids.get("order")
    if order_id is None:
        raise BodyMalformed("order")
    follow_order(api_url=hint.api_url, order_id=order_id, now=now)


# An event's name in the header is that of the manifest in small letters.
HANDLERS: dict[str, Handler] = {
    event.lower(): _follow for event in (*ORDER_EVENTS, *FULFILMENT_EVENTS)
}
