/* The side of an answer whose functions a script calls. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

void etude_channel(const char *input);
void etude_receive(void);
void etude_send(char kind);
void etude_forget(void);
void etude_put_null(void);
int etude_is_end(void);
long long etude_take_int(void);

void etude_broken(void) { syscall(SYS_exit_group, 1); }
void etude_serve(void) { etude_channel("__etude_stdin"); }

int etude_next(void) {
    etude_receive();
    if (etude_is_end()) {
        etude_forget();
        etude_put_null();
        etude_send(0);
        syscall(SYS_exit_group, 0);
    }
    return (int)etude_take_int();
}

void etude_reply(void) {
    fflush(NULL);
    etude_send(0);
}

#ifdef __cplusplus
}
#endif
