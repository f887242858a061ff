"""How each kind of value is read from JSON, with where it stands for the refusal, and told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from logistics.routing.instance import BadInstance, Malformed

LARGEST = 10**12


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Part:
    """``read`` raises ``BadInstance``; ``tell`` gives what ``read`` reads back to the same."""

    read: Callable[[Any, str], Any]
    tell: Callable[[Any], Any] = _as_it_is


Parts = Mapping[str, Part]


def read_object(told: Any, where: str, needed: Parts, optional: Parts | None = None) -> Any:
    """The object's values by key. A key that is missing or not known is refused."""
    if not isinstance(told, dict):
        raise BadInstance(where or "file", reason=Malformed.NOT_OBJECT)
    parts = {**needed, **(optional or {})}
    for key in sorted((needed.keys() - told.keys()) | (told.keys() - parts.keys())):
        reason = Malformed.MISSING if key in needed else Malformed.NOT_UNDERSTOOD
        raise BadInstance(f"{where or 'file'}.{key[:40]}", reason=reason)
    return {
        key: parts[key].read(value, f"{where}.{key}" if where else key)
        for key, value in told.items()
    }


def read_list(told: Any, where: str, part: Part) -> list[Any]:
    if not isinstance(told, list):
        raise BadInstance(where, reason=Malformed.NOT_LIST)
    return [part.read(value, f"{where}[{number}]") for number, value in enumerate(told)]


def record(made: Callable[..., Any], needed: Parts, optional: Parts | None = None) -> Part:
    """An object of a dataclass. What is optional has the dataclass' default, and is told only where
    it differs."""
    defaults = {field.name: field.default for field in fields(made)}  # type: ignore[arg-type]

    def read(told: Any, where: str) -> Any:
        found = read_object(told, where, needed, optional)
        return made(**found)

    def tell(value: Any) -> dict[str, Any]:
        told = {key: part.tell(getattr(value, key)) for key, part in needed.items()}
        for key, part in (optional or {}).items():
            said = part.tell(getattr(value, key))
            if said != part.tell(defaults[key]):
                told[key] = said
        return told

    return Part(read, tell)


def many(part: Part) -> Part:
    return Part(
        lambda told, where: tuple(read_list(told, where, part)),
        lambda values: [part.tell(value) for value in values],
    )


def maybe(part: Part) -> Part:
    return Part(
        lambda told, where: None if told is None else part.read(told, where),
        lambda value: None if value is None else part.tell(value),
    )


def _number(told: Any, where: str) -> int:
    # True is an int to Python.
    if not isinstance(told, int) or isinstance(told, bool) or not -LARGEST <= told <= LARGEST:
        raise BadInstance(where, reason=Malformed.NOT_BETWEEN, least=-LARGEST, most=LARGEST)
    return told


def _text(told: Any, where: str) -> str:
    if not isinstance(told, str):
        raise BadInstance(where, reason=Malformed.NOT_TEXT)
    return told


def _truth(told: Any, where: str) -> bool:
    if not isinstance(told, bool):
        raise BadInstance(where, reason=Malformed.NOT_TRUTH)
    return told


def _words(told: Any, where: str) -> frozenset[str]:
    return frozenset(read_list(told, where, TEXT))


NUMBER, TEXT, TRUTH, WORDS = Part(_number), Part(_text), Part(_truth), Part(_words, sorted)
