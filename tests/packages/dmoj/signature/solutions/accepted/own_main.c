#include <stdio.h>
bool is_valid(int n) { return n % 12 == 0; }
int main(void) { printf("mine"); return 0; }
