"""C (gnu17), by gcc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.grading import gnu
from etude.grading.languages import Language, SelfTest
from etude.grading.toolchains import Toolchain

if TYPE_CHECKING:
    from etude.grading.languages import Source
    from etude.jail import ExecProgram

EXTENSIONS = (".c",)
TOOLCHAIN = Toolchain(
    command="gcc",
    packages="gcc libc6-dev",
    check=("-x", "c", "-std=gnu17", "-fsyntax-only", "-"),
    check_input=b"#include <stdio.h>\nint main(void) { return 0; }\n",
)


def compile_program(source: Source) -> ExecProgram:
    """Return the call of gcc."""
    return gnu.compile_program(TOOLCHAIN, source, EXTENSIONS, ("-std=gnu17",), libraries=("-lm",))


ENTRY = Language(
    name="c",
    label="C",
    source_name="main.c",
    extensions=EXTENSIONS,
    takes_many_sources=True,
    toolchain=TOOLCHAIN,
    compile=compile_program,
    read_errors=gnu.read_errors,
    artefact=gnu.ARTEFACT,
    run=gnu.run,
    self_test=SelfTest(
        source=b'#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n * 2); return 0; }\n',
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
