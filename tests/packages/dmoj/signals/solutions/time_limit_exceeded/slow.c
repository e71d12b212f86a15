#include <stdio.h>
int main(void) { for (volatile long i = 0; i < 40000000000; i++); puts("1"); return 0; }
