#include <iostream>
int main() { int n, s = 0; while (std::cin >> n) s += n; std::cout << s; }
