#ifndef HEADER_H
#define HEADER_H
#include <stdbool.h>
#ifdef __cplusplus
bool is_valid(int);
#else
bool is_valid(int);
#endif
#endif
