#include <cstdio>
int a[1000001];
int deep(int n) { if (n == 0) return 0; volatile char room[500]; room[n % 500] = 1; int below = deep(n - 1); a[n] = below + 1; return a[n] + 0 * room[n % 500]; }
int main() { int n; if (scanf("%d", &n) == 1) printf("%d\n", deep(n)); }
