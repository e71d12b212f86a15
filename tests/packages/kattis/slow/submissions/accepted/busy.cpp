#include <bits/stdc++.h>
int main() { long long n; std::cin >> n; volatile long long k = 0; for (int i = 0; i < 60000000; i++) k = k + 1; std::cout << 2 * n << std::endl; }
