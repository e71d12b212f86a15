#include <iostream>
int main() { int n, best = -1000; while (std::cin >> n) if (n > best) best = n; std::cout << best << "\n"; }
