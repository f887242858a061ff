"""Reads one HTTP answer of Saleor: its data, its cost, or what was wrong with the question."""

import re
from decimal import Decimal
from typing import Any

import httpx

from commerce.saleor.cost import Cost
from commerce.saleor.errors import (
    BadId,
    BadRequest,
    Failed,
    NotAllowed,
    QueryTooCostly,
    SaleorError,
    Unreadable,
)

LONGEST_MESSAGE = 200
# What follows is the variable itself: people's names and addresses, which belong in no log.
VALUE_TOLD = re.compile(r"(?<=got invalid value).*", re.DOTALL)


def parse(response: httpx.Response) -> dict[str, Any]:
    """The JSON object, its numbers as Decimal. Unreadable."""
    try:
        body = response.json(parse_float=Decimal)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not (_has_errors(body) or isinstance(body.get("data"), dict)):
        raise Unreadable(f"HTTP {response.status_code}, not GraphQL's words")
    return body


def cost(body: dict[str, Any]) -> Cost | None:
    """Saleor reckons it for every query that it could read."""
    told = (body.get("extensions") or {}).get("cost")
    if not told:
        return None
    return Cost(requested=told["requestedQueryCost"], limit=told["maximumAvailable"])


def data(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """What was asked for. A part of it that was refused is a failure of the whole.

    Raises BadRequest, QueryTooCostly, NotAllowed, BadId, Failed.
    """
    if _has_errors(body):
        raise _fault(status, body)
    found: dict[str, Any] = body["data"]
    return found


def message(text: object) -> str:
    """Saleor's words as far as they may be repeated: one line, without values that we sent."""
    told = VALUE_TOLD.sub("", str(text or ""))
    return told.partition("\n")[0][:LONGEST_MESSAGE]


def _has_errors(body: dict[str, Any]) -> bool:
    errors = body.get("errors")
    return isinstance(errors, list) and bool(errors) and isinstance(errors[0], dict)


def _fault(status: int, body: dict[str, Any]) -> SaleorError:
    error = body["errors"][0]
    code = _code(error)
    told = message(error.get("message"))
    reckoned = cost(body)
    if code == "QueryCostError" and reckoned:
        return QueryTooCostly(reckoned.requested, reckoned.limit)
    # 401: the shop lets no anonymous visitors in, and takes a wrong token for one.
    if code == "PermissionDenied" or status == 401:
        return NotAllowed(told)
    if status >= 400:
        return BadRequest(told)
    if told.startswith("Invalid ID"):
        return BadId(told)
    return Failed(code, told)


def _code(error: dict[str, Any]) -> str:
    """``extensions.exception.code``. Beside it, with DEBUG on, is a stack trace: left there."""
    exception = (error.get("extensions") or {}).get("exception") or {}
    return str(exception.get("code") or "unknown")
