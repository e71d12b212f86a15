from __future__ import annotations

import re

from scripts.sbom import browser_components, make_bill, python_components

from tests.house.source import ROOT


def test_every_locked_library_is_in_the_bill_with_its_hashes() -> None:
    lock = (ROOT / "requirements" / "serve.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)

    found = python_components(lock)

    assert [one["name"] for one in found] == pinned
    assert len(pinned) > 40
    assert all(one["hashes"] for one in found)
    assert sum(len(one["hashes"]) for one in found) == lock.count("--hash=sha256:")


def test_what_the_browser_loads_is_in_it_and_the_tools_of_the_build_are_not() -> None:
    lock = {
        "packages": {
            "": {"name": "etude"},
            "node_modules/@codemirror/view": {
                "version": "6.1.0",
                "integrity": "sha512-AAECAw==",
                "license": "MIT",
            },
            "node_modules/esbuild": {"version": "0.1.0", "dev": True},
        }
    }

    (one,) = browser_components(lock)

    assert one["purl"] == "pkg:npm/%40codemirror/view@6.1.0"
    assert one["hashes"] == [{"alg": "SHA-512", "content": "00010203"}]
    assert one["licenses"] == [{"expression": "MIT"}]


def test_bill_is_whole_and_names_each_part_once() -> None:
    bill = make_bill()

    references = [one["bom-ref"] for one in bill["components"]]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(references) == len(set(references))
    assert bill["dependencies"][0]["dependsOn"] == references
    assert {reference.partition("/")[0] for reference in references} == {"pkg:pypi", "pkg:npm"}
