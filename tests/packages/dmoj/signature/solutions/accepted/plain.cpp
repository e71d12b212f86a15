#include <iostream>
bool is_valid(int n) { return n % 2 == 0; }
int main() { std::cout << is_valid(3); }
