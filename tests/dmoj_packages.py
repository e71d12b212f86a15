"""The packages of tests/packages/dmoj as DMOJ would have them: folders named `*.zip.d` are made archives."""

from __future__ import annotations

import shutil
from pathlib import Path

from etude.content.archive import make_zip
from etude.content.tree import PACKAGE_LIMITS, read_tree

PACKAGES = Path(__file__).parent / "packages" / "dmoj"
NAMES = sorted(path.name for path in PACKAGES.iterdir())


def build_package(name: str, into: Path) -> Path:
    """Copy a package into a folder, its archives packed, and return where it is."""
    target = into / name
    shutil.copytree(PACKAGES / name, target)
    for folder in sorted(target.glob("*.zip.d")):
        folder.with_suffix("").write_bytes(make_zip(read_tree(folder, PACKAGE_LIMITS)))
        shutil.rmtree(folder)
    return target
