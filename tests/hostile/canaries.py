"""Programs that look for what was planted outside: in the product's environment, files, memory and network.

One per language; another language joins by another entry. Each prints [what it looked at is not nothing, [what it found]].
SQL has several small ones (canaries_in_sql.py). The secret's first half is put together at run time, so that no program finds itself.
"""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import (
    ABSTRACT_NAME,
    EXPECTED_PREFIX,
    HOST_FILE,
    PORT,
    SEEN_FILE,
    SEEN_PROCESS,
    Attack,
    found_nothing,
    printed,
)
from tests.hostile.canaries_in_languages import HUNTERS_IN_LANGUAGES

HUNTERS = {
    "python": f"""
import ctypes, os, re, socket
wanted = ({EXPECTED_PREFIX[:4]!r} + {EXPECTED_PREFIX[4:]!r}).encode() + b'[0-9a-f]{{16}}'
found, looked = [], 0
if re.search(wanted, b' '.join(k + b'=' + v for k, v in os.environb.items())): found.append('environment')
if os.path.exists({SEEN_FILE!r}): found.append('host file')
if os.path.exists({SEEN_PROCESS!r}): found.append('host process')
for folder, folders, names in os.walk('/'):
    if folder in ('/usr', '/sys') or folder.endswith('/lib'):
        folders[:] = []
        continue
    for name in names:
        path = folder + '/' + name
        if path.startswith('/dev') or 'kmsg' in path or 'pagemap' in path: continue
        try: descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError: continue
        try: content = os.read(descriptor, 1 << 20)
        except OSError: continue
        finally: os.close(descriptor)
        looked += 1
        if re.search(wanted, content): found.append(path)
try: memory = open('/proc/self/mem', 'rb')
except PermissionError: memory = None  # in the reduced tier
for line in open('/proc/self/maps') if memory else ():
    first, last = (int(part, 16) for part in line.split()[0].split('-'))
    if 'r' not in line.split()[1] or last - first > 200 << 20 or '[v' in line: continue
    try:
        memory.seek(first)
        if re.search(wanted, memory.read(last - first)): found.append(line)
    except OSError: pass
for family, address in ((socket.AF_INET, ('127.0.0.1', {PORT})), (socket.AF_UNIX, '\\0{ABSTRACT_NAME}'),
                        (socket.AF_UNIX, {HOST_FILE!r} + '.socket')):
    try:
        socket.socket(family).connect(address)
        found.append(address)
    except OSError: pass
print([looked > 100, found])
""",
    "c": f"""
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
extern char **environ;
static char wanted[64]; static int looked, found; static char buffer[1 << 20];
static void look(const char *text, long length, const char *where) {{
  long size = strlen(wanted);
  for (const char *at = text; (at = memmem(at, text + length - at, wanted, size)); at++)
    if (at + size < text + length && isxdigit(at[size])) {{ found++; fprintf(stderr, "found in %s\\n", where); return; }}
}}
static int visit(const char *path, const struct stat *status, int kind, struct FTW *walk) {{
  if (kind == FTW_D && (!strcmp(path, "/usr") || !strcmp(path, "/sys") || strstr(path, "/lib"))) return FTW_SKIP_SUBTREE;
  if (kind != FTW_F || !strncmp(path, "/dev", 4) || strstr(path, "kmsg") || strstr(path, "pagemap")) return 0;
  int file = open(path, O_RDONLY | O_NONBLOCK);
  if (file < 0) return 0;
  long length = read(file, buffer, sizeof buffer);
  if (length > 0) look(buffer, length, path);
  looked++; close(file); return 0;
}}
int main(void) {{
  strcpy(wanted, "{EXPECTED_PREFIX[:4]}"); strcat(wanted, "{EXPECTED_PREFIX[4:]}");
  for (char **variable = environ; *variable; variable++) look(*variable, strlen(*variable), "environment");
  if (!access("{SEEN_FILE}", F_OK) || !access("{SEEN_PROCESS}", F_OK)) found++;
  nftw("/", visit, 30, FTW_PHYS | FTW_ACTIONRETVAL);
  struct sockaddr_in port = {{.sin_family = AF_INET, .sin_port = htons({PORT}), .sin_addr = {{htonl(0x7f000001)}}}};
  int internet = socket(AF_INET, SOCK_STREAM, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);
  if (!connect(internet, (struct sockaddr *)&port, sizeof port)) found++;
  struct sockaddr_un name = {{.sun_family = AF_UNIX}};
  strcpy(name.sun_path, "{HOST_FILE}.socket");
  if (!connect(local, (struct sockaddr *)&name, sizeof name)) found++;
  printf("[%s, [%s]]\\n", looked > 20 ? "True" : "False", found ? "'found'" : "");
}}
""",
}

CANARIES = [
    Attack(
        name=f"a hunt for canaries in {language}",
        language=language,
        source=source,
        limits={"cpu_time_s": 6, "wall_time_s": 20},
        stopped=lambda record: printed(record) == [True, []],
        stopped_reduced=found_nothing,
    )
    for language, source in {**HUNTERS, **HUNTERS_IN_LANGUAGES}.items()
]
