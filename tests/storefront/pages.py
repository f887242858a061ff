"""Every address of the site, for tests that go through all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter
from django.urls.resolvers import RoutePattern


@dataclass(frozen=True)
class Page:
    route: str
    name: str
    view: Any
    converters: dict[str, Any]

    @property
    def from_allauth(self) -> bool:
        return self.route.startswith("accounts/")

    def url(self, value: str) -> str:
        """The address with ``value`` in every place that takes text."""
        path = "/" + self.route
        for name, converter in self.converters.items():
            filled = value
            if isinstance(converter, UUIDConverter):
                filled = "00000000-0000-4000-8000-000000000000"
            elif isinstance(converter, IntConverter):
                filled = "7"
            elif isinstance(converter, SlugConverter):
                filled = "junk"
            for spelled in (f"<{_kind(converter)}:{name}>", f"<{name}>"):
                path = path.replace(spelled, filled)
        return path


def _kind(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


def every_page() -> list[Page]:
    return list(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list[Any], prefix: str, converters: dict[str, Any]) -> Iterator[Page]:
    for entry in patterns:
        if not isinstance(entry.pattern, RoutePattern):
            continue  # allauth's confirmation links are regular expressions of its own
        route = prefix + str(entry.pattern)
        known = converters | entry.pattern.converters
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, known)
        elif isinstance(entry, URLPattern):
            yield Page(route, entry.name or route, entry.callback, known)
