"""What comes back after it was handed over: withdrawals, and goods that were not as they should."""
