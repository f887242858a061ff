"""Without a slash at the end: a Saleor follows no redirect, and takes one for a final no."""

from django.urls import path

from storefront.saleor_app import (
    deliveries,
    install,
    manifest,
    order_widget,
    payments,
    shipping_methods,
)

urlpatterns = [
    path("manifest", manifest.manifest, name="saleor_manifest"),
    path("install", install.install, name="saleor_install"),
    path("deliveries", deliveries.deliveries, name="saleor_deliveries"),
    path("shipping-methods", shipping_methods.shipping_methods, name="saleor_shipping_methods"),
    path("payments", payments.payments, name="saleor_payments"),
    path("order", order_widget.order, name="saleor_order"),
]
