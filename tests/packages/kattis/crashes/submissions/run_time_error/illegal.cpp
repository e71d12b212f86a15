#include <csignal>
int main() { raise(SIGILL); }
