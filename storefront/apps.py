from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "storefront"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tasks asked for anywhere, the web process too, go to our broker and not to a default."""
        from storefront.config import celery  # noqa: F401
