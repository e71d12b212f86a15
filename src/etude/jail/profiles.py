"""Which system calls the programs of each family may make. What is not listed is refused.

Found by running the self-tests, the compilers and the start and end of each runtime in audit mode (`Jail(audit=True)`),
and by what the calls do: everything here acts on the program's own memory, files, processes and time.
"""

from __future__ import annotations

_FILES = """
read write open openat openat2 creat close close_range stat fstat lstat newfstatat statx statfs fstatfs lseek
pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 access faccessat faccessat2 pipe pipe2 dup dup2 dup3
fcntl flock fsync fdatasync sync_file_range truncate ftruncate fallocate getdents getdents64 getcwd chdir fchdir
rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat readlink readlinkat
mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat umask utime utimes utimensat futimesat
sendfile copy_file_range splice tee fadvise64 readahead ioctl
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
"""
_MEMORY = """
mmap mprotect munmap brk mremap msync mincore madvise membarrier mlock munlock mlock2 pkey_alloc pkey_free pkey_mprotect
map_shadow_stack mseal get_mempolicy
"""
_PROCESS = """
exit exit_group wait4 waitid kill tkill tgkill getpid gettid getppid getpgrp getpgid setpgid getsid setsid
getuid geteuid getgid getegid getresuid getresgid getgroups getpriority setpriority
sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_getattr
sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu
prlimit64 getrlimit setrlimit getrusage times sysinfo uname prctl arch_prctl capget
set_tid_address set_robust_list get_robust_list rseq futex futex_waitv futex_wake futex_wait futex_requeue
clone execve execveat pidfd_open pidfd_send_signal
rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo rt_sigsuspend rt_sigreturn
sigaltstack restart_syscall pause alarm getitimer setitimer
nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time
timer_create timer_settime timer_gettime timer_getoverrun timer_delete getrandom
"""
_WAITING = """
poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4
"""
# Only between the ends of a socketpair: no program can make any other socket.
_PAIRS = """
socketpair sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown getsockopt setsockopt getsockname getpeername
"""
# The ordinary classes only: nobody in a jail may have a real-time one.
_SCHEDULING = "sched_setscheduler sched_setparam sched_setattr"
_FORKING = "fork vfork"
# What the jail itself does to prepare a test, and its programs never.
_SETTING_UP = """
mount umount2 setns seccomp capset setgroups setresgid setresuid pidfd_getfd
landlock_create_ruleset landlock_add_rule landlock_restrict_self
"""


def _names(*groups: str) -> frozenset[str]:
    return frozenset(" ".join(groups).split())


GENERAL = "general"
# javac opens its files with a socketpair at hand; mono sets the priority of every thread.
PROFILES: dict[str, frozenset[str]] = {
    "compiler": _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS, _SCHEDULING),
    "java": _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS, _SCHEDULING),
    "mono": _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS, _SCHEDULING),
    "native": _names(_FILES, _MEMORY, _PROCESS, _WAITING),
    "node": _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS),
    "python": _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS),
    GENERAL: _names(_FILES, _MEMORY, _PROCESS, _WAITING, _PAIRS, _SCHEDULING),
}
"""Family → names of the calls. `general` is for programs of which nothing is known."""


def allowed(profile: str, *, may_fork: bool) -> frozenset[str]:
    """The calls of a family. Raises KeyError for an unknown one."""
    return PROFILES[profile] | (_names(_FORKING) if may_fork else frozenset())


def allowed_in_jail() -> frozenset[str]:
    """Everything that anything in a jail may ever call."""
    return frozenset().union(*PROFILES.values(), _names(_FORKING, _SETTING_UP))
