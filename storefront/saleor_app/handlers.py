"""Who works off which event. An event that is not named here is only kept."""

from commerce.saleor.app.actions import Handler

HANDLERS: dict[str, Handler] = {}
