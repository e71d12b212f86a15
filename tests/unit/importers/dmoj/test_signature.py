from __future__ import annotations

import pytest

from etude.content import build_job

FILES = {"h.c": b"int main() { return f(); }\n", "e.cpp": b"", "lib/f.h": b"int f();\n"}


def test_an_answer_is_compiled_with_header_entry_and_another_main(problem, cases):
    content = problem(f"{cases}signature_grader: {{entry: h.c, header: lib/f.h}}\n", FILES)

    job = build_job(content, "cpp", {"a.cpp": b"\xef\xbb\xbfint f() { return 0; }\n"}, course_language="en")

    assert content.languages == ("cpp", "c")
    assert job.files["a.cpp"].startswith(b'#define SIGNATURE_GRADER 1\n#include "f.h"\n#define main ')
    assert job.files["a.cpp"].endswith(b"#line 1\nint f() { return 0; }\n")
    assert job.files["f.h"] == FILES["lib/f.h"]
    assert job.files["signature_entry.cpp"].endswith(FILES["h.c"])


def test_an_entry_in_cpp_serves_cpp_alone_and_main_may_be_allowed(problem, cases):
    content = problem(f"{cases}signature_grader: {{entry: e.cpp, header: lib/f.h, allow_main: true}}\n", FILES)

    assert content.languages == ("cpp",)
    assert "#define main" not in content.settings_of("cpp").prologue


@pytest.mark.parametrize("grader", ["{entry: h.c}", "{header: lib/f.h}", "{entry: none.c, header: lib/f.h}", "yes"])
def test_a_part_that_is_missing_is_a_mistake(mistake, cases, grader):
    assert mistake(f"{cases}signature_grader: {grader}\n", FILES).startswith("init.yml:3: signature_grader")
