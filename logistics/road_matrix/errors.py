"""What a source of road durations refuses. ``mall doctor`` asks it and says what to do."""

from logistics.errors import LogisticsError


class RoadsSilent(LogisticsError):
    """No answer, too late an answer, or a server that is busy or broken. ``data``: url, reason."""

    code = "ROADS_SILENT"
    retryable = True


class RoadsRefused(LogisticsError):
    """An answer, but not a table. ``data``: reason, e.g. OSRM's own ``TooBig``, and its words."""

    code = "ROADS_REFUSED"


class RoadsUnusable(LogisticsError):
    """The settings name a package, data or an address that cannot be used. ``data``: reason."""

    code = "ROADS_UNUSABLE"
