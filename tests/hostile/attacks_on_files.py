"""Attacks by what a program writes: files, output, results."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode

from tests.hostile.attack import Attack, killed, printed


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b", bytes(200 << 20))
    return b64encode(packed.getvalue())


FILES = [
    Attack(
        name="writing outside of the working folder",
        source="""
import os, sys
written = []
places = ('/usr/x', '/etc/x', '/x', '/dev/x', '/proc/sys/kernel/core_pattern', '/proc/self/oom_score_adj',
          os.path.dirname(os.__file__) + '/x.py', sys.executable)
for path in places:
    try: open(path, 'w').write('0'); written.append(path)
    except OSError: pass
print(written)
""",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="filling the disk",
        source="""
try:
    files = [open(f'/box/{number}', 'wb') for number in range(8)]
    for file in files: file.write(bytes(8 << 20)); file.flush()
except OSError as error: print(error.errno)
""",
        stopped=lambda record: record.stdout == b"28\n",
    ),
    Attack(
        name="a sparse file of 1 TB",
        source="""
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try: os.truncate(os.open('/box/s', os.O_CREAT | os.O_RDWR), 1 << 40); print('made')
except OSError as error: print(error.errno)
""",
        stopped=lambda record: record.stdout == b"27\n",
    ),
    Attack(
        name="20,000 files",
        source="""
try:
    for number in range(20000): open(f'/box/{number}', 'w').close()
except OSError as error: print(error.errno)
""",
        stopped=lambda record: record.stdout == b"28\n",
        stopped_reduced=killed,
    ),
    Attack(
        name="100 MB on stdout",
        source="import os\nblock = bytes(1 << 20)\nfor _ in range(100): os.write(1, block)",
        stopped=lambda record: record.output_exceeded and len(record.stdout) <= 1 << 20,
    ),
    Attack(
        name="100 MB on stderr",
        source="import os\nblock = b'x' * (1 << 20)\nfor _ in range(100): os.write(2, block)",
        stopped=lambda record: record.output_exceeded and len(record.stderr) <= 1 << 20,
    ),
    Attack(
        name="4 MB of input never read",
        source="print('bye')",
        stdin=b"x" * (4 << 20),
        stopped=lambda record: record.stdout == b"bye\n",
        stopped_on_terminal=lambda record: b"bye\n" in record.stdout,  # the echo may still come after it
    ),
    Attack(
        name="links, FIFOs, folders and giants as results",
        source="""
import os
os.symlink('/etc/passwd', 'link')
os.mkdir('folder')
os.symlink('/etc', 'folder/etc')
os.mkfifo('fifo')
open('giant', 'wb').truncate(8 << 20)
open('good', 'w').write('kept')
""",
        collect=(
            "link",
            "folder",
            "folder/etc/passwd",
            "fifo",
            "giant",
            "../etc/passwd",
            "/etc/passwd",
            "missing",
            "good",
        ),
        stopped=lambda record: dict(record.collected) == {"good": b"kept"} and len(record.refused) == 8,
    ),
    Attack(
        name="a zip bomb of 200 MB",
        source="""
import base64, io, sys, zipfile
try: zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.stdin.read()))).extractall('/box'); print('ok')
except OSError as error: print(error.errno)
""",
        stdin=_zip_bomb(),
        stopped=lambda record: record.stdout in {b"27\n", b"28\n"},
        stopped_on_terminal=lambda record: not record.stdout.endswith(b"ok\n"),  # a line takes 4 KB of it
    ),
    Attack(
        name="an abort, told apart from an exit",
        source="#include <stdlib.h>\nint main(void) { abort(); }",
        language="c",
        stopped=lambda record: record.signal == 6,
    ),
    Attack(
        name="traces of earlier programs",
        source="import os, sys\nprint([os.listdir('/box'), os.listdir('/tmp'), 'zipfile' in sys.modules])",
        stopped=lambda record: printed(record) == [["main.py"], [], False],
    ),
]
