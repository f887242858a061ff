"""What goes wrong with Saleor, by name.

A ``SaleorError`` is about asking: no answer, a bad question, a bad token. It is for operators, and
does not say that nothing was done. A refusal is Saleor's no to something that was understood: one
of ``commerce.core.errors`` where the port has a name for it, else one of those at the end.
"""

from typing import ClassVar

from commerce.core.errors import CoreUnavailable
from commerce.errors import CommerceError


class SaleorError(CoreUnavailable):
    """The root of failures to ask. Neither tokens nor stack traces are ever in its words."""

    retryable: ClassVar[bool] = False


class Misconfigured(SaleorError):
    """An address or a token that no request could be made with."""


class Unavailable(SaleorError):
    """No answer, or one of a server in trouble. A mutation may have been carried out: read what
    it was about before asking again."""

    retryable = True


class Unreadable(SaleorError):
    """An answer that is not GraphQL's: a proxy, another server, a wrong address."""


class BadRequest(SaleorError):
    """The question itself: syntax, an unknown field, a variable of the wrong type, a batch."""


class QueryTooCostly(BadRequest):
    """``cost`` is above ``limit``: ask for smaller pages."""

    def __init__(self, cost: int, limit: int) -> None:
        super().__init__(f"the query costs {cost}, more than {limit}")
        self.cost = cost
        self.limit = limit


class NotAllowed(SaleorError):
    """The app lacks a permission, does not own the transaction, or its token is no good.

    Saleor takes whoever has a wrong token for an anonymous visitor; only ``Client.identity`` tells.
    """


class TokenRefused(NotAllowed):
    """Saleor knows no app with this token: it is wrong or revoked, or the app is switched off."""


class BadId(SaleorError):
    """An id that is not one, or one of another kind of thing."""


class Failed(SaleorError):
    """Any other failure inside Saleor; ``code`` is the name of its exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


class NotWholeWon(SaleorError):
    """An amount with a fraction: the channel is not one in won."""


class InvalidAddress(CommerceError):
    """``field`` is Saleor's: countryArea, city, postalCode … ``data``: address_type."""

    code = "ADDRESS_INVALID"


class OrderMovedOn(CommerceError):
    """The order is not, or no longer, in the status this step starts from. It may be done: read."""

    code = "ORDER_MOVED_ON"


class Refused(CommerceError):
    """A refusal we have no name for. ``data``: saleor_code, message (Saleor's English)."""

    code = "SALEOR_REFUSED"
