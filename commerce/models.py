"""Every table of the capability, listed by name so that Django finds them."""

from commerce.basket.models import Basket, BasketLine
from commerce.books.models import Bundle, Child, Copy, Library, Loan, Title
from commerce.boxes.models import Box, Cycle, Renewal, Subscription
from commerce.catalogue.models import Category, FeaturedList, Product, Variant
from commerce.core.models import (
    CoreDifference,
    CoreEntry,
    CoreLine,
    CoreOrder,
    CoreProduct,
    CoreStep,
)
from commerce.customers.models import Address, Customer
from commerce.favourites.models import Favourite
from commerce.harvests.models import Harvest, HarvestShare
from commerce.merchants.models import Market, Merchant, MerchantClosing
from commerce.orders.models import Fulfilment, Order, OrderLine, Substitution
from commerce.parcels.models import Parcel
from commerce.payments.models import (
    Chargeback,
    GatewayEvent,
    Payment,
    PaymentShare,
    Refund,
    RefundShare,
)
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund, SandboxTransfer
from commerce.product_sheets.models import ProductImport
from commerce.receipts.models import CashReceipt
from commerce.returns.models import ReturnPhoto, ReturnRequest
from commerce.reviews.models import Review
from commerce.saleor.app.models import Delivery, Installation
from commerce.saleor.models import SaleorId
from commerce.settlement.models import (
    CarriedDebt,
    CommissionProposal,
    CommissionRule,
    GatewayDifference,
    GatewayFile,
    Journal,
    LedgerAccount,
    LedgerEntry,
    Payout,
    Settlement,
    SettlementRun,
    TillCount,
    TillLine,
)
from commerce.stock.models import Allocation, StockHold, StockRecord
from commerce.vouchers.models import Batch, Programme, Recharge, Voucher, WrongCode

__all__ = [
    "Address",
    "Allocation",
    "Basket",
    "BasketLine",
    "Batch",
    "Box",
    "Bundle",
    "CarriedDebt",
    "CashReceipt",
    "Category",
    "Chargeback",
    "Child",
    "CommissionProposal",
    "CommissionRule",
    "Copy",
    "CoreDifference",
    "CoreEntry",
    "CoreLine",
    "CoreOrder",
    "CoreProduct",
    "CoreStep",
    "Customer",
    "Cycle",
    "Delivery",
    "Favourite",
    "FeaturedList",
    "Fulfilment",
    "GatewayDifference",
    "GatewayEvent",
    "GatewayFile",
    "Harvest",
    "HarvestShare",
    "Installation",
    "Journal",
    "LedgerAccount",
    "LedgerEntry",
    "Library",
    "Loan",
    "Market",
    "Merchant",
    "MerchantClosing",
    "Order",
    "OrderLine",
    "Parcel",
    "Payment",
    "PaymentShare",
    "Payout",
    "Product",
    "ProductImport",
    "Programme",
    "Recharge",
    "Refund",
    "RefundShare",
    "Renewal",
    "ReturnPhoto",
    "ReturnRequest",
    "Review",
    "SaleorId",
    "SandboxCharge",
    "SandboxRefund",
    "SandboxTransfer",
    "Settlement",
    "SettlementRun",
    "StockHold",
    "StockRecord",
    "Subscription",
    "Substitution",
    "TillCount",
    "TillLine",
    "Title",
    "Variant",
    "Voucher",
    "WrongCode",
]
