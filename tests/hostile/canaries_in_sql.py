"""Hunts for canaries in SQL, whose first failure ends the program: so each way out is an attack of its own.

The canary is planted as a database too, for that is all that SQL can open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hostile.attack import HOST_DATABASE, HOST_FILE, HOST_PID, Attack, no_secret

if TYPE_CHECKING:
    from etude.jail import RunRecord

_SHOW = "SELECT * FROM host.found;\n"
HUNTS_IN_SQL = {
    "a database of the host": f"ATTACH DATABASE '{HOST_DATABASE}' AS host;\n{_SHOW}",
    "a database of the host by an address": f"ATTACH 'file:{HOST_DATABASE}?mode=ro&immutable=1' AS host;\n{_SHOW}",
    "a database through a process": f"ATTACH '/proc/{HOST_PID}/root{HOST_DATABASE}' AS host;\n{_SHOW}",
    "a database through a descriptor": "ATTACH '/proc/self/fd/3' AS host;\nSELECT * FROM host.sqlite_master;\n",
    "the memory of the interpreter": "ATTACH '/proc/self/mem' AS host;\nSELECT * FROM host.sqlite_master;\n",
    "the environment": "ATTACH '/proc/self/environ' AS host;\nSELECT * FROM host.sqlite_master;\n",
    "a function that reads files": f"SELECT readfile('{HOST_FILE}');\n",
    "a function that writes files": f"SELECT writefile('{HOST_FILE}', 'x');\n",
    "a table of folders": "SELECT name FROM fsdir('/');\n",
    "an extension": f"SELECT load_extension('{HOST_DATABASE}');\n",
    "a function that runs programs": f"SELECT edit('x', 'cat {HOST_FILE}');\n",
    "a command of the shell": f".read {HOST_FILE}\n",
    "a command that opens": f".open {HOST_DATABASE}\nSELECT * FROM found;\n",
    "a command that runs programs": f".shell cat {HOST_FILE}\n",
    "a copy outside": f"CREATE TABLE t(x);\nVACUUM INTO '{HOST_DATABASE}.copy';\n",
    "a database made outside": f"ATTACH '{HOST_DATABASE}.new' AS host;\nCREATE TABLE host.t(x);\n",
    "temporary files outside": f"PRAGMA temp_store_directory = '{HOST_DATABASE}.folder';\n",
}


HEAD = b"type | name | tbl_name | rootpage | sql\n"


def is_refused(record: RunRecord) -> bool:
    """Each begins with what must fail. What the kernel says is empty, SQLite takes for a database without tables."""
    failed = record.exit_code == 1 and record.stdout == b""
    return (failed or (record.exit_code == 0 and record.stdout == HEAD)) and no_secret(record)


CANARIES_IN_SQL = [
    Attack(name=f"a hunt for canaries in sql: {name}", language="sql", source=source, stopped=is_refused)
    for name, source in HUNTS_IN_SQL.items()
]
