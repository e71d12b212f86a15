"""Pictures: decoded and encoded again, so that neither the place where a photo was taken nor anything else rides along.

What comes out holds pixels and colours only. The camera's orientation is applied to the pixels; a large photo is
halved while it is decoded, which keeps it readable and the server's memory bounded.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image, ImageOps

from etude.core.errors import Refused, _

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_IMAGE_PIXELS = 64_000_000
"""More is refused before anything is decoded: a few kilobytes can claim to be a picture of terabytes."""

MAX_DECODED_PIXELS = 25_000_000
"""A JPEG with more is decoded at half its size, or a quarter."""

MAX_ANIMATION_PIXELS = 200_000_000
"""All frames of a moving picture together."""

MAX_AT_ONCE = 2
"""Pictures decoded at the same time by one process: a class that hands in at once must not need gigabytes."""

JPEG_QUALITY = 90

FORMATS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
"""The pictures that can be read here, by media type."""

Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS
_turns = threading.BoundedSemaphore(MAX_AT_ONCE)


def clean_image(source: BinaryIO, target: BinaryIO, media_type: str) -> None:
    """Write the picture in `source` to `target` anew, without its metadata. A GIF is checked and copied as it is.

    Raises:
        Refused: it is not such a picture, is damaged, or has too many pixels.
    """
    with _turns:
        try:
            with Image.open(source, formats=[FORMATS[media_type]]) as image:
                _check_size(image)
                _write(image, source, target)
        except Refused:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error
        except Exception as error:  # what a hostile picture makes a decoder raise is not a closed list
            raise Refused(_("This picture cannot be read: it is damaged or was cut off.")) from error


def _too_many_pixels() -> Refused:
    sentence = _("This picture has more than %(maximum)s million pixels. Make it smaller first.")
    return Refused(sentence, maximum=MAX_IMAGE_PIXELS // 1_000_000)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    frames = getattr(image, "n_frames", 1)
    if width * height > MAX_IMAGE_PIXELS or (frames > 1 and width * height * frames > MAX_ANIMATION_PIXELS):
        raise _too_many_pixels()


def _write(image: Image.Image, source: BinaryIO, target: BinaryIO) -> None:
    if image.format == "GIF":
        image.verify()
        source.seek(0)
        while chunk := source.read(1 << 20):
            target.write(chunk)
    elif getattr(image, "is_animated", False) and image.format != "MPO":
        _write_animation(image, target)
    else:
        _write_still(image, target)


def _write_still(image: Image.Image, target: BinaryIO) -> None:
    is_jpeg = image.format in {"JPEG", "MPO"}
    if is_jpeg:
        _halve(image)
    image.load()
    upright = ImageOps.exif_transpose(image)
    if not is_jpeg:
        _save(upright, target, image.format, _colours(image))
        return
    options = _colours(image) | {"quality": JPEG_QUALITY}
    if upright.mode not in {"L", "RGB", "CMYK"}:
        upright = upright.convert("RGB")
    _save(upright, target, "JPEG", options)


def _halve(image: Image.Image) -> None:
    width, height = image.size
    scale = 1
    while width * height > MAX_DECODED_PIXELS * scale * scale:
        scale *= 2
    if scale > 1:
        image.draft(None, (width // scale, height // scale))


def _write_animation(image: Image.Image, target: BinaryIO) -> None:
    frames: list[Image.Image] = []
    durations_ms: list[int] = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.convert("RGBA"))
        durations_ms.append(int(image.info.get("duration", 100)))
    options = {"save_all": True, "append_images": frames[1:], "duration": durations_ms}
    _save(frames[0], target, image.format, options | {"loop": int(image.info.get("loop", 0))})


def _colours(image: Image.Image) -> dict[str, Any]:
    """What is needed to show the same colours, and nothing else."""
    options: dict[str, Any] = {}
    if image.info.get("icc_profile"):
        options["icc_profile"] = image.info["icc_profile"]
    if image.format == "PNG" and "transparency" in image.info:
        options["transparency"] = image.info["transparency"]
    return options


def _save(image: Image.Image, target: BinaryIO, image_format: str | None, options: dict[str, Any]) -> None:
    # The encoders take these from `info` where the options do not name them.
    for key in ("exif", "xmp", "XML:com.adobe.xmp", "comment", "dpi", "pnginfo", "photoshop", "mpf"):
        image.info.pop(key, None)
    image.save(target, image_format, **options)
