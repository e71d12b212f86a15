"""A Python answer in the jail behaves as in any ordinary interpreter: the two are run side by side and compared."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from etude.jail import Jail, PythonProgram
from etude.jail.view import base_python

from .conftest import LIMITS

PROGRAMS = {
    "accents": "print('déjà vu – œuvre'); print(input('Nom ? '), input())",
    "main": "import sys\nprint(__name__, __file__, sys.argv, sys.path[0], __doc__, __spec__, __package__)",
    "docstring": "'''Salut.'''\nprint(__doc__)",
    "exception": "def f(n):\n    return 1 / n\n\ntry:\n    f(0)\nexcept ZeroDivisionError as error:\n    raise ValueError('non') from error",
    "syntax error": "print('one')\nif True\n    print('two')",
    "indentation error": "if True:\nprint('two')",
    "exit code": "import sys\nprint('before', end='')\nsys.exit(3)",
    "exit message": "import sys\nprint('out')\nsys.exit('farewell')",
    "large exit code": "import sys\nsys.exit(259)",
    "exit without import": "print('out')\nexit()",
    "quit": "quit(4)",
    "exit object": "raise SystemExit([1, 2])",
    "unflushed": "import sys\nsys.stdout.write('no newline')",
    "threads are joined": "import threading, time\nsaid = threading.Event()\ndef late():\n    said.wait()\n    time.sleep(0.05)\n    print('late')\nthreading.Thread(target=late).start()\nprint('early')\nsaid.set()",
    "thread error": "import threading\nthreading.Thread(target=lambda: 1 / 0, name='t').start()",
    "atexit": "import atexit\natexit.register(print, 'first registered')\natexit.register(print, 'last registered')\nprint('end')",
    "atexit error": "import atexit\n@atexit.register\ndef f():\n    1 / 0",
    "destructor": "class A:\n    def __del__(self): print('deleted', __name__)\na = A()\nb = [a]\nb.append(b)\nprint('end')",
    "excepthook": "import sys\nsys.excepthook = lambda kind, value, trace: print('hook', kind.__name__, value)\nint('x')",
    "broken excepthook": "import sys\ndef hook(*_): raise RuntimeError('hook')\nsys.excepthook = hook\nint('x')",
    "end of input": "input()\ninput()\ninput()",
    "lines": "import sys\nfor line in sys.stdin: print(repr(line))",
    "binary": "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())",
    "streams": "import sys\nfor s in (sys.stdin, sys.stdout, sys.stderr): print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.fileno(), s.isatty())",
    "helper": "import helper\nprint(helper.double(4), helper.__file__)\nhelper.fail()",
    "data file": "print(open('data.txt', encoding='utf-8').read())\nopen('new.txt', 'w').write('x')",
    "recursion": "import sys\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(980), sys.getrecursionlimit())\ntry: f(10000)\nexcept RecursionError as e: print(e)",
    "keyboard interrupt": "raise KeyboardInterrupt",
    "interrupted": "import os, signal\ntry: os.kill(os.getpid(), signal.SIGINT)\nexcept KeyboardInterrupt: print('caught')",
    "closed stdout": "import sys\nsys.stdout.close()",
    "exception group": "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])",
    "hash": "print(hash('abc'), sorted({'a', 'b', 'c'}), {'x', 'y', 'z'})",
    "random is seeded": "import random\nrandom.seed(7)\nprint(random.random())",
    "annotations": "x: int = 3\nprint(__annotations__)",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nprint(P(3), P.__module__)",
    "pickle": "import pickle\nclass A: x = 1\nprint(pickle.loads(pickle.dumps(A())).x)",
    "latin source": "# -*- coding: latin-1 -*-\nprint('ok')",
    "signal exit": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
    "abort": "import os\nprint('lost')\nos.abort()",
    "inspect": "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))",
    "builtins": "print(__builtins__.__name__, help, copyright is not None)",
    "warnings": "import warnings\nwarnings.warn('attention')",
}
STDIN = "Zoé\nsecond\n".encode()
HELPER = b"def double(n):\n    return 2 * n\n\n\ndef fail():\n    raise KeyError('helper')\n"


def run_ordinary(folder):
    """Run main.py there as a shell would; Ctrl-C is heard even where whoever started the tests had it ignored."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8:strict",
    }
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        command = [base_python(), "-s", "-B", "main.py"]
        return subprocess.run(command, cwd=folder, env=environment, input=STDIN, capture_output=True, check=False)
    finally:
        signal.signal(signal.SIGINT, before)


def without_addresses(output):
    return re.sub("0x[0-9a-f]+", "0x0", output.decode())


@pytest.fixture(scope="module", params=[True, False], ids=["warm", "cold"])
def either_jail(request):
    with Jail(warm=request.param) as jail:
        yield jail


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_does_what_an_ordinary_interpreter_does(name, either_jail, tmp_path):
    files = {"main.py": PROGRAMS[name].encode(), "helper.py": HELPER, "data.txt": "donnée".encode()}
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)

    ordinary = run_ordinary(tmp_path)
    jailed = either_jail.run(PythonProgram(files=files), stdin=STDIN, limits=LIMITS)

    code = jailed.exit_code if jailed.signal is None else -jailed.signal
    assert jailed.stdout.decode() == ordinary.stdout.decode().replace(str(tmp_path), "/box")
    assert without_addresses(jailed.stderr) == without_addresses(ordinary.stderr).replace(str(tmp_path), "/box")
    assert code == ordinary.returncode


def test_programs_of_one_jail_do_not_share_random_numbers(run_python):
    source = "import random, secrets\nprint(random.random(), secrets.token_hex(4))"

    first, second = run_python(source), run_python(source)

    assert first.stdout != second.stdout


def test_preloaded_random_is_seeded_anew():
    source = PythonProgram(files={"main.py": b"import random\nprint(random.random())"})

    with Jail(preload=("random",)) as jail:
        answers = {jail.run(source, limits=LIMITS).stdout for _ in range(3)}

    assert len(answers) == 3


def test_hash_seed_is_the_jails():
    source = PythonProgram(files={"main.py": b"print(hash('abc'))"})

    with Jail(hash_seed=1) as one, Jail(hash_seed=2) as two, Jail(hash_seed=1) as same:
        answers = [jail.run(source, limits=LIMITS).stdout for jail in (one, two, same)]

    assert answers[0] == answers[2] != answers[1]


def test_arguments_reach_the_program(jail):
    program = PythonProgram(
        source_name="sub/prog.py", files={"sub/prog.py": b"import sys; print(sys.argv)"}, argv=("a", "b")
    )

    record = jail.run(program, limits=LIMITS)

    assert record.stdout == b"['sub/prog.py', 'a', 'b']\n"


def test_installed_packages_cannot_be_imported(run_python):
    record = run_python("import flask")

    assert b"ModuleNotFoundError: No module named 'flask'" in record.stderr
