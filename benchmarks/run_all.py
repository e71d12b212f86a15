"""Runs every benchmark of this folder in turn; each prints lines of JSON. The machine should be idle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"run_all.py", "site_.py", "school.py", "join_class.py"}  # the last one wants a running school

for script in sorted(HERE.glob("*.py")):
    if script.name not in NOT_BENCHMARKS:
        print(f"# {script.name}", flush=True)
        subprocess.run([sys.executable, str(script)], check=True, timeout=900)
