#include <cstdio>
int main() { std::puts("1"); return 7; }
