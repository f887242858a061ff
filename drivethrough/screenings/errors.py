"""What screenings refuse."""

from drivethrough.errors import DrivethroughError


class ScreeningTitle(DrivethroughError):
    """A title is missing or too long: data ``longest``."""

    code = "SCREENING_TITLE"


class ScreeningTimes(DrivethroughError):
    """It must end being sold before it begins, and both lie ahead: data ``most`` days."""

    code = "SCREENING_TIMES"


class ScreeningThen(DrivethroughError):
    """Another one begins at the site at that moment."""

    code = "SCREENING_THEN"


class ScreeningDayClosed(DrivethroughError):
    """The site is shut that day."""

    code = "SCREENING_DAY_CLOSED"


class ScreeningClosed(DrivethroughError):
    """Past its cut-off: nothing is sold or given back any more."""

    code = "SCREENING_CLOSED"


class ScreeningCalledOff(DrivethroughError):
    code = "SCREENING_CALLED_OFF"


class BayUnknown(DrivethroughError):
    """No such number: data ``bays``."""

    code = "BAY_UNKNOWN"


class BayTaken(DrivethroughError):
    """Somebody else was quicker: data ``bay``."""

    code = "BAY_TAKEN"


class BaysAwaited(DrivethroughError):
    """A bay that is free is first for whoever waits for it."""

    code = "BAYS_AWAITED"


class BayHoldOver(DrivethroughError):
    """The bay is kept for this basket no longer: data ``bay``."""

    code = "BAY_HOLD_OVER"


class ScreeningHasRoom(DrivethroughError):
    """A bay can be had at once: data ``left``."""

    code = "SCREENING_HAS_ROOM"


class BayOfferOver(DrivethroughError):
    """The offered bay went to the next, or was never this one's."""

    code = "BAY_OFFER_OVER"


class CarHasBay(DrivethroughError):
    """This plate has a bay at this screening already."""

    code = "CAR_HAS_BAY"


class TicketUnknown(DrivethroughError):
    """No such ticket, or somebody else's, or another site's."""

    code = "TICKET_UNKNOWN"


class TicketUsed(DrivethroughError):
    """Its car is in already: data ``time`` and ``bay``."""

    code = "TICKET_USED"


class TicketOver(DrivethroughError):
    """Cancelled, or its screening was called off."""

    code = "TICKET_OVER"


class TicketOtherDay(DrivethroughError):
    """Its screening is on another day: data ``on`` and ``time``."""

    code = "TICKET_OTHER_DAY"


class TicketChoiceOver(DrivethroughError):
    """It was not called off, was answered otherwise, or the time to answer is over."""

    code = "TICKET_CHOICE_OVER"


class ScreeningNoSwap(DrivethroughError):
    """That screening costs something else, or has no bay left for it."""

    code = "SCREENING_NO_SWAP"
