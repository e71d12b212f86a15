"""C (gnu17, gnu11), by gcc."""

from __future__ import annotations

from etude.grading import gnu
from etude.grading.languages import Language, SelfTest
from etude.grading.toolchains import Toolchain

COMPILER = gnu.Compiler(
    toolchain=Toolchain(
        command="gcc",
        packages="gcc libc6-dev",
        check=("-x", "c", "-std=gnu17", "-fsyntax-only", "-"),
        check_input=b"#include <stdio.h>\nint main(void) { return 0; }\n",
    ),
    extensions=(".c",),
    versions=("gnu17", "gnu11"),
    libraries=("-lm",),
)

ENTRY = Language(
    name="c",
    label="C",
    source_name="main.c",
    extensions=COMPILER.extensions,
    takes_many_sources=True,
    versions=COMPILER.versions,
    toolchain=COMPILER.toolchain,
    compile=COMPILER.compile_program,
    read_errors=gnu.read_errors,
    artefact=gnu.ARTEFACT,
    run=gnu.run,
    has_deep_stack=True,
    explain=gnu.explain,
    has_function_tests=True,
    calls=COMPILER.calls(),
    scripts=COMPILER.scripts(),
    self_test=SelfTest(
        source=b'#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n * 2); return 0; }\n',
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
