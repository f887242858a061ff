from django.urls import path

from storefront.merchant_desk import (
    desk,
    home,
    orders,
    product_forms,
    product_sheets,
    products,
    sign_up,
    statement,
)

urlpatterns = [
    path("", home.home, name="merchant_home"),
    path("apply/", sign_up.apply, name="merchant_apply"),
    path("switch/", desk.switch, name="merchant_switch"),
    path("orders/", orders.orders, name="merchant_orders"),
    path("orders/pick-list/", orders.picking, name="merchant_pick_list"),
    path("orders/lines/<str:reference>/ready/", orders.line_ready, name="merchant_line_ready"),
    path("orders/<str:reference>/ready/", orders.part_ready, name="merchant_part_ready"),
    path("products/", products.products, name="merchant_products"),
    path("products/new/", product_forms.new, name="merchant_new_product"),
    path("products/sheet/", product_sheets.sheet, name="merchant_sheet"),
    path("products/sheet/template/", product_sheets.template, name="merchant_sheet_template"),
    path("products/sheet/export/", product_sheets.export, name="merchant_sheet_export"),
    path("products/sheet/<str:reference>/", product_sheets.sent, name="merchant_import"),
    path("products/sheet/<str:reference>/part/", product_sheets.part, name="merchant_import_part"),
    path(
        "products/sheet/<str:reference>/confirm/",
        product_sheets.confirm,
        name="merchant_import_confirm",
    ),
    path("products/<str:reference>/", product_forms.product, name="merchant_product"),
    path("products/<str:reference>/picture/", product_forms.picture, name="merchant_picture"),
    path("products/<str:reference>/units/", product_forms.add_unit, name="merchant_add_unit"),
    path("products/<str:reference>/publish/", products.publish, name="merchant_publish"),
    path("products/<str:reference>/withdraw/", products.withdraw, name="merchant_withdraw"),
    path("products/<str:reference>/<str:variant>/count/", products.count, name="merchant_count"),
    path("statement/", statement.show, name="merchant_statement"),
    path("statement/<str:reference>/", statement.settlement, name="merchant_settlement"),
]
