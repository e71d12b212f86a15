"""Who judges outputs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError
from etude.importers.kattis.validators import checker_of
from tests.unit.importers.kattis.conftest import said

CUSTOM = b"name: x\nvalidation: custom\nvalidator_flags: a b\n"


def test_default_validator_ignores_case_and_spaces():
    checker = checker_of([], "x")

    assert (checker.name, checker.options["case_sensitive"]) == ("tokens", False)


@pytest.mark.parametrize(
    ("arguments", "absolute", "relative"),
    [
        (["float_tolerance", "1e-6"], "1E-6", "1E-6"),
        (["float_absolute_tolerance", "0.5"], "0.5", "0"),
        (["float_relative_tolerance", "0.5", "float_absolute_tolerance", "2"], "2", "0.5"),
    ],
)
def test_tolerances(arguments, absolute, relative):
    options = checker_of(arguments, "x").options

    assert options["absolute_tolerance"] == Decimal(absolute)
    assert options["relative_tolerance"] == Decimal(relative)


def test_validator_in_a_folder_brings_its_files_and_flags(legacy):
    files = {"output_validators/v/validate.cc": b"", "output_validators/v/validate.h": b"", "problem.yaml": CUSTOM}

    content = legacy(files)

    assert content.validator.language == "cpp"
    assert set(content.validator.files) == {"validate.cc", "validate.h"}
    assert content.groups[1].tests[0].validator_arguments == ("a", "b")


def test_python_module_starts_at_its_main_file(legacy):
    files = {f"output_validators/v/{name}.py": b"" for name in ("__init__", "__main__", "other")}

    content = legacy({"problem.yaml": CUSTOM, **files})

    assert set(content.validator.files) == {"__init__.py", "main.py", "other.py"}


def test_scripts_that_build_and_run_are_named(legacy):
    content = legacy({"problem.yaml": CUSTOM, "output_validators/v/v.py": b"", "output_validators/v/build": b""})

    assert "output_validators/v/build: This script is not run" in said(content)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"output_validators/v.hs": b""}, "in no language that can be judged here"),
        ({"output_validators/a/v.py": b"", "output_validators/b/v.py": b""}, "Several validators"),
        ({"output_validators/a.py": b"", "output_validators/b.py": b""}, "Several validators"),
    ],
)
def test_validators_that_cannot_be_run_are_refused(legacy, files, sentence):
    with pytest.raises(ContentError, match=sentence):
        legacy({"problem.yaml": CUSTOM, **files})


def test_unused_validator_is_named(legacy):
    assert "it does not use this validator" in said(legacy({"output_validators/v.py": b""}))
