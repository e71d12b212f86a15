"""Runs every benchmark of this folder in turn; each prints its figures. The machine should be idle.

A goal that is missed, or a benchmark that fails, does not keep the others from running: it is named in the end, and the
exit code is 1.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"run_all.py", "site_.py", "school.py"}

failed = []
for script in sorted([*HERE.glob("*.py"), *HERE.glob("grading/*.py")]):
    if script.name not in NOT_BENCHMARKS:
        print(f"# {script.name}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False, timeout=900).returncode != 0:
            failed.append(script.name)
if failed:
    sys.exit(f"missed or failed: {', '.join(failed)}")
