"""The mall's own settings and pages, and one bare page to compare them with."""

from storefront.config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
