"""Looking into what was handed in: its beginning against its name, its list of contents, its pixels.

Everything here may refute what a name says; nothing a browser or a name says is believed.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import puremagic

from etude.content import HandedIn, Refusal, check_upload
from etude.content.uploads import HEAD_BYTES, TYPE_OF_EXTENSION, extension_of
from etude.core.errors import Refused, _
from etude.kinds import IncomingFile
from etude.kinds.upload import heic, images, office
from etude.kinds.upload.names import clean_name, make_unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from werkzeug.datastructures import FileStorage

    from etude.content import UploadRules

CHUNK_BYTES = 1 << 20
SURE = 0.8
"""From this confidence on, puremagic's guess is told to the student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file as it arrived: its cleaned name, its size and beginning, and its bytes, to be read once more."""

    name: str
    size_bytes: int
    head: bytes
    stream: BinaryIO

    @property
    def extension(self) -> str:
        """The extension, in lower case and without its dot."""
        return extension_of(self.name)


def look_at(uploads: Sequence[FileStorage]) -> tuple[Arrived, ...]:
    """Return what arrived, in order, under names that are clean and of which no two are the same."""
    names = make_unique(clean_name(upload.filename or "") for upload in uploads)
    return tuple(_look(name, upload) for name, upload in zip(names, uploads, strict=True))


def _look(name: str, upload: FileStorage) -> Arrived:
    stream = cast("BinaryIO", upload.stream)
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return Arrived(name=name, size_bytes=size_bytes, head=stream.read(HEAD_BYTES), stream=stream)


def find_refusals(rules: UploadRules, files: Sequence[Arrived]) -> list[Refusal]:
    """Return every reason to refuse these files, the activity's own rules first; empty when they may be taken."""
    handed_in = [HandedIn(name=file.name, size_bytes=file.size_bytes, head=file.head) for file in files]
    refusals = list(check_upload(rules, handed_in))
    if not refusals:
        refusals = [_misnamed(file) for file in files if not _is_what_it_says(file)]
    return [_say_what_it_is(refusal, files) for refusal in refusals]


def _is_what_it_says(file: Arrived) -> bool:
    return file.extension not in office.REQUIRED_PARTS or office.holds_what_it_says(file.stream, file.extension)


def _misnamed(file: Arrived) -> Refusal:
    sentence = _("The file is named .%(extension)s, but what it holds is something else.")
    return Refusal(name=file.name, sentence=sentence, values={"extension": file.extension})


def _say_what_it_is(refusal: Refusal, files: Sequence[Arrived]) -> Refusal:
    """Return a better sentence for a file whose content is not what its name says, where the content is known."""
    if "extension" not in refusal.values:
        return refusal
    file = next(file for file in files if file.name == refusal.name)
    if not (found := _guess_extension(file)):
        return refusal
    sentence = _(
        "The file is named .%(extension)s, but it is a .%(found)s file. Save it in the right form, or rename it."
    )
    return Refusal(name=refusal.name, sentence=sentence, values={**refusal.values, "found": found})


def _guess_extension(file: Arrived) -> str:
    for file_type in TYPE_OF_EXTENSION.values():
        if not file_type.is_text and file_type.matches(file.head):
            return "" if file.extension in file_type.extensions else file_type.name
    try:
        guess = puremagic.magic_string(file.head)[0]
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    found = str(guess.extension).removeprefix(".")
    return found if guess.confidence >= SURE and found != file.extension else ""


def prepare(files: Sequence[Arrived], folder: Path) -> Iterator[IncomingFile | Refusal]:
    """Write each file to a new file in `folder` as it is to be kept: pictures without their metadata.

    Yields a refusal in place of a picture that cannot be read.
    """
    for file in files:
        descriptor, path = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w+b") as target:
            try:
                _write(file, target)
            except Refused as error:
                yield Refusal(name=file.name, sentence=error.sentence, values=error.values)
                continue
        yield IncomingFile(name=file.name, path=Path(path), content_type=TYPE_OF_EXTENSION[file.extension].media_type)


def _write(file: Arrived, target: BinaryIO) -> None:
    media_type = TYPE_OF_EXTENSION[file.extension].media_type
    file.stream.seek(0)
    if media_type in images.FORMATS:
        images.clean_image(file.stream, target, media_type)
        return
    while chunk := file.stream.read(CHUNK_BYTES):
        target.write(chunk)
    if media_type == "image/heic":
        heic.blot_out_place(target)
