/* Makes the system calls of a list, in the process itself or in a new one that shares our memory until it executes
 * a program. What the calls are is decided elsewhere (see recipe.py); this only makes them, as inside/calls.py would.
 * Built when a compiler is there: a process that need not be copied starts ten times as fast. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPTIONAL = 1, WHOLE = 2 };
enum { LITERAL = 0, DESCRIPTOR = 1, REGISTER = 2 };

struct call {
  uint32_t number;
  uint8_t flags;
  uint8_t keep; /* 0, or 1 + the register for the result */
  uint8_t kind[6];
  uint8_t unused[4];
  uint64_t argument[6];
};

struct list {
  const struct call *calls;
  const int32_t *descriptors;
  int32_t count;
  int32_t known;  /* how many descriptors there are */
  int32_t failed; /* the call that failed, counted from 1 */
  int32_t error;
};

int make(struct list *list) {
  long registers[4] = {0};
  for (int at = 0; at < list->count; at++) {
    const struct call *call = &list->calls[at];
    long value[6];
    for (int i = 0; i < 6; i++) {
      long given = (long)call->argument[i];
      value[i] = call->kind[i] == LITERAL      ? given
                 : call->kind[i] == DESCRIPTOR ? (given >= 0 && given < list->known ? list->descriptors[given] : -1)
                                               : registers[(call->kind[i] - REGISTER) & 3];
    }
    long result = syscall(call->number, value[0], value[1], value[2], value[3], value[4], value[5]);
    int error = result < 0 ? errno : (call->flags & WHOLE) && result != value[2] ? ENOSPC : 0;
    if (error && !(call->flags & OPTIONAL)) {
      list->error = error;
      list->failed = at + 1;
      return -1;
    }
    if (call->keep) registers[(call->keep - 1) & 3] = result;
  }
  return 0;
}

static int child(void *list) {
  make(list); /* returns only if it failed: its last call is execve */
  syscall(SYS_exit_group, 125);
  return 125;
}

/* The new process, or -1 with errno. We sleep until it has become the program or failed. */
int start(struct list *list, char *top_of_stack) {
  int pid = clone(child, top_of_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, list);
  if (pid < 0) list->error = errno;
  return pid;
}

enum { MOST_RANGES = 256 };

struct range {
  uint64_t start;
  uint64_t length;
};

/* Waits for a child and ends with it, after giving back the memory of these ranges: this stack and this library are
 * not among them. Nothing else of the process may run again, so this never returns. */
void wait_alone(int pid, const struct range *ranges, int count) {
  struct range own[MOST_RANGES];
  if (count > MOST_RANGES) count = MOST_RANGES;
  memcpy(own, ranges, count * sizeof own[0]);
  for (int at = 0; at < count; at++) syscall(SYS_madvise, own[at].start, own[at].length, MADV_DONTNEED);
  while (syscall(SYS_wait4, pid, 0, 0, 0) < 0 && errno == EINTR) {
  }
  syscall(SYS_exit_group, 0);
}
