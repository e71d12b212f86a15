"""Makes one call of an answer's function and writes its value into a file. Runs in the answer's jail, beside it.

What is expected is not here. Whatever this writes, or an answer in its place, is read strictly and only compared.
"""

import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # In the jail the codec's text stands before this one (see harness.program_files).
    from etude.grading.harness.codec import CannotCrossError, encode  # noqa: TC004

RESULT_FILE, CALL_FILE = "__etude_result", "__etude_call"


def load(source_name: str) -> types.ModuleType:
    """Run the answer's own text, as an import would; its part `if __name__ == "__main__"` does not run."""
    with open(source_name, "rb") as source:  # noqa: PTH123 # pathlib is not preloaded
        text = source.read()
    module = types.ModuleType(source_name.rpartition("/")[2].removesuffix(".py"))
    module.__file__ = source_name
    sys.modules[module.__name__] = module
    exec(compile(text, source_name, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    return module


def value_of(module: types.ModuleType, calls: list[tuple[str, list[Any], dict[str, Any]]]) -> bytes:
    """Make the call whose number the engine wrote beside the program; its value, or what stands in the way."""
    with open(CALL_FILE, encoding="ascii") as chosen:  # noqa: PTH123
        name, arguments, named = calls[int(chosen.read())]
    if name not in module.__dict__:
        return encode(("missing", name))
    value = module.__dict__[name](*arguments, **named)
    try:
        return encode(("value", value))
    except CannotCrossError as error:
        return encode(("uncrossable", str(error)))


def main(source_name: str, calls: list[tuple[str, list[Any], dict[str, Any]]]) -> None:
    """Load, call, write; an exception of the answer's ends the program as it would end any other."""
    data = value_of(load(source_name), calls)
    with open(RESULT_FILE, "wb") as file:  # noqa: PTH123
        file.write(data)
