"""Compiles the Python files of an answer without running them and prints the errors as JSON. Runs inside the jail."""

import json
import sys
import warnings


def check(name: str) -> dict[str, object] | None:
    """Return the first syntax error of a file, or None."""
    with open(name, "rb") as source:  # noqa: PTH123 # pathlib is not preloaded
        text = source.read()
    try:
        compile(text, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = (error.text or "").rstrip("\n")
        return {
            "file": name,
            "line": error.lineno or 0,
            "column": error.offset or 0,
            "message": f"{type(error).__name__}: {error.msg}",
            "text": line,
        }
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return {"file": name, "line": 0, "column": 0, "message": f"{type(error).__name__}: {error}", "text": ""}
    return None


def main(names: list[str]) -> None:
    """Print a JSON list: one object for each file that does not compile."""
    warnings.simplefilter("ignore")
    json.dump([found for name in names if (found := check(name))], sys.stdout)
