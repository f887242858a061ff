"""Why no money moved, in our words; what the gateways say is translated here.

Sources, read in November 2026: https://docs.stripe.com/declines/codes,
https://docs.stripe.com/error-codes, https://docs.tosspayments.com/reference/error-codes.
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

# What is not listed settles nothing, whatever its HTTP status: Toss says PROVIDER_ERROR with 400
# when a card company was slow and may have taken the money.
TOSS_CHARGE = {
    "BELOW_MINIMUM_AMOUNT": Decline.REJECTED,
    "EXCEED_MAX_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_AUTH_COUNT": Decline.AUTHENTICATION_FAILED,
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN": Decline.CARD_NOT_SUPPORTED,
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_ONE_DAY_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXCEED_MAX_PAYMENT_AMOUNT": Decline.LIMIT_EXCEEDED,
    "EXPIRED_PAYMENT": Decline.NOT_FINISHED,
    "FDS_ERROR": Decline.CARD_DECLINED,
    "INVALID_BILL_KEY_REQUEST": Decline.REJECTED,
    "INVALID_CARD_EXPIRATION": Decline.CARD_EXPIRED,
    "INVALID_CARD_INSTALLMENT_PLAN": Decline.CARD_NOT_SUPPORTED,
    "INVALID_CARD_LOST_OR_STOLEN": Decline.CARD_DECLINED,
    "INVALID_CARD_NUMBER": Decline.CARD_DETAILS_WRONG,
    "INVALID_PASSWORD": Decline.CARD_DETAILS_WRONG,
    "INVALID_REJECT_CARD": Decline.CARD_DECLINED,
    "INVALID_REQUEST": Decline.REJECTED,
    "INVALID_STOPPED_CARD": Decline.CARD_DECLINED,
    "NOT_ALLOWED_POINT_USE": Decline.CARD_NOT_SUPPORTED,
    "NOT_FOUND_PAYMENT": Decline.REJECTED,
    "NOT_FOUND_PAYMENT_SESSION": Decline.NOT_FINISHED,
    "NOT_MATCHES_CUSTOMER_KEY": Decline.REJECTED,
    "NOT_REGISTERED_CARD_COMPANY": Decline.CARD_NOT_SUPPORTED,
    "NOT_SUPPORTED_CARD_TYPE": Decline.CARD_NOT_SUPPORTED,
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT": Decline.CARD_NOT_SUPPORTED,
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN": Decline.CARD_NOT_SUPPORTED,
    "PAY_PROCESS_ABORTED": Decline.NOT_FINISHED,
    "PAY_PROCESS_CANCELED": Decline.NOT_FINISHED,
    "REJECT_ACCOUNT_PAYMENT": Decline.INSUFFICIENT_FUNDS,
    "REJECT_CARD_COMPANY": Decline.CARD_DECLINED,
    "REJECT_CARD_PAYMENT": Decline.INSUFFICIENT_FUNDS,
    "REJECT_TOSSPAY_INVALID_ACCOUNT": Decline.CARD_DECLINED,
}

TOSS_CANCEL = {
    "ALREADY_CANCELED_PAYMENT": Decline.MORE_THAN_CHARGED,
    "ALREADY_REFUND_PAYMENT": Decline.MORE_THAN_CHARGED,
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT": Decline.REFUND_REFUSED,
    "EXCEED_CANCEL_LIMIT": Decline.REFUND_REFUSED,
    "EXCEED_MAX_REFUND_DUE": Decline.REFUND_REFUSED,
    "FORBIDDEN_BANK_REFUND_REQUEST": Decline.REFUND_REFUSED,
    "INVALID_REQUEST": Decline.REJECTED,
    "NOT_ALLOWED_PARTIAL_REFUND": Decline.REFUND_REFUSED,
    "NOT_CANCELABLE_AMOUNT": Decline.MORE_THAN_CHARGED,
    "NOT_CANCELABLE_PAYMENT": Decline.REFUND_REFUSED,
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER": Decline.REFUND_REFUSED,
    "NOT_FOUND_PAYMENT": Decline.NO_SUCH_CHARGE,
    "NOT_MATCHES_REFUNDABLE_AMOUNT": Decline.MORE_THAN_CHARGED,
    "REFUND_REJECTED": Decline.REFUND_REFUSED,
}
