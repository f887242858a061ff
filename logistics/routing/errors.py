"""The root of every refusal the routing engine makes."""

from typing import ClassVar


class RoutingError(Exception):
    """A coded refusal. ``field`` names the input at fault, ``data`` holds facts for the message."""

    code: ClassVar[str] = "ROUTING_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, field: str = "", **data: object) -> None:
        super().__init__(self.code, field, data)
        self.field = field
        self.data = data


class BadProblem(RoutingError):
    """The problem as a whole cannot be planned: its matrices do not belong together."""

    code = "BAD_PROBLEM"


class UnknownEngine(RoutingError):
    code = "UNKNOWN_ENGINE"


class BadChange(RoutingError):
    """A change names what the problem does not have, or brings matrices that are too small."""

    code = "BAD_CHANGE"


class StopNotUnserved(RoutingError):
    """Only a stop that the plan leaves unserved can be explained."""

    code = "STOP_NOT_UNSERVED"
