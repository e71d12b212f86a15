# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.jail import Limits


def test_cpu_limit_is_finer_than_a_second(run_python):
    record = run_python("while True: pass", cpu_time_s=0.2)

    assert record.cpu_exceeded
    assert not record.wall_exceeded
    assert record.signal == 9
    assert 200_000 <= record.cpu_us < 400_000


def test_waiting_is_not_cpu_time(run_python):
    record = run_python("import time; time.sleep(0.4); print('done')", cpu_time_s=0.2)

    assert record.stdout == b"done\n"
    assert not record.cpu_exceeded


def test_wall_limit_ends_a_sleeping_program(run_python):
    record = run_python("print('x', flush=True)\nimport time; time.sleep(60)", wall_time_s=0.3)

    assert record.wall_exceeded
    assert not record.cpu_exceeded
    assert record.stdout == b"x\n"
    assert record.wall_us < 3_000_000


def test_memory_limit_leaves_python_a_memory_error(run_python):
    record = run_python("x = bytearray(300 << 20)", memory_bytes=64 << 20)

    assert record.memory_exceeded
    assert record.exit_code == 1
    assert record.stderr.endswith(b"MemoryError\n")


def test_memory_within_the_limit_is_granted_and_measured(run_python):
    record = run_python(
        "x = bytearray(48 << 20)\nx[::4096] = b'1' * len(x[::4096])\nprint('ok')", memory_bytes=64 << 20
    )

    assert record.stdout == b"ok\n"
    assert not record.memory_exceeded
    assert 48 << 10 <= record.memory_kb < 60 << 10


def test_bad_alloc_is_a_memory_failure(run_c):
    record = run_c(
        '#include <stdio.h>\nint main(void) { fputs("what():  std::bad_alloc\\n", stderr); return 1; }',
    )

    assert record.memory_exceeded


def test_memory_of_a_c_program_is_measured(run_c):
    source = "#include <stdlib.h>\n#include <string.h>\nint main(void) { volatile char *p = malloc(40 << 20); memset((char *)p, 1, 40 << 20); return 0; }"

    record = run_c(source)

    assert 40 << 10 <= record.memory_kb < 48 << 10


def test_many_threads_fit_into_a_small_memory_limit(run_python):
    source = """
import threading
barrier = threading.Barrier(21)
for _ in range(20): threading.Thread(target=barrier.wait).start()
barrier.wait()
print('all')
"""

    record = run_python(source, memory_bytes=256 << 20)

    assert record.stdout == b"all\n"


def test_thread_limit_holds(run_python):
    source = """
import threading
event, made = threading.Event(), 0
try:
    for _ in range(20):
        threading.Thread(target=event.wait).start()
        made += 1
except RuntimeError: pass
print(made)
event.set()
"""

    record = run_python(source, threads=5)

    assert 4 <= int(record.stdout) <= 6  # pid 1 of the tests before may just be dying, and is counted


def test_output_limit_ends_the_program(run_python):
    record = run_python("while True: print('x' * 1000)", output_bytes=10_000)

    assert record.output_exceeded
    assert len(record.stdout) == 10_000
    assert not record.cpu_exceeded


def test_output_of_exactly_the_limit_is_fine(run_python):
    record = run_python("print('x' * 999)", output_bytes=1000)

    assert not record.output_exceeded
    assert record.exit_code == 0


def test_stack_limit_is_the_one_asked_for(run_c):
    source = "int f(int n) { volatile char a[1024]; a[0] = n; return n ? f(n - 1) + a[0] : 0; }\nint main(void) { return f(20000) == 1; }"

    small, large = run_c(source), run_c(source, stack_bytes=64 << 20)

    assert small.signal == 11
    assert large.exit_code == 0


def test_address_space_may_be_reserved_where_only_data_counts(run_c):
    source = """
#include <sys/mman.h>
int main(void) { return mmap(0, 4L << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED; }
"""

    strict, loose = run_c(source), run_c(source, address_space=False)

    assert strict.exit_code == 1
    assert loose.exit_code == 0


@pytest.mark.parametrize("wrong", [{"cpu_time_s": 0}, {"wall_time_s": -1}, {"memory_bytes": 0}, {"threads": 0}])
def test_meaningless_limits_are_refused(wrong):
    limits = {"cpu_time_s": 1, "wall_time_s": 1, "memory_bytes": 1, **wrong}

    with pytest.raises(ValueError, match="must be positive"):
        Limits(**limits)


def test_the_kernels_own_count_of_cpu_time_stands_far_behind_ours_because_it_is_rough(run_python):
    record = run_python("import resource\nprint(resource.getrlimit(resource.RLIMIT_CPU))", cpu_time_s=5)

    assert record.stdout == b"(11, 11)\n"
