"""Why no money moved, in our words; what the gateways say is translated here.

Sources, read in November 2026: https://docs.stripe.com/declines/codes,
https://docs.stripe.com/error-codes.
"""

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


# What is not listed is a plain CARD_DECLINED.
STRIPE_CARD = {
    "authentication_required": Decline.AUTHENTICATION_REQUIRED,
    "card_not_supported": Decline.CARD_NOT_SUPPORTED,
    "card_velocity_exceeded": Decline.LIMIT_EXCEEDED,
    "currency_not_supported": Decline.CARD_NOT_SUPPORTED,
    "expired_card": Decline.CARD_EXPIRED,
    "incorrect_cvc": Decline.CARD_DETAILS_WRONG,
    "incorrect_number": Decline.CARD_DETAILS_WRONG,
    "insufficient_funds": Decline.INSUFFICIENT_FUNDS,
    "invalid_cvc": Decline.CARD_DETAILS_WRONG,
    "invalid_expiry_month": Decline.CARD_DETAILS_WRONG,
    "invalid_expiry_year": Decline.CARD_DETAILS_WRONG,
    "invalid_number": Decline.CARD_DETAILS_WRONG,
    "payment_intent_authentication_failure": Decline.AUTHENTICATION_FAILED,
    "service_not_allowed": Decline.CARD_NOT_SUPPORTED,
    "setup_intent_authentication_failure": Decline.AUTHENTICATION_FAILED,
    "transaction_not_allowed": Decline.CARD_NOT_SUPPORTED,
    "withdrawal_count_limit_exceeded": Decline.LIMIT_EXCEEDED,
}
