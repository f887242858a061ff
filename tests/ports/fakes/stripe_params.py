"""Whether what Stripe is asked fits the types that its package ships (``stripe.params``)."""

import re
import sys
from functools import cache
from types import SimpleNamespace, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from urllib.parse import parse_qsl

from stripe import RequestOptions

Form = dict[str, Any]


def decoded(form: str) -> Form:
    """``a=1&b[c]=2&d[0]=3`` as ``{"a": "1", "b": {"c": "2"}, "d": {"0": "3"}}``."""
    asked: Form = {}
    for name, value in parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form)):
        *folders, last = re.findall(r"[^\[\]]+", name)
        place = asked
        for folder in folders:
            place = place.setdefault(folder, {})
        if last in place:
            raise ValueError(f"{name} twice")
        place[last] = value
    return asked


def misfit(asked: Form, kind: Any) -> str:
    """The first parameter that is missing, unknown or of another type; empty when all fit."""
    known = _types(kind)
    missing = sorted(kind.__required_keys__ - asked.keys())
    if missing:
        return missing[0]
    for name, value in asked.items():
        if name not in known:
            return name
        if not _fits(value, known[name]):
            return name
    return ""


@cache
def _types(kind: Any) -> dict[str, Any]:
    own = {n: a for n, a in kind.__annotations__.items() if n not in RequestOptions.__annotations__}
    holder = type(kind.__name__, (SimpleNamespace,), {"__annotations__": own})
    return get_type_hints(holder, globalns=vars(sys.modules[kind.__module__]))


def _fits(value: Any, wanted: Any) -> bool:
    origin, inner = get_origin(wanted), get_args(wanted)
    if is_typeddict(wanted):
        return isinstance(value, dict) and not misfit(value, wanted)
    if origin in (Union, UnionType):
        # Stripe adds a plain string to its lists of words, for words to come: not taken here.
        words = any(get_origin(choice) is Literal for choice in inner)
        return any(_fits(value, choice) for choice in inner if not (words and choice is str))
    if origin is Literal:
        return value in inner
    if origin is list:
        numbered = isinstance(value, dict) and list(value) == [str(n) for n in range(len(value))]
        return numbered and all(_fits(x, inner[0]) for x in value.values())
    if origin is dict:
        return isinstance(value, dict) and all(_fits(x, inner[1]) for x in value.values())
    if wanted is bool:
        return value in ("true", "false")
    if wanted is int:
        return isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value) is not None
    return wanted is str and isinstance(value, str) and value != ""
