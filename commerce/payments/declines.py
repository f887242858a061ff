"""Why no money moved, in our words; what the gateways say is translated here."""

from enum import StrEnum


class Decline(StrEnum):
    # Also lost, stolen and suspected cards: whoever holds one is told no more.
    CARD_DECLINED = "card_declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"
    CARD_EXPIRED = "card_expired"
    CARD_DETAILS_WRONG = "card_details_wrong"
    CARD_NOT_SUPPORTED = "card_not_supported"
    AUTHENTICATION_REQUIRED = "authentication_required"  # off session, and nobody is there
    AUTHENTICATION_FAILED = "authentication_failed"
    NOT_FINISHED = "not_finished"  # the shopper left in between
    VOIDED = "voided"
    REJECTED = "rejected"  # the question itself; the log says why
    # Of captures, refunds and transfers.
    NO_SUCH_CHARGE = "no_such_charge"
    MORE_THAN_CHARGED = "more_than_charged"
    REFUND_REFUSED = "refund_refused"
    NO_SUCH_ACCOUNT = "no_such_account"
    BALANCE_TOO_LOW = "balance_too_low"
    TRANSFER_REFUSED = "transfer_refused"
