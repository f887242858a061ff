"""The root of every refusal this capability makes; storefront turns codes into words."""

from typing import ClassVar


class LogisticsError(Exception):
    """A coded refusal. Nothing was changed when it is raised.

    ``field`` names the input at fault ("" when none), ``data`` holds JSON-ready facts for the
    message.
    """

    code: ClassVar[str] = "LOGISTICS_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, field: str = "", **data: object) -> None:
        super().__init__(self.code, field, data)
        self.field = field
        self.data = data
