"""A merchant's photo made fit to show: upright, small, and without where and when it was taken."""

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from commerce.errors import CommerceError

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LARGE_SIDE, THUMBNAIL_SIDE = 960, 480  # pixels; the picture fits into a square of this side
FORMATS = ("JPEG", "PNG", "WEBP")

# What Pillow lets through when a file is not what it says.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, struct.error, zlib.error)


class PictureUnreadable(CommerceError):
    code = "PICTURE_UNREADABLE"


class PictureTooLarge(CommerceError):
    code = "PICTURE_TOO_LARGE"


@dataclass(frozen=True)
class Picture:
    """Two WebP files of one photo."""

    large: bytes
    thumbnail: bytes


def prepared(content: bytes) -> Picture:
    """Raises PictureTooLarge above 10 MB or 40 megapixels, PictureUnreadable for anything else."""
    if len(content) > LARGEST_BYTES:
        raise PictureTooLarge("picture", megabytes=LARGEST_BYTES // 1024**2)
    try:
        return _shrunk(content)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except BROKEN as error:
        raise PictureUnreadable("picture") from error


def _shrunk(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
        # Only the header has been read so far: a small file of endless pixels stops here.
        if photo.width * photo.height > LARGEST_PIXELS:
            raise _too_many_pixels()
        photo.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
        small = photo.convert("RGBA")
    small.thumbnail((LARGE_SIDE, LARGE_SIDE))
    upright = ImageOps.exif_transpose(small)
    # A new image has pixels only; EXIF, GPS, comments and colour profiles stay behind.
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    return Picture(large=_webp(clean, LARGE_SIDE), thumbnail=_webp(clean, THUMBNAIL_SIDE))


def _webp(photo: Image.Image, side: int) -> bytes:
    small = photo.copy()
    small.thumbnail((side, side))
    file = io.BytesIO()
    small.save(file, "WEBP", quality=82, method=1)  # half the time for a tenth more bytes
    return file.getvalue()


def _too_many_pixels() -> PictureTooLarge:
    return PictureTooLarge("picture", megapixels=LARGEST_PIXELS // 1_000_000)
