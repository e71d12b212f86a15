/* Both sides of a script's calls in C and C++: frames of values between two jails (see conversation.py, plain.py).
 *
 * What arrives is read strictly: the other side may be an answer. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIMIT (8 << 20)
static int reading, writing;
static char *received, *place, *end;

void etude_broken(void);
char *etude_written(size_t *size);
void etude_forget(void);

/* Take the process's own streams; what is printed then goes where errors go. */
void etude_channel(const char *input) {
    reading = (int)syscall(SYS_fcntl, 0, F_DUPFD, 20);
    writing = (int)syscall(SYS_fcntl, 1, F_DUPFD, 20);
    syscall(SYS_dup3, 2, 1, 0);
    int file = (int)syscall(SYS_openat, AT_FDCWD, input, O_RDONLY);
    if (file >= 0) {
        syscall(SYS_dup3, file, 0, 0);
        syscall(SYS_close, file);
    }
    received = (char *)malloc(LIMIT + 1);
}

static void send_all(const char *data, size_t size) {
    while (size > 0) {
        long done = syscall(SYS_write, writing, data, size);
        if (done <= 0) syscall(SYS_exit_group, 1);
        data += done;
        size -= (size_t)done;
    }
}

static void receive_all(char *data, size_t size) {
    while (size > 0) {
        long done = syscall(SYS_read, reading, data, size);
        if (done <= 0) syscall(SYS_exit_group, 1);
        data += done;
        size -= (size_t)done;
    }
}

/* Send what was written, behind `kind` if it is not 0. */
void etude_send(char kind) {
    size_t size;
    char *text = etude_written(&size);
    size_t whole = size + (kind != 0);
    char head[5] = {(char)(whole >> 24), (char)(whole >> 16), (char)(whole >> 8), (char)whole, kind};
    send_all(head, kind ? 5 : 4);
    send_all(text, size);
    etude_forget();
}

void etude_receive(void) {
    unsigned char head[4];
    receive_all((char *)head, 4);
    size_t size = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (size > LIMIT) etude_broken();
    receive_all(received, size);
    place = received;
    end = received + size;
    *end = 0;
}

int etude_is_end(void) { return strcmp(received, "{\"t\":[\"end\"]}") == 0; }

static char *until(char mark) {
    char *start = place;
    while (place < end && *place != mark) place++;
    if (place == end) etude_broken();
    *place++ = 0;
    return start;
}

static char tag(void) {
    if (place >= end) etude_broken();
    return *place++;
}

/* Whether a text comes next: what an exception of the answer's is. */
int etude_is_text(void) { return place < end && *place == 's'; }

int etude_take_flag(void) {
    char found = tag();
    if (found != 't' && found != 'f') etude_broken();
    return found == 't';
}

long long etude_take_int(void) {
    char found = tag();
    if (found == 't' || found == 'f') return found == 't';
    if (found != 'i') etude_broken();
    char *digits = until(';'), *last;
    long long value = *digits == '-' ? strtoll(digits, &last, 10) : (long long)strtoull(digits, &last, 10);
    if (*last != 0 || last == digits) etude_broken();
    return value;
}

double etude_take_double(void) {
    if (place < end && *place != 'd') return (double)etude_take_int();
    place++;
    char *digits = until(';'), *last;
    double value = strtod(digits, &last);
    if (*last != 0 || last == digits) etude_broken();
    return value;
}

size_t etude_take_count(char wanted) {
    if (tag() != wanted) etude_broken();
    char *digits = until(':'), *last;
    unsigned long long count = strtoull(digits, &last, 10);
    if (*last != 0 || last == digits || *digits == '-' || count > LIMIT) etude_broken();
    return (size_t)count;
}

/* The bytes of a text, which stay until the next frame. */
const char *etude_take_bytes(size_t *size) {
    *size = etude_take_count('s');
    if (*size > (size_t)(end - place)) etude_broken();
    place += *size;
    return place - *size;
}

/* A text of its own, with a NUL behind it; NULL for none. */
char *etude_take_text(void) {
    size_t size;
    if (place < end && *place == 'n') {
        place++;
        return NULL;
    }
    const char *bytes = etude_take_bytes(&size);
    char *copy = (char *)calloc(size + 1, 1);
    memcpy(copy, bytes, size);
    return copy;
}

/* Into a text that the caller has: never more than it held. */
void etude_take_back(char *text) {
    size_t size, most = text == NULL ? 0 : strlen(text);
    if (place < end && *place == 'n') {
        place++;
        return;
    }
    const char *bytes = etude_take_bytes(&size);
    if (text == NULL) return;
    if (size > most) etude_broken();
    memcpy(text, bytes, size);
    text[size] = 0;
}

#ifdef __cplusplus
}
#endif
