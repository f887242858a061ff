"""One constraint, one broken plan, exactly one violation."""
