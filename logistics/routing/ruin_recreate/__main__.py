"""``python -m logistics.routing.ruin_recreate``: compiles the engine ahead of its first use."""

from logistics.routing.ruin_recreate.ahead import compile_ahead

compile_ahead()
