#include <cstdio>
int deep(volatile int n) { volatile char room[1000]; room[n % 1000] = 1; return deep(n + 1) + room[3]; }
int main() { printf("%d\n", deep(0)); }
