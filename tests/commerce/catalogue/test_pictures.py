import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from commerce.catalogue.pictures import (
    LARGEST_BYTES,
    PictureTooLarge,
    PictureUnreadable,
    prepared,
)

ROTATED_RIGHT = 6  # EXIF: turn a quarter clockwise to see it upright


def a_photo(*, size=(1_200, 800), mode="RGB", colour="red", kind="JPEG", **options):
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def an_exif():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = ROTATED_RIGHT
    exif[ExifTags.Base.Model] = "Galaxy"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (37.0, 16.0, 39.4)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (127.0, 1.0, 6.2)
    return exif


def test_both_sizes_fit_their_square():
    picture = prepared(a_photo(size=(1_920, 1_080)))

    assert opened(picture.large).format == "WEBP"
    assert opened(picture.large).size == (960, 540)
    assert opened(picture.thumbnail).size == (480, 270)


def test_a_small_photo_is_not_blown_up():
    picture = prepared(a_photo(size=(300, 200)))

    assert opened(picture.large).size == (300, 200)
    assert opened(picture.thumbnail).size == (300, 200)


def test_where_the_photo_was_taken_is_gone():
    content = a_photo(exif=an_exif())
    assert opened(content).getexif().get_ifd(ExifTags.IFD.GPSInfo)  # it was there

    picture = prepared(content)

    for file in (picture.large, picture.thumbnail):
        assert dict(opened(file).getexif()) == {}
        assert "exif" not in opened(file).info
        assert b"Galaxy" not in file


def test_a_photo_held_sideways_is_turned_upright():
    file = io.BytesIO()
    photo = Image.new("RGB", (1_200, 800), "red")
    photo.paste("blue", (0, 0, 600, 800))  # left half; upright it is the upper half
    photo.save(file, "JPEG", exif=an_exif())

    large = opened(prepared(file.getvalue()).large)

    assert large.size == (640, 960)
    assert large.getpixel((320, 100))[2] > 200
    assert large.getpixel((320, 860))[0] > 200


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [
        ("RGB", "red", "PNG"),
        ("P", 3, "PNG"),
        ("L", 128, "JPEG"),
        ("CMYK", (0, 255, 255, 0), "JPEG"),
        ("RGBA", (255, 0, 0, 128), "WEBP"),
    ],
)
def test_every_usual_kind_of_photo_is_taken(mode, colour, kind):
    picture = prepared(a_photo(mode=mode, colour=colour, kind=kind))

    assert opened(picture.large).mode == "RGB"


def test_what_can_be_seen_through_becomes_white():
    picture = prepared(a_photo(mode="RGBA", colour=(255, 0, 0, 0), kind="PNG"))

    assert min(opened(picture.large).getpixel((10, 10))) > 250


def test_a_file_of_more_than_ten_megabytes_is_refused():
    with pytest.raises(PictureTooLarge) as refusal:
        prepared(b"\xff" * (LARGEST_BYTES + 1))
    assert refusal.value.data == {"megabytes": 10}


def test_a_small_file_of_too_many_pixels_is_refused():
    content = a_photo(size=(8_000, 5_001), mode="1", colour=0, kind="PNG")
    assert len(content) < 100_000

    with pytest.raises(PictureTooLarge) as refusal:
        prepared(content)
    assert refusal.value.data == {"megapixels": 40}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused():
    with pytest.raises(PictureTooLarge):
        prepared(a_photo(size=(20_000, 20_000), mode="1", colour=0, kind="PNG"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
        a_photo()[:2_000],
        a_photo(kind="GIF"),
    ],
    ids=["empty", "text", "svg", "broken png", "cut off", "gif"],
)
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(PictureUnreadable) as refusal:
        prepared(content)
    assert refusal.value.field == "picture"


@settings(max_examples=60)
@given(
    st.sampled_from([a_photo(size=(64, 48), exif=an_exif()), a_photo(size=(64, 48), kind="PNG")]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
)
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_damaged_photo_is_shown_or_refused_but_breaks_nothing(content, damage):
    damaged = bytearray(content)
    for place, value in damage:
        damaged[place % len(damaged)] = value
    try:
        prepared(bytes(damaged))
    except (PictureUnreadable, PictureTooLarge):
        return
