/* Compiled with an answer in C or C++: which call is to be made, and what it gave. Knows nothing of what is expected.
 *
 * System calls by number: an answer may have a function called `write` of its own. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIMIT (8 << 20)
static char *text;
static size_t used;

void etude_raw(const char *data, size_t size) {
    if (text == NULL) text = (char *)malloc(LIMIT);
    if (used + size > LIMIT) syscall(SYS_exit_group, 1);
    memcpy(text + used, data, size);
    used += size;
}

char *etude_written(size_t *size) {
    *size = used;
    return text;
}

void etude_forget(void) { used = 0; }

/* Room for so many values, with one more so that it is never none. */
void *etude_room(size_t count, size_t size) {
    void *room = calloc(count + 1, size);
    if (room == NULL) abort();
    return room;
}

static void raw_text(const char *data) { etude_raw(data, strlen(data)); }

void etude_put_text_of(const char *data, size_t size) {
    char head[32];
    snprintf(head, sizeof head, "s%zu:", size);
    raw_text(head);
    etude_raw(data, size);
}

void etude_begin(const char *kind) {
    used = 0;
    raw_text("l2:");
    etude_put_text_of(kind, strlen(kind));
}

void etude_put_null(void) { raw_text("n"); }
void etude_put_bool(bool value) { raw_text(value ? "t" : "f"); }
void etude_put_char(char value) { etude_put_text_of(&value, 1); }

void etude_put_text(const char *value) {
    if (value == NULL) etude_put_null();
    else etude_put_text_of(value, strlen(value));
}

void etude_put_count(char tag, size_t count) {
    char head[32];
    snprintf(head, sizeof head, "%c%zu:", tag, count);
    raw_text(head);
}

void etude_put_int(long long value) {
    char digits[32];
    snprintf(digits, sizeof digits, "i%lld;", value);
    raw_text(digits);
}

void etude_put_unsigned(unsigned long long value) {
    char digits[32];
    snprintf(digits, sizeof digits, "i%llu;", value);
    raw_text(digits);
}

void etude_put_double(double value) {
    char digits[64];
    snprintf(digits, sizeof digits, "d%.17g;", isnan(value) ? NAN : value);
    raw_text(isnan(value) ? "dnan;" : digits);
}

void etude_put_nothing() {
    etude_begin("uncrossable");
    raw_text("n");
}

int etude_chosen(void) {
    char digits[16] = "";
    int file = (int)syscall(SYS_openat, AT_FDCWD, "__etude_call", O_RDONLY);
    syscall(SYS_read, file, digits, sizeof digits - 1);
    syscall(SYS_close, file);
    return atoi(digits);
}

int etude_end(void) {
    fflush(NULL);
    int file = (int)syscall(SYS_openat, AT_FDCWD, "__etude_result", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    for (size_t done = 0; done < used;) {
        long size = syscall(SYS_write, file, text + done, used - done);
        if (size <= 0) syscall(SYS_exit_group, 1);
        done += (size_t)size;
    }
    syscall(SYS_exit_group, 0);
    return 0;
}

#ifdef __cplusplus
}
#endif
