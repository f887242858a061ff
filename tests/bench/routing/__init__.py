"""``python -m tests.bench.routing``: what the route engine is to reach, and whether it does."""
