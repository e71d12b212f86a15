#include <stdio.h>
#include <string.h>
int main(void) { int l = 1, h = 1000; char s[20]; for (;;) { int g = (l + h) / 2; printf("%d\n", g); fflush(stdout); if (scanf("%19s", s) != 1) return 1; if (!strcmp(s, "OK")) return 0; if (!strcmp(s, "SINKS")) l = g + 1; else h = g - 1; } }
