#include <csignal>
int main() { raise(SIGTRAP); }
