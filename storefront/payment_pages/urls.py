"""Without a slash at the end where a gateway calls: it follows no redirect."""

from django.urls import path

from storefront.payment_pages import hooks

urlpatterns = [
    path("hooks/<str:gateway>", hooks.hook, name="payment_hook"),
]
