int main() { volatile int *p = 0; *p = 1; }
