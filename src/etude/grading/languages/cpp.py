"""C++ (gnu++20), by g++."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.grading import gnu
from etude.grading.languages import Language, SelfTest
from etude.grading.toolchains import Toolchain

if TYPE_CHECKING:
    from etude.grading.languages import Source
    from etude.jail import ExecProgram

EXTENSIONS = (".cpp", ".cc", ".cxx")
TOOLCHAIN = Toolchain(
    command="g++",
    packages="g++",
    check=("-x", "c++", "-std=gnu++20", "-fsyntax-only", "-"),
    check_input=b"#include <cstddef>\nint main() { return 0; }\n",
)


def compile_program(source: Source) -> ExecProgram:
    """Return the call of g++."""
    return gnu.compile_program(TOOLCHAIN, source, EXTENSIONS, ("-std=gnu++20",), libraries=())


ENTRY = Language(
    name="cpp",
    label="C++",
    source_name="main.cpp",
    extensions=EXTENSIONS,
    takes_many_sources=True,
    toolchain=TOOLCHAIN,
    compile=compile_program,
    read_errors=gnu.read_errors,
    artefact=gnu.ARTEFACT,
    run=gnu.run,
    memory_marks=(b"std::bad_alloc", b"std::bad_array_new_length"),
    self_test=SelfTest(
        source=b"#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * 2 << std::endl; }\n",
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
