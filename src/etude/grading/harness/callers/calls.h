/* Behind the text of an answer in C: writes values as etude.grading.plain reads them (see calls_side.c). */

void etude_begin(const char *kind);
void etude_put_bool(_Bool);
void etude_put_char(char);
void etude_put_int(long long);
void etude_put_unsigned(unsigned long long);
void etude_put_double(double);
void etude_put_text(const char *);
void etude_put_null(void);
void etude_put_nothing();
int etude_chosen(void);
int etude_end(void);

#define ETUDE_PUT(value) _Generic((value), _Bool: etude_put_bool, char: etude_put_char, \
    signed char: etude_put_int, short: etude_put_int, int: etude_put_int, long: etude_put_int, long long: etude_put_int, \
    unsigned char: etude_put_unsigned, unsigned short: etude_put_unsigned, unsigned: etude_put_unsigned, \
    unsigned long: etude_put_unsigned, unsigned long long: etude_put_unsigned, \
    float: etude_put_double, double: etude_put_double, long double: etude_put_double, \
    char *: etude_put_text, const char *: etude_put_text, default: etude_put_nothing)(value)

#pragma GCC diagnostic error "-Wimplicit-function-declaration"
#pragma GCC diagnostic error "-Wint-conversion"
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
