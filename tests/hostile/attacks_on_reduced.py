"""The reduced tier: what it stops though no namespace hides it, and the attacks of the suite that it does not stop."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import HOST_FILE, HOST_PID, PORT, SYSTEM_CALL, Attack

NOT_STOPPED = {
    "host folders": "which files exist",
    "the name of the machine": "the machine’s name",
    "filling the disk": "the disk, for a moment",
    "a fork bomb of 2,000": "the number of processes",
}
"""Attack → what docs/explanation/jail.md calls it. The engine runs no answer there that may start processes."""
_NONE = b"[]\n"
_TRY = """
won = []
def attempt(name, function, *arguments):
    try: function(*arguments)
    except (OSError, ValueError): return
    won.append(name)
"""

REDUCED = [
    Attack(
        name="files of the host by their names",
        source=f"import os{_TRY}"
        f"""
for path in ({HOST_FILE!r}, '/etc/passwd', '/etc/hostname', '/proc/mounts', '/proc/self/environ', '/proc/self/mountinfo'):
    attempt(path, open, path, 'rb')
for name in ('environ', 'mem', 'maps', 'cmdline', 'fd/0', 'root/etc/passwd', 'cwd/x', 'stat', 'status'):
    attempt(name, open, '/proc/{HOST_PID}/' + name, 'rb')
    attempt('parent ' + name, open, f'/proc/{{os.getppid()}}/' + name, 'rb')
for folder in ('/', '//tmp', '/home', '/etc', '/proc', '/proc/self', '/proc/{HOST_PID}', '/dev', '/sys', '..', '../..', '../../..'):
    attempt(folder, os.listdir, folder)
print(won)
""",
        stopped=lambda record: record.stdout == _NONE,
    ),
    Attack(
        name="changes to files of the host",
        source=f"import os, shutil{_TRY}"
        f"""
target, folder = {HOST_FILE!r}, os.path.dirname({HOST_FILE!r})
attempt('write', open, target, 'w'); attempt('append', open, target, 'a'); attempt('truncate', os.truncate, target, 0)
attempt('cut', os.open, target, os.O_RDONLY | os.O_TRUNC); attempt('cut ours', os.open, os.__file__, os.O_RDONLY | os.O_TRUNC)
attempt('chmod', os.chmod, target, 0o777); attempt('chown', os.chown, target, -1, -1); attempt('utime', os.utime, target)
attempt('rename', os.rename, target, 'x'); attempt('remove', os.unlink, target); attempt('link', os.link, target, 'y')
attempt('make', open, folder + '/new', 'w'); attempt('folder', os.mkdir, folder + '/new'); attempt('symlink', os.symlink, '/', folder + '/new')
attempt('fifo', os.mkfifo, folder + '/new'); attempt('out', os.rename, 'main.py', folder + '/new'); attempt('in /tmp', open, '//tmp/etude-new', 'w')
attempt('slot', os.rmdir, '../tmp'); attempt('moved', os.rename, '../tmp', '../other'); attempt('beside', os.mkdir, '../other')
attempt('memory', open, '/dev/shm/etude-new', 'w'); attempt('terminal', open, '/dev/tty', 'w'); attempt('open chmod', os.fchmod, os.open(os.__file__, 0), 0o777)
print(won)
""",
        stopped=lambda record: record.stdout == _NONE,
    ),
    Attack(
        name="signals and orders to processes of the host",
        source=f"import fcntl, os, signal, socket{_TRY}"
        + SYSTEM_CALL
        + f"""
for pid in ({HOST_PID}, os.getppid(), -1, 1, -os.getppid()):
    attempt(pid, os.kill, pid, 0); attempt(('TERM', pid), os.kill, pid, signal.SIGTERM)
block = ctypes.create_string_buffer(128)
others = {HOST_PID}, os.getppid()
for pid in others:
    attempt(('group', pid), os.killpg, os.getpgid(pid), signal.SIGTERM)
    attempt(('affinity', pid), os.sched_setaffinity, pid, {{0}}); attempt(('class', pid), os.sched_setscheduler, pid, os.SCHED_BATCH, os.sched_param(0))
    attempt(('nice', pid), os.setpriority, os.PRIO_PROCESS, pid, 19)
    won += [(number, pid) for number in (234, 200, 129, 297, 101, 310, 311, 302) if call(number, pid, pid, 0, block) >= 0]
attempt('nice all', os.setpriority, os.PRIO_USER, os.getuid(), 19)
one, _ = socket.socketpair()
attempt('owner', fcntl.fcntl, one, fcntl.F_SETOWN, {HOST_PID}); attempt('which', fcntl.fcntl, one, fcntl.F_SETSIG, 9)
attempt('ioctl', fcntl.ioctl, one, 0x8901, int({HOST_PID}).to_bytes(4, 'little'))
attempt('session', os.setsid)
if call(157, 1, 0, 0, 0, 0) >= 0: won.append('outliving the jail')
if call(434, {HOST_PID}, 0) >= 0 and call(424, call(434, {HOST_PID}, 0), 15, None, 0) >= 0: won.append('pidfd')
attempt('connect', lambda: socket.create_connection(('127.0.0.1', {PORT})))
print(won)
""",
        stopped=lambda record: record.stdout == _NONE,
    ),
    Attack(
        name="what an earlier student left in the folders",
        before="import os\nopen('left', 'w').write('x'); open(os.environ['TMPDIR'] + '/left', 'w').write('x')\nos.makedirs('a/b/c'); os.mkdir('closed', 0); os.symlink('/', 'a/root')",
        source="import os\nprint(os.listdir('.') + os.listdir(os.environ['TMPDIR']))",
        stopped=lambda record: record.stdout == b"['main.py']\n",
    ),
    Attack(
        name="more files than the folder may hold",
        source="import os\nfor number in range(400):\n    with open(f'{number}', 'wb') as file: file.write(bytes(1 << 20))\nprint('done')",
        limits={"cpu_time_s": 10},
        stopped=lambda record: record.signal == 9,
    ),
]
