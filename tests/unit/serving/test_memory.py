from __future__ import annotations

import subprocess
import sys

FORTY_THREADS = """
import threading
from etude.serving.memory import limit_arenas
limit_arenas()
barrier = threading.Barrier(40)
def work():
    blocks = [bytearray(60_000) for _ in range(50)]
    barrier.wait(30)
threads = [threading.Thread(target=work) for _ in range(40)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum("[heap]" not in line and " rw-p 00000000 00:00 0" in line for line in open("/proc/self/maps")) < 400)
"""


def test_a_process_of_many_threads_still_works_with_few_pools_of_memory() -> None:
    done = subprocess.run([sys.executable, "-c", FORTY_THREADS], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "True"
