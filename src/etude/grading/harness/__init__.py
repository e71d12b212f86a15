"""Programs that run inside the jails: function tests, syntax checks, judges; sent in, never run by the engine.

`answer_side` is as little trusted as the answer that runs beside it: `codec` reads strictly what it says.
"""

from __future__ import annotations

import marshal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent
# In the jail there is no Étude to import: the texts of what a program needs stand before its own.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "answer_side": ("codec",),
    "call_side": ("codec",),
    "script_side": ("codec", "bridge", "proxies", "pytest_shim", "test_runner"),
}

# What a harness imports is the standard library's, though the answer may have a `types.py` or `json.py` beside it: the
# folder is not on the path until all is imported. Then what was not there before is forgotten (but for extensions,
# not all of which can be loaded twice), so that the answer's own module is found when the answer asks for it.
_START = """\
import marshal, sys
known, folder = set(sys.modules), sys.path.pop(0)
with open({code_name!r}, "rb") as code:
    exec(marshal.load(code))
sys.path.insert(0, folder)
for name in [name for name, module in sys.modules.items() if name not in known]:
    if str(getattr(sys.modules[name], "__file__", "")).endswith(".py"):
        del sys.modules[name]
del known, folder, code
{call}
"""


def program_files(name: str, *arguments: object, **options: object) -> tuple[str, dict[str, bytes]]:
    """Return the harness program `name` as (file to run, files); its `main` is called with the arguments (literals).

    It is compiled here, by the interpreter that the jail runs too, for compiling it there would take longer than most
    answers.
    """
    source_name, code_name = f"__etude_{name}.py", f"__etude_{name}.bin"
    given = [*map(repr, arguments), *(f"{option}={value!r}" for option, value in options.items())]
    start = _START.format(code_name=code_name, call=f"main({', '.join(given)})")
    return source_name, {source_name: start.encode(), code_name: _compiled(name)}


@cache
def shim_files(name: str) -> Mapping[str, bytes]:
    """Return the files of a package that programs of teachers import and that is not installed in a jail."""
    folder = _FOLDER / "shims"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted((folder / name).rglob("*.py"))}


@cache
def testlib_header() -> bytes:
    """Return a header that stands for testlib.h where a package does not bring it."""
    return (_FOLDER / "shims" / "testlib.h").read_bytes()


@cache
def caller_text(name: str) -> bytes:
    """Return a program, or a part of one, that makes calls beside an answer in another language than Python."""
    return (_FOLDER / "callers" / name).read_bytes()


@cache
def _compiled(name: str) -> bytes:
    parts = (*_NEEDS.get(name, ()), name)
    text = b"\n\n".join((_FOLDER / f"{part}.py").read_bytes() for part in parts)
    return marshal.dumps(compile(text, f"<etude {name}>", "exec", dont_inherit=True))
