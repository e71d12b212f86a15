/* The side of a test script in C or C++: its `assert` reports, and it alone. The answer is in another jail. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

void etude_raw(const char *data, size_t size);
void etude_forget(void);
void etude_send(char kind);
void etude_receive(void);
int etude_take_flag(void);
int etude_is_text(void);
char *etude_take_text(void);
/* Of scripts in C++: throw what the answer has thrown. */
__attribute__((weak)) void etude_throw(void);
void etude_channel(const char *input);
void etude_put_int(long long);
extern const char *etude_script_name;

static const char *last_call = "";
static const char *running = "";

static void put_string(const char *name, const char *value, const char *after) {
    char piece[16];
    etude_raw("\"", 1);
    etude_raw(name, strlen(name));
    etude_raw("\": \"", 4);
    for (size_t i = 0; value[i] != 0 && i < 2000; i++) {
        unsigned char letter = (unsigned char)value[i];
        if (letter < 32 || letter == '"' || letter == '\\') snprintf(piece, sizeof piece, "\\u%04x", letter);
        else snprintf(piece, sizeof piece, "%c", letter);
        etude_raw(piece, strlen(piece));
    }
    etude_raw("\"", 1);
    etude_raw(after, strlen(after));
}

/* Send the report and end, whatever else the program still meant to do. */
static void report(const char *outcome, int line, const char *source, const char *error, const char *text) {
    char number[64];
    etude_forget();
    etude_raw("{", 1);
    put_string("outcome", outcome, ", ");
    put_string("test", running, ", ");
    put_string("source", source, ", ");
    put_string("error", error, ", ");
    put_string("text", text, ", ");
    put_string("missing", strcmp(outcome, "missing") == 0 || strcmp(outcome, "type") == 0 ? last_call : "", ", ");
    put_string("call", last_call, ", ");
    snprintf(number, sizeof number, "\"answer_line\": 0, \"line\": %d}", line);
    etude_raw(number, strlen(number));
    fflush(NULL);
    etude_send('D');
    syscall(SYS_exit_group, 0);
}

void etude_broken(void) { report("broken", 0, "", "", ""); }

void etude_running(const char *test) { running = test; }

/* Begin a call of the function with this number. */
void etude_request(int number, const char *name) {
    etude_forget();
    last_call = name;
    etude_put_int(number);
}

void etude_ask(void) {
    etude_send('C');
    etude_receive();
    if (etude_is_text() && etude_throw != NULL) etude_throw();
    if (etude_take_flag()) return;
    if (etude_is_text()) report("type", 0, "", "", etude_take_text());
    report("missing", 0, "", "", "");
}

/* What glibc's assert calls when it fails. `assert(x == 3 && "what to say")` says so. */
void __assert_fail(const char *expression, const char *, unsigned, const char *) __attribute__((noreturn));
void __assert_fail(const char *expression, const char *file, unsigned line, const char *function) {
    char text[512] = "";
    const char *quote = strrchr(expression, '"');
    const char *joined = strstr(expression, "&& \"");
    (void)file;
    (void)function;
    if (joined != NULL && quote != NULL && quote > joined + 4 && quote[1] == 0)
        snprintf(text, sizeof text, "%.*s", (int)(quote - joined - 4), joined + 4);
    report("failed", (int)line, expression, "AssertionError", text);
    abort();
}

/* Nothing has caught what the answer has thrown. */
void etude_raised(const char *name, const char *what) { report("raised", 0, "", name, what); }

static void at_exit(int code, void *unused) {
    char text[64];
    (void)unused;
    if (code == 0) report("passed", 0, "", "", "");
    snprintf(text, sizeof text, "exit code %d", code);
    report("failed", 0, "", "main", text);
}

void etude_begin_script(void) {
    etude_channel("/dev/null");
    on_exit(at_exit, NULL);
}

#ifdef __cplusplus
}
#endif
