"""Tells nobody: for trying the mall out. Numbers that end in 0000 are refused."""

from hashlib import sha256

from commerce.receipts.port import Issued, NotIssued, Told

REFUSED_ENDING = "0000"
APPROVAL_DIGITS = 9


class SandboxCashReceipts:
    def issue(self, told: Told) -> Issued | NotIssued:
        """The number follows from the key, so a repeat gets the same one after any restart."""
        if told.identifier.endswith(REFUSED_ENDING):
            return NotIssued("identifier_unknown")
        number = int(sha256(told.key.encode()).hexdigest(), 16) % 10**APPROVAL_DIGITS
        return Issued(f"{number:0{APPROVAL_DIGITS}}")
