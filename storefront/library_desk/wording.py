"""What the desk calls the states of loans and bundles."""

from django.utils.translation import gettext as _

from commerce.books.models import BundleStatus, LoanStatus


def loan_states() -> dict[str, str]:
    """The states a loan under way can be in, in their order."""
    return {
        LoanStatus.REQUESTED: _("포장할 것"),
        LoanStatus.PACKED: _("포장 완료"),
        LoanStatus.OUT: _("가는 중"),
        LoanStatus.ON_LOAN: _("대출 중"),
        LoanStatus.COLLECTION_BOOKED: _("수거 예약"),
        LoanStatus.IN_VAN_BACK: _("돌아오는 중"),
    }


def bundle_states() -> dict[str, str]:
    return {
        BundleStatus.AVAILABLE: _("빌릴 수 있음"),
        BundleStatus.RESERVED: _("신청됨"),
        BundleStatus.PACKED: _("포장 완료"),
        BundleStatus.OUT: _("가는 중"),
        BundleStatus.ON_LOAN: _("대출 중"),
        BundleStatus.COLLECTION_BOOKED: _("수거 예약"),
        BundleStatus.IN_VAN_BACK: _("돌아오는 중"),
        BundleStatus.QUARANTINE: _("소독·정리"),
        BundleStatus.INCOMPLETE: _("빠진 책 있음"),
        BundleStatus.WITHDRAWN: _("쓰지 않음"),
    }
