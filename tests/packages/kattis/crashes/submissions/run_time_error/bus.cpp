#include <csignal>
int main() { raise(SIGBUS); }
