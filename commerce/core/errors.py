"""What a core refuses, by name, and that it does not answer."""

from commerce.errors import CommerceError


class CoreUnavailable(Exception):
    """No answer, or none that settles anything. It may have been done: ask again."""


class ProductInvalid(CommerceError):
    """The core does not take the product as it is. ``field``: the core's name for it."""

    code = "PRODUCT_INVALID"


class NotPublished(CommerceError):
    """``data``: ``variant``, unknown to the core or not for sale in it."""

    code = "NOT_PUBLISHED"


class OutOfStock(CommerceError):
    """``data``: ``variant``, ``left``."""

    code = "OUT_OF_STOCK"


class CoreKeyReused(CommerceError):
    """A reference or key that was used for something else. ``data``: ``key``."""

    code = "CORE_KEY_REUSED"


class CoreOrderUnknown(CommerceError):
    code = "CORE_ORDER_UNKNOWN"


class CoreOrderEnded(CommerceError):
    """Cancelled or expired: it holds no stock any more. ``data``: ``status``."""

    code = "CORE_ORDER_ENDED"


class CoreOrderPaid(CommerceError):
    code = "CORE_ORDER_PAID"


class CoreOrderFulfilled(CommerceError):
    """Some of it has left."""

    code = "CORE_ORDER_FULFILLED"


class OverFulfilled(CommerceError):
    """``data``: ``line``, ``left``."""

    code = "OVER_FULFILLED"


class Overpaid(CommerceError):
    """``data``: ``left_won``, still to pay."""

    code = "OVERPAID"


class OverRefund(CommerceError):
    """``data``: ``left_won``, still to be had back."""

    code = "OVER_REFUND"
