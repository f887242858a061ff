"""The clock alone. It knows when but not what, so it loads neither models nor tasks."""

import os
import sys

from celery import Celery

from storefront.config.schedule import BEAT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.config.settings")

app = Celery("mall", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT

if __name__ == "__main__":
    # As `celery -A storefront.config.beat beat` would, a second sooner: its command line loads
    # an interactive shell first.
    app.Beat(schedule=sys.argv[1], loglevel="INFO").run()
