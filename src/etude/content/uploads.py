"""What may be handed in: kinds of files as data, recognised by their content, never by their name alone.

A file is refused when its name ends in an extension that the activity does not take, or when its beginning is not what
the extension says. Names are shown to people and kept, but never used as paths.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from etude.content.errors import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from etude.content.model import UploadRules

HEAD_BYTES = 8_192  # how much of a file must be given to be recognised
MAX_FILES = 10
MAX_FILE_BYTES = 20_000_000
MAX_TOTAL_BYTES = 50_000_000

ShownAs: TypeAlias = Literal["image", "pdf", "text", "audio", "video", "download"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """One kind of file.

    signatures: alternatives; each is pieces that must all stand at their offsets. holds: at least one of these must
    stand somewhere in the head (empty: nothing more is asked). is_text: UTF-8 (or UTF-16 with its mark), without NUL.
    shown_as: how a page may show it; whatever a browser could run as a page is text.
    """

    name: str
    extensions: tuple[str, ...]
    media_type: str
    signatures: tuple[tuple[tuple[int, bytes], ...], ...] = ()
    holds: tuple[bytes, ...] = ()
    is_text: bool = False
    shown_as: ShownAs = "download"

    def matches(self, head: bytes) -> bool:
        """Whether the beginning of a file is of this kind."""
        if self.is_text:
            return is_text(head)
        signed = any(all(head.startswith(piece, offset) for offset, piece in parts) for parts in self.signatures)
        return signed and (not self.holds or any(piece in head for piece in self.holds))


def _signed(shown_as: ShownAs, media_type: str, extensions: str, *starts: bytes) -> FileType:
    """A kind of file that begins with one of some byte strings. extensions: separated by spaces."""
    names = tuple(extensions.split())
    signatures = tuple(((0, start),) for start in starts)
    return FileType(name=names[0], extensions=names, media_type=media_type, signatures=signatures, shown_as=shown_as)


def _boxed(shown_as: ShownAs, media_type: str, extensions: str, *brands: bytes) -> FileType:
    """A kind of file that begins with a box ``ftyp`` of one of some brands (ISO 14496-12)."""
    names = tuple(extensions.split())
    signatures = tuple(((4, b"ftyp" + brand),) for brand in brands)
    return FileType(name=names[0], extensions=names, media_type=media_type, signatures=signatures, shown_as=shown_as)


def _riff(shown_as: ShownAs, media_type: str, name: str, form: bytes) -> FileType:
    """A kind of file that begins with ``RIFF``, a length and a form."""
    signatures = (((0, b"RIFF"), (8, form)),)
    return FileType(name=name, extensions=(name,), media_type=media_type, signatures=signatures, shown_as=shown_as)


def _office(name: str, folder: str, media_type: str) -> FileType:
    """A file of an office suite: a zip with a telling name or folder near its beginning."""
    return FileType(
        name=name,
        extensions=(name,),
        media_type=f"application/vnd.openxmlformats-officedocument.{media_type}",
        signatures=(((0, _ZIP_START),),),
        holds=(b"[Content_Types].xml", b"_rels/.rels", b"docProps/", folder.encode()),
    )


def _open_document(name: str, media_type: str) -> FileType:
    """An OpenDocument file: the first thing in the zip is its media type, not compressed."""
    full = f"application/vnd.oasis.opendocument.{media_type}"
    signatures = (((0, _ZIP_START), (30, b"mimetype" + full.encode())),)
    return FileType(name=name, extensions=(name,), media_type=full, signatures=signatures)


def _text(name: str, extensions: str) -> FileType:
    """Text, shown as such even where a browser would run it."""
    names = tuple(extensions.split())
    return FileType(name=name, extensions=names, media_type="text/plain", is_text=True, shown_as="text")


_ZIP_START = b"PK\x03\x04"

FILE_TYPES: tuple[FileType, ...] = (
    _signed("image", "image/png", "png", b"\x89PNG\r\n\x1a\n"),
    _signed("image", "image/jpeg", "jpg jpeg", b"\xff\xd8\xff"),
    _signed("image", "image/gif", "gif", b"GIF87a", b"GIF89a"),
    _riff("image", "image/webp", "webp", b"WEBP"),
    _boxed("download", "image/heic", "heic heif", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"),
    _signed("pdf", "application/pdf", "pdf", b"%PDF-"),
    _office("docx", "word/", "wordprocessingml.document"),
    _office("xlsx", "xl/", "spreadsheetml.sheet"),
    _office("pptx", "ppt/", "presentationml.presentation"),
    _open_document("odt", "text"),
    _open_document("ods", "spreadsheet"),
    _open_document("odp", "presentation"),
    _open_document("odg", "graphics"),
    _signed("download", "application/zip", "zip sb3", _ZIP_START, b"PK\x05\x06"),
    _signed("audio", "audio/mpeg", "mp3", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    _riff("audio", "audio/wav", "wav", b"WAVE"),
    _signed("audio", "audio/ogg", "ogg oga", b"OggS"),
    _signed("download", "audio/midi", "mid midi", b"MThd"),
    _boxed("video", "video/mp4", "mp4 m4v mov", b"iso", b"mp4", b"avc1", b"M4V", b"qt  ", b"3gp", b"dash"),
    _signed("video", "video/webm", "webm", b"\x1a\x45\xdf\xa3"),
    _text("text", "txt md csv tsv log json toml xml yaml"),
    _text("program", "py c h cpp hpp cc cs java js ts sql sh ino rs go ipynb"),
    _text("page", "html htm css svg"),
)

TYPE_OF_EXTENSION: Mapping[str, FileType] = {
    extension: file_type for file_type in FILE_TYPES for extension in file_type.extensions
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A file as it arrived: its name, its whole size, and its first `HEAD_BYTES` (or all of it)."""

    name: str
    size_bytes: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a file, or all of them (name ""), cannot be taken: a msgid and what fills its places."""

    name: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % dict(self.values)


def check_upload(rules: UploadRules, files: Sequence[HandedIn]) -> tuple[Refusal, ...]:
    """Every reason to refuse these files; none: they may be taken."""
    return (*_check_together(rules, files), *_check_each(rules, files))


def extension_of(name: str) -> str:
    """The extension of a file name, in lower case and without its dot; "" if it has none."""
    stem, _dot, extension = name.strip().rpartition(".")
    return extension.lower() if stem else ""


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file is text: UTF-8, or UTF-16 that says so, without the bytes of binaries."""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        # A whole head may end in the middle of a character; a shorter file may not.
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\n\r\f\x1b" for character in text)


