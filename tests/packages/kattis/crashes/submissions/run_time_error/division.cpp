#include <csignal>
int main() { raise(SIGFPE); }
