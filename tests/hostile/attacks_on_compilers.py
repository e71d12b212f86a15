"""Attacks on the compiler, which reads what a student wrote with more rights than the program will have."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import HOST_FILE, Attack, ended_by_a_limit, no_secret, not_readable

_MACRO_BOMB = (
    "\n".join(["#define A0 x x x x x x x x", *(f"#define A{n} {f'A{n - 1} ' * 8}" for n in range(1, 11))])
    + "\nint main(void) { A10 }"
)
_TEMPLATE_BOMB = """
template <int N, int M> struct S { typedef typename S<N - 1, M * 2>::type a; typedef typename S<N - 1, M * 2 + 1>::type type; };
template <int M> struct S<0, M> { typedef int type; };
int main() { S<40, 1>::type x = 0; return x; }
"""
_MANY_MESSAGES = (
    "\n".join(
        [
            '#define W _Pragma("message \\"' + "x" * 900 + '\\"")',
            *(f"#define W{n} {f'W{n - 1 if n else chr(32)} ' * 8}" for n in range(6)),
        ]
    ).replace("W  ", "W ")
    + "\nW5\nint main(void) { return 0; }"
)

COMPILERS = [
    Attack(
        name="including a file of the host",
        language="c-compiler",
        source=f'#include "{HOST_FILE}"\nint main(void) {{ return 0; }}',
        stopped=lambda record: no_secret(record) and b"No such file" in record.stderr,
        stopped_reduced=not_readable,
    ),
    Attack(
        name="including what a host has: passwords, keys, processes",
        language="c-compiler",
        source="\n".join(
            f'#if __has_include("{path}")\n#error found {path}\n#endif'
            for path in (
                "/etc/shadow",
                "/etc/ssh/sshd_config",
                "/root/.ssh/id_rsa",
                "/proc/1/environ",
                "/var/lib",
                "/home",
            )
        )
        + "\nint main(void) { return 0; }",
        stopped=lambda record: record.exit_code == 0 and b"found" not in record.stderr,
        stopped_reduced=not_readable,
    ),
    Attack(
        name="including the passwords by quoting them",
        language="c-compiler",
        source='#include "/etc/passwd"\nint main(void) { return 0; }',
        stopped=lambda record: b"root:" not in record.stderr and b"student" in record.stderr,  # the jail's own
        stopped_reduced=not_readable,
    ),
    Attack(
        name="a binary that takes a host file along",
        language="c-compiler",
        source=f'__asm__(".section .rodata\\n.incbin \\"{HOST_FILE}\\"");\nint main(void) {{ return 0; }}',
        stopped=lambda record: no_secret(record) and not record.collected,
    ),
    Attack(
        name="a binary that takes the compiler's environment and memory along",
        language="c-compiler",
        source="""
__asm__(".section .rodata\\n.incbin \\"/proc/self/environ\\"\\n.incbin \\"/proc/self/cmdline\\"");
__asm__(".incbin \\"/proc/self/maps\\"");
int main(void) { return 0; }
""",
        stopped=no_secret,
    ),
    Attack(
        name="an include without end",
        language="c-compiler",
        source='#include "/dev/zero"\nint main(void) { return 0; }',
        stopped=ended_by_a_limit,
    ),
    Attack(
        name="an include that waits for ever",
        language="c-compiler",
        source='#include "/dev/stdin"\n#include "/dev/tty"\nint main(void) { return 0; }',
        stopped=ended_by_a_limit,
    ),
    Attack(
        name="a file that includes itself",
        language="c-compiler",
        source="#include __FILE__\nint main(void) { return 0; }",
        stopped=ended_by_a_limit,
    ),
    Attack(name="a macro bomb", language="c-compiler", source=_MACRO_BOMB, stopped=ended_by_a_limit),
    Attack(name="a template bomb", language="c++-compiler", source=_TEMPLATE_BOMB, stopped=ended_by_a_limit),
    Attack(
        name="30 MB of messages",
        language="c-compiler",
        source=_MANY_MESSAGES,
        stopped=lambda record: record.output_exceeded and len(record.stderr) <= 1 << 20,
    ),
    Attack(
        name="a binary of 2 GB",
        language="c-compiler",
        source="char large[2000000000] = {1};\nint main(void) { return large[5]; }",
        stopped=ended_by_a_limit,
    ),
    Attack(
        name="a constant that takes years to compute",
        language="c++-compiler",
        source="""
constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) for (long j = 0; j < n; j++) s += i ^ j; return s; }
constexpr long all = f(1000000000);
int main() { return all; }
""",
        stopped=ended_by_a_limit,
    ),
]
