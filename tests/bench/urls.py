from django.urls import path

from storefront.config.urls import handler403, handler404, handler500, urlpatterns
from tests.bench import bare

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("bare/", bare.one_query),
    path("bare/c/<slug:slug>/", bare.shelf),
    path("bare/search/", bare.search),
    path("bare/p/<str:reference>/", bare.product),
    *urlpatterns,
]
