"""Programs of a package: in which of our languages they are written, and which of their files is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.content.programs import known_languages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from etude.importers.kattis.package import Source

# Kattis's code of a language -> ours.
CODES: Mapping[str, str] = {
    "c": "c", "cpp": "cpp", "csharp": "csharp", "java": "java", "javascript": "javascript", "python3": "python",
    "bash": "shell",
}  # fmt: skip
# Ending -> our language and its usual ending.
ENDINGS: Mapping[str, tuple[str, str]] = {
    ".c": ("c", ".c"), ".cc": ("cpp", ".cc"), ".cpp": ("cpp", ".cpp"), ".cxx": ("cpp", ".cxx"),
    ".c++": ("cpp", ".cpp"), ".C": ("cpp", ".cpp"), ".cs": ("csharp", ".cs"), ".java": ("java", ".java"),
    ".js": ("javascript", ".js"), ".py": ("python", ".py"), ".py3": ("python", ".py"), ".sh": ("shell", ".sh"),
}  # fmt: skip
USUAL = ("python", "cpp", "c", "java", "csharp", "javascript")
"""The languages that a problem without a list of its own is offered in."""
# Languages of the format whose programs start at one file among several.
_MAIN = {"python": "main.py", "javascript": "main.js", "shell": "main.sh"}
_PYTHON_2 = re.compile(rb"\A#!.*python2")
_OTHERS = frozenset(
    [".adb", ".a68", ".apl", ".cob", ".cr", ".d", ".dart", ".ex", ".erl", ".f90", ".fs", ".fth", ".go", ".hs", ".jl",
     ".kt", ".lisp", ".lua", ".m", ".ml", ".mod", ".nim", ".odin", ".pas", ".php", ".pl", ".pm", ".py2", ".rb", ".rkt",
     ".rs", ".scala", ".sim", ".ss", ".st", ".swift", ".ts", ".vb", ".zig"]
)  # fmt: skip


def ending_of(name: str) -> str:
    """Return a name's ending with its dot, as it is written."""
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    return f".{ending}" if dot and stem else ""


def language_of(files: Mapping[str, bytes], code: str = "") -> str | None:
    """Return our language of a program; None for one that is in several, or in none that we have.

    code: Kattis's code, where the package states it.
    """
    if code:
        return CODES.get(code)
    found = {ENDINGS[ending][0] for name in files if (ending := ending_of(name)) in ENDINGS}
    if any(ending_of(name) in _OTHERS for name in files) and not found & {"python"}:
        return None
    if found == {"c", "cpp"}:
        return "cpp"
    if len(found) != 1:
        return None
    language = found.pop()
    is_old = language == "python" and any(_PYTHON_2.match(data) for data in files.values())
    return None if is_old or language not in known_languages() else language


def program_files(
    files: Mapping[str, bytes], language: str, source: Source, entry: str = "", beside: Collection[str] = ()
) -> dict[str, bytes]:
    """Return a program's files as the engine wants them: usual endings, one main file, constants put in.

    entry: the file that is started, "" where the package does not say. beside: names of files that will stand beside.
    """
    renamed: dict[str, bytes] = {}
    for name, data in files.items():
        ending = ending_of(name)
        usual = ENDINGS.get(ending, ("", ending))[1]
        stem = name[: len(name) - len(ending)] if ending else name
        renamed[plain_name(f"{stem}{usual}")] = source.with_constants(data)
    if not _sources(renamed, language) and len(renamed) == 1:  # the package says the language, its ending does not
        name, data = next(iter(renamed.items()))
        usual = next(usual for found, usual in ENDINGS.values() if found == language)
        renamed = {f"{name.removesuffix(ending_of(name))}{usual}": data}
    return _with_main(renamed, language, entry, beside)


def _with_main(files: dict[str, bytes], language: str, entry: str, beside: Collection[str]) -> dict[str, bytes]:
    """Name the file that is started `main`, where there are several and the language needs to know."""
    main = _MAIN.get(language)
    sources = _sources(files, language)
    if main is None or main in {*files, *beside} or not sources or len(sources) + len(_sources(beside, language)) < 2:
        return files
    wanted = [entry, "__main__.py", "validate.py", "validator.py"]
    first = next((name for name in wanted if name in sources), next(iter(sorted(sources))))
    if first == "__init__.py":
        first = sources[1]
    return {**{name: data for name, data in files.items() if name != first}, main: files[first]}


def _sources(names: Collection[str], language: str) -> list[str]:
    """The names at the top that are sources of a language."""
    return sorted(name for name in names if ENDINGS.get(ending_of(name), ("",))[0] == language and "/" not in name)


def plain_name(name: str) -> str:
    """Return a name that every system can store; the language still finds what it needs in it."""
    return "/".join(re.sub(r'[\\:*?"<>|\x00-\x1f]', "-", part).strip(" .") or "file" for part in name.split("/"))
