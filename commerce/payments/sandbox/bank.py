"""The sandbox's own shopper's bank (3-D Secure)."""

from commerce.payments.declines import Decline
from commerce.payments.sandbox.models import SandboxCharge


def decide(*, key: str, allows: bool) -> None:
    """What the shopper told the bank about the charge made with that key; only the first counts."""
    waiting = SandboxCharge.objects.filter(key=key, outcome="needs_action")
    if allows:
        waiting.update(outcome="paid")
    else:
        waiting.update(outcome="declined", decline_code=Decline.AUTHENTICATION_FAILED)
