"""What each code says: (Korean, English). Says what happened, why, and what to do next.

A module for each capability, one entry a code, in alphabetical order. ``instances`` has the reasons
within one code, ``BAD_INSTANCE``.
``tests/storefront/test_refusals.py`` fails when a code is raised anywhere without words here.
"""

from storefront.refusal_words import commerce, drivethrough, logistics, storefront

WORDS = commerce.WORDS | drivethrough.WORDS | logistics.WORDS | storefront.WORDS
