#include <stdio.h>
int f(int n) { volatile char x[4096]; x[n % 4096] = 1; return n < 0 ? 0 : f(n + 1) + x[0]; }
int main(void) { puts("1"); return f(0); }
