from django.apps import AppConfig


class DrivethroughConfig(AppConfig):
    name = "drivethrough"
    default_auto_field = "django.db.models.BigAutoField"
