#include <fstream>
int main() { int n; std::ifstream("square.inp") >> n; std::ofstream("square.out") << n; }
