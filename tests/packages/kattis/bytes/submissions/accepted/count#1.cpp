#include <cstdio>
int main() { int n = 0; while (getchar() != EOF) n++; printf("%d", n); }
