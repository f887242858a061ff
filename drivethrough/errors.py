"""The root of every refusal this capability makes; storefront turns codes into words."""

from typing import ClassVar


class DrivethroughError(Exception):
    """A coded refusal. Nothing was changed when it is raised.

    ``field`` names the input at fault ("" when none), ``data`` holds JSON-ready facts for the
    message.
    """

    code: ClassVar[str] = "DRIVETHROUGH_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, field: str = "", **data: object) -> None:
        super().__init__(self.code, field, data)
        self.field = field
        self.data = data


class NotFound(DrivethroughError):
    """No row has this reference, or it is not the caller's to see."""

    code = "NOT_FOUND"


class KeyReused(DrivethroughError):
    """The key already names something else; the same key must ask for the same thing."""

    code = "KEY_REUSED"


class InvalidTransition(DrivethroughError):
    """This cannot follow from how things stand: data ``now`` and ``allowed``."""

    code = "INVALID_TRANSITION"
