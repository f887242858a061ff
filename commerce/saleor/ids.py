"""Saleor's global ids: base64 of ``Type:key``."""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

from commerce.saleor.errors import BadId


@dataclass(frozen=True)
class GlobalId:
    """``str()`` is what Saleor takes. A method of an app is of type ``app``, key ``<app>:<id>``."""

    type: str
    key: str

    @classmethod
    def parse(cls, text: str, *, expected: str = "") -> Self:
        """BadId when it is none, or one of another type than ``expected``."""
        try:
            kind, colon, key = b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise BadId(f"{text!r} is not a global id") from error
        if not (kind and colon and key):
            raise BadId(f"{text!r} is not a global id")
        if expected and kind != expected:
            raise BadId(f"{text!r} is of type {kind}, not {expected}")
        return cls(kind, key)

    def __str__(self) -> str:
        return b64encode(f"{self.type}:{self.key}".encode()).decode()


@dataclass(frozen=True)
class ShippingMethodIds:
    """The two ids of one built-in shipping method."""

    key: str

    @classmethod
    def of(cls, text: str) -> Self:
        """From either of the two. BadId for anything else, a method of an app too."""
        id_ = GlobalId.parse(text)
        if id_.type not in ("ShippingMethod", "ShippingMethodType"):
            raise BadId(f"{text!r} is of type {id_.type}, not a built-in shipping method")
        return cls(id_.key)

    @property
    def in_admin(self) -> str:
        """Where methods are made and listed; drafts take both."""
        return str(GlobalId("ShippingMethodType", self.key))

    @property
    def in_checkout(self) -> str:
        """In checkouts, in orders and in the filter webhook."""
        return str(GlobalId("ShippingMethod", self.key))
