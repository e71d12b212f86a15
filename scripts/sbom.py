"""Writes the bill of materials of a release, in CycloneDX 1.6, from the locks: no network, nothing installed is asked.

    python scripts/sbom.py [FILE]        standard output, or FILE

Python's libraries are those of requirements/serve.lock, with every hash that pip would accept; the browser's are those
that the build puts into its files, from frontend/package-lock.json.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}

Component = dict[str, Any]


def python_components(lock: str) -> list[Component]:
    """Return what a lock pins, in its order; each with its hashes."""
    found: list[Component] = []
    for line in lock.splitlines():
        if match := PINNED.match(line):
            found.append(_component("pypi", match["name"], match["version"]))
        found_hashes = HASH.findall(line)
        if found_hashes and found:
            found[-1]["hashes"] += [{"alg": "SHA-256", "content": content} for content in found_hashes]
    return found


def browser_components(lock: dict[str, Any]) -> list[Component]:
    """Return what npm's lock installs for the pages themselves, by name; tools of the build are left out."""
    found = []
    for path, package in sorted(lock["packages"].items()):
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("dev"):
            continue
        one = _component("npm", name, package["version"])
        for word in package.get("integrity", "").split():
            algorithm, _dash, content = word.partition("-")
            one["hashes"].append({"alg": ALGORITHMS[algorithm], "content": base64.b64decode(content).hex()})
        if isinstance(package.get("license"), str):
            one["licenses"] = [{"expression": package["license"]}]
        found.append(one)
    return found


def _component(kind: str, name: str, version: str) -> Component:
    address = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address, "hashes": []}


def make_bill() -> dict[str, Any]:
    """Return the whole bill; the same locks give the same bytes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python = python_components((ROOT / "requirements" / "serve.lock").read_text(encoding="utf-8"))
    browser = browser_components(json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")))
    product = {"type": "application", "bom-ref": "etude", "name": project["name"], "version": project["version"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": product},
        "components": [*python, *browser],
        "dependencies": [{"ref": "etude", "dependsOn": [one["bom-ref"] for one in (*python, *browser)]}],
    }


def main() -> int:
    """Write it."""
    text = json.dumps(make_bill(), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
