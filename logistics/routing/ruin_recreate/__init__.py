"""The compiled engine: ruin and recreate."""

from logistics.routing.ruin_recreate.engine import RuinRecreate

__all__ = ["RuinRecreate"]
