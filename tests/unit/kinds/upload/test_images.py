from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from etude.core.errors import Refused
from etude.kinds.upload import images

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
SECRET = "Rue du Secret"


def exif(*, orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[ORIENTATION] = orientation
    data[MAKE] = SECRET
    data.get_ifd(GPS)[1] = "N"
    data.get_ifd(GPS)[2] = (45.0, 30.0, 15.0)
    return data


def picture(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size)
    image.paste((200, 30, 30) if mode.startswith("RGB") else 200, (0, 0, size[0] // 2, size[1]))
    return image


def encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, image_format, **options)
    return target.getvalue()


def clean(data: bytes, media_type: str) -> bytes:
    target = io.BytesIO()
    images.clean_image(io.BytesIO(data), target, media_type)
    return target.getvalue()


def test_a_photo_loses_place_camera_and_comment() -> None:
    data = encoded(picture(), "JPEG", exif=exif(), comment=SECRET, xmp=f"<x>{SECRET}</x>".encode())
    assert SECRET.encode() in data

    cleaned = clean(data, "image/jpeg")

    assert SECRET.encode() not in cleaned
    with Image.open(io.BytesIO(cleaned)) as image:
        assert not image.getexif()
        assert {"comment", "xmp", "exif"}.isdisjoint(image.info)


def test_a_photo_taken_on_its_side_is_turned_upright() -> None:
    data = encoded(picture((40, 20)), "JPEG", exif=exif(orientation=6))

    with Image.open(io.BytesIO(clean(data, "image/jpeg"))) as image:
        assert image.size == (20, 40)


@pytest.mark.parametrize(("image_format", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_other_pictures_lose_their_metadata_as_well(image_format: str, media_type: str) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET)
    notes.add_itxt("XML:com.adobe.xmp", SECRET)
    options = {"pnginfo": notes} if image_format == "PNG" else {"xmp": SECRET.encode()}
    data = encoded(picture(mode="RGBA"), image_format, exif=exif(), **options)
    assert SECRET.encode() in data

    cleaned = clean(data, media_type)

    assert SECRET.encode() not in cleaned
    with Image.open(io.BytesIO(cleaned)) as image:
        assert image.size == (40, 20)
        assert image.mode == "RGBA"
        assert not image.getexif()


def test_a_png_keeps_every_pixel_and_its_transparency() -> None:
    original = picture(mode="RGBA")
    original.putalpha(77)

    with Image.open(io.BytesIO(clean(encoded(original, "PNG"), "image/png"))) as image:
        assert image.tobytes() == original.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_pictures_of_every_mode_survive(mode: str) -> None:
    is_cmyk = mode == "CMYK"
    data = encoded(Image.new(mode, (8, 8)), "JPEG" if is_cmyk else "PNG")

    with Image.open(io.BytesIO(clean(data, "image/jpeg" if is_cmyk else "image/png"))) as image:
        assert image.size == (8, 8)


@pytest.mark.parametrize(("image_format", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_moving_picture_keeps_moving(image_format: str, media_type: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], image_format, save_all=True, append_images=frames[1:], duration=[100, 300], loop=0)

    with Image.open(io.BytesIO(clean(data, media_type))) as image:
        assert image.n_frames == 2


def test_what_hides_behind_the_end_of_a_picture_is_gone() -> None:
    data = encoded(picture(), "JPEG") + b"PK\x03\x04 a zip behind the picture"

    assert b"PK\x03\x04" not in clean(data, "image/jpeg")


def test_a_gif_is_kept_as_it_is() -> None:
    data = encoded(picture(), "GIF")

    assert clean(data, "image/gif") == data


def test_a_large_photo_is_halved_while_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_DECODED_PIXELS", 30_000)

    with Image.open(io.BytesIO(clean(encoded(picture((400, 200)), "JPEG"), "image/jpeg"))) as image:
        assert image.size == (200, 100)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8001, 8000), (12_000, 12_000), (65_000, 65_000), (2_000_000, 100)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="million pixels"):
        clean(png_of(*size), "image/png")


def test_a_moving_picture_of_too_many_pixels_in_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_ANIMATION_PIXELS", 100)
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])

    with pytest.raises(Refused, match="million pixels"):
        clean(data, "image/png")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0 this is no photo", "image/jpeg"),
        (encoded(picture((300, 300)), "JPEG")[:800], "image/jpeg"),
        (png_of(100, 100), "image/png"),
        (encoded(picture(), "PNG"), "image/jpeg"),
        (encoded(picture(), "BMP"), "image/png"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 40, "image/webp"),
        (b"GIF89a" + b"\xff" * 30, "image/gif"),
    ],
    ids=["noise", "cut off", "no pixels", "png as jpeg", "bmp as png", "webp noise", "gif noise"],
)
def test_a_broken_picture_is_refused_with_a_sentence(data: bytes, media_type: str) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        clean(data, media_type)
