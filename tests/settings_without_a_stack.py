"""The real settings with addresses where nobody answers: for tools that only read the code."""

import os

os.environ.setdefault("MALL_SECRET_KEY", "only-for-checks")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/nothing?host=/nowhere")

from storefront.config.settings import *  # noqa: F403
