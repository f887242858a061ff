"""Barcodes as a scanner or a person gives them."""

import re
import unicodedata

LONGEST = 20


def as_barcode(text: str) -> str:
    """Capitals and digits as printed on the label; what cannot be one becomes ""."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    return said if len(said) <= LONGEST else ""


def as_barcodes(text: str) -> list[str]:
    """One a line, or between spaces or commas; each once, in the order given."""
    said = (as_barcode(part) for part in re.split(r"[\s,;]+", text))
    return list(dict.fromkeys(barcode for barcode in said if barcode))
