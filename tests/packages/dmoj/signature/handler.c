#include "header.h"
#include <stdio.h>
#ifndef SIGNATURE_GRADER
#error not a grader
#endif
static int n;
int main() { scanf("%d", &n); printf(is_valid(n) ? "correct" : "wrong"); return 0; }
