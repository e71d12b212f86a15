"""Every attack program. Each runs only inside a jail and is bounded."""

from __future__ import annotations

from tests.hostile.attacks_on_accounts import ACCOUNTS
from tests.hostile.attacks_on_compilers import COMPILERS
from tests.hostile.attacks_on_files import FILES
from tests.hostile.attacks_on_limits import MEMORY, PROCESSES, TIME
from tests.hostile.attacks_on_neighbours import NEIGHBOURS
from tests.hostile.attacks_on_secrets import ANSWERS
from tests.hostile.attacks_on_system import KERNEL
from tests.hostile.canaries import CANARIES
from tests.hostile.canaries_in_sql import CANARIES_IN_SQL

# FILES last: its last attack looks for traces of the others.
ATTACKS = [
    *TIME,
    *MEMORY,
    *PROCESSES,
    *ACCOUNTS,
    *NEIGHBOURS,
    *ANSWERS,
    *CANARIES,
    *CANARIES_IN_SQL,
    *KERNEL,
    *COMPILERS,
    *FILES,
]
