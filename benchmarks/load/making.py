"""Making the school: `python -m benchmarks.load make FOLDER`, then `etude serve --data FOLDER`.

What it makes is what the product would have made: the same tables through the same types, foreign keys checked, the
audit log chained, files in the place of files. A test proves a small one with the product's own means.
"""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.load import contents, people
from benchmarks.load.log import Log
from benchmarks.load.work import Work
from benchmarks.load.writing import Writer

from etude.app import create_app
from etude.core import schema
from etude.extensions import db
from etude.storage import open_storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa
    from benchmarks.load.size import Plan

    from etude.config import Config
    from etude.storage import Storage

FILE_BYTES = 6000
CACHE_KB = 1_000_000
"""Digests are unique and come in no order: an index of them that is not in memory is written again and again."""
LONGEST_FILE = 48_000_000


def make(config: Config, plan: Plan) -> dict[str, int]:
    """Make the school in an empty data folder, or in the empty database that is set; return how many rows of each."""
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.make_secret_key()
    app = create_app(config)
    with app.app_context():
        schema.upgrade(db.engine)
        storage = open_storage(config)
        with quick_writer(db.engine) as writer:
            people.add_school(writer, plan)
            fill(writer, storage, plan)
        db.engine.dispose()
    return writer.counts


@contextmanager
def quick_writer(engine: sa.Engine) -> Iterator[Writer]:
    """Open a writer that does not wait for the disk: if the power goes meanwhile, the school is made anew."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            cursor = connection.connection.cursor()  # the driver’s own: these count outside transactions only
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        yield Writer(connection.execution_options(etude_write=True))
        connection.invalidate()  # the pragmas go with it


def fill(writer: Writer, storage: Storage, plan: Plan) -> None:
    """Fill a database that has a school and nothing else, in many transactions."""
    people.add_people(writer, plan)
    courses = people.add_courses(writer, plan)
    activities = contents.add_activities(writer, plan)
    placed = contents.add_assignments(writer, plan, courses, activities)
    _add_files(writer, plan, storage)
    Work(writer, plan, Log(writer, plan), courses).add_all(courses, placed)
    writer.finish()


def _add_files(writer: Writer, plan: Plan, storage: Storage) -> None:
    """Keep the files that are handed in, several times each, as whoever copies does."""
    for number in range(1, plan.size.files + 1):
        stored = storage.put(io.BytesIO(_picture(plan.chance.randbytes(FILE_BYTES))), max_bytes=LONGEST_FILE)
        row = {"id": number, "sha256": stored.sha256, "size_bytes": stored.size_bytes, "stored_at": plan.at}
        writer.add("stored_file", row)
    writer.flush()


def _picture(pixels: bytes, width: int = 100) -> bytes:
    """Return grey noise as a PNG: it does not compress, as photographs do not."""
    height = len(pixels) // width
    lines = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body