def _check_together(rules: UploadRules, files: Sequence[HandedIn]) -> Iterable[Refusal]:
    if not files:
        yield Refusal(name="", sentence=_("Choose a file first."))
    if len(files) > rules.max_files:
        sentence = _("%(count)s files were chosen; %(maximum)s can be handed in.")
        yield Refusal(name="", sentence=sentence, values={"count": len(files), "maximum": rules.max_files})
    if sum(file.size_bytes for file in files) > MAX_TOTAL_BYTES:
        sentence = _("All files together may have %(maximum)s MB at most.")
        yield Refusal(name="", sentence=sentence, values={"maximum": MAX_TOTAL_BYTES // 1_000_000})


def _check_each(rules: UploadRules, files: Sequence[HandedIn]) -> Iterable[Refusal]:
    for file in files:
        refusal = _check_file(rules, file)
        if refusal is not None:
            yield refusal


def _check_file(rules: UploadRules, file: HandedIn) -> Refusal | None:
    extension = extension_of(file.name)
    if extension not in rules.extensions:
        values = {"allowed": ", ".join(rules.extensions)}
        return Refusal(
            name=file.name,
            sentence=_("Files of this type cannot be handed in here. Allowed: %(allowed)s."),
            values=values,
        )
    if file.size_bytes == 0:
        return Refusal(name=file.name, sentence=_("The file is empty."))
    if file.size_bytes > rules.max_file_bytes:
        maximum = f"{rules.max_file_bytes / 1_000_000:g}"
        sentence = _("The file is larger than %(maximum)s MB.")
        return Refusal(name=file.name, sentence=sentence, values={"maximum": maximum})
    if not TYPE_OF_EXTENSION[extension].matches(file.head[:HEAD_BYTES]):
        sentence = _("The file is named .%(extension)s, but what it holds is something else.")
        return Refusal(name=file.name, sentence=sentence, values={"extension": extension})
    return None
