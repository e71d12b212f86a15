"""C++ (gnu++20, gnu++17, gnu++14), by g++."""

from __future__ import annotations

from etude.grading import gnu
from etude.grading.languages import Language, SelfTest
from etude.grading.toolchains import Toolchain

COMPILER = gnu.Compiler(
    toolchain=Toolchain(
        command="g++",
        packages="g++",
        check=("-x", "c++", "-std=gnu++20", "-fsyntax-only", "-"),
        check_input=b"#include <cstddef>\nint main() { return 0; }\n",
    ),
    extensions=(".cpp", ".cc", ".cxx"),
    versions=("gnu++20", "gnu++17", "gnu++14"),
    slow_headers=("bits/stdc++.h", "iostream"),
)

ENTRY = Language(
    name="cpp",
    label="C++",
    source_name="main.cpp",
    extensions=COMPILER.extensions,
    takes_many_sources=True,
    versions=COMPILER.versions,
    toolchain=COMPILER.toolchain,
    compile=COMPILER.compile_program,
    headers=COMPILER.headers,
    read_errors=gnu.read_errors,
    artefact=gnu.ARTEFACT,
    run=gnu.run,
    has_deep_stack=True,
    memory_marks=(b"std::bad_alloc", b"std::bad_array_new_length"),
    explain=gnu.explain,
    has_function_tests=True,
    calls=COMPILER.calls(),
    scripts=COMPILER.scripts(),
    self_test=SelfTest(
        source=b"#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * 2 << std::endl; }\n",
        stdin=b"21\n",
        expected=b"42\n",
    ),
)
