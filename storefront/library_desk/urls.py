from django.urls import path

from storefront.library_desk import bundles, check_in, compose, loans, statistics, today

urlpatterns = [
    path("", today.home, name="library_home"),
    path("loans/", loans.loans, name="library_loans"),
    path("loans/<str:loan>/pack/", loans.pack, name="library_pack"),
    path("loans/<str:loan>/check-in/", check_in.check_in, name="library_check_in"),
    path("bundles/", bundles.bundles, name="library_bundles"),
    path("bundles/new/", compose.compose, name="library_compose"),
    path("bundles/<str:bundle>/", bundles.bundle, name="library_bundle"),
    path("bundles/<str:bundle>/release/", bundles.release, name="library_release"),
    path("bundles/<str:bundle>/found/", bundles.found, name="library_found"),
    path("statistics/", statistics.statistics, name="library_statistics"),
]
