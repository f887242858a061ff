"""Without a slash at the end where a gateway calls: it follows no redirect."""

from django.urls import path

from storefront.payment_pages import hooks, sandbox_bank

urlpatterns = [
    path("hooks/<str:gateway>", hooks.hook, name="payment_hook"),
    path("sandbox/bank/<str:reference>/", sandbox_bank.bank, name="sandbox_bank"),
]
