from django.urls import path

from storefront.helper_desk import lines, phone_orders

urlpatterns = [
    path("", lines.home, name="helper_home"),
    path("lines/<str:reference>/ready/", lines.line_ready, name="helper_line_ready"),
    path("lines/<str:reference>/short/", lines.line_short, name="helper_line_short"),
    path("phone/", phone_orders.phone_order, name="helper_phone_order"),
    path("phone/taken/", phone_orders.taken, name="helper_phone_order_taken"),
    path("substitutes/<str:reference>/", lines.substitute, name="helper_substitute"),
]
