from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from etude.core.errors import Refused
from etude.kinds.upload.heic import blot_out_place

SECRET = "Rue du Secret"


@pytest.fixture(scope="module")
def photo() -> bytes:
    """An AVIF of Pillow's: the same boxes as a HEIC, with another coding of the pixels."""
    exif = Image.Exif()
    exif[0x010F] = SECRET
    target = io.BytesIO()
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    Image.new("RGB", (32, 32), "teal").save(target, "AVIF", exif=exif, xmp=xmp)
    return target.getvalue()


def blotted(data: bytes) -> bytes:
    file = io.BytesIO(data)
    blot_out_place(file)
    return file.getvalue()


def test_camera_data_and_xmp_are_overwritten_and_nothing_moves(photo: bytes) -> None:
    assert photo.count(SECRET.encode()) == 2

    cleaned = blotted(photo)

    assert SECRET.encode() not in cleaned
    assert len(cleaned) == len(photo)


def test_the_pixels_stay_as_they_were(photo: bytes) -> None:
    with Image.open(io.BytesIO(photo)) as before, Image.open(io.BytesIO(blotted(photo))) as after:
        assert after.tobytes() == before.tobytes()


def test_a_box_of_its_own_for_xmp_is_overwritten_too(photo: bytes) -> None:
    data = photo + struct.pack(">I4s", 8 + 16 + len(SECRET), b"uuid") + bytes(16) + SECRET.encode()

    assert SECRET.encode() not in blotted(data)


@pytest.mark.parametrize("at", [4, 60, 200])
def test_a_file_that_is_cut_off_is_refused(photo: bytes, at: int) -> None:
    with pytest.raises(Refused, match="HEIC"):
        blotted(photo[:at])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack(">I4s4s", 12, b"ftyp", b"heic"),
        struct.pack(">I4s", 8, b"ftyp") + struct.pack(">I4s", 4, b"meta"),
        struct.pack(">I4sQ", 1, b"meta", 1 << 63),
        struct.pack(">I4sI", 12, b"meta", 0),
        struct.pack(">I4sI", 12, b"moov", 0),
    ],
    ids=["empty", "no meta", "size too small", "size too large", "empty meta", "a film"],
)
def test_a_file_that_is_not_built_as_expected_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="HEIC"):
        blotted(data)


def test_no_single_changed_byte_of_the_boxes_makes_it_fail_otherwise(photo: bytes) -> None:
    length = photo.index(b"mdat") if b"mdat" in photo else len(photo)

    for at in range(length):
        data = bytearray(photo)
        data[at] ^= 0xFF
        try:
            cleaned = blotted(bytes(data))
        except Refused:
            continue
        assert len(cleaned) == len(photo)
