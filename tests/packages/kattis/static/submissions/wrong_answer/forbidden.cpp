#include <algorithm>
#include <iostream>
int main() { int n, best = -1000; while (std::cin >> n) best = std::max(best, n); std::cout << best << "\n"; }
