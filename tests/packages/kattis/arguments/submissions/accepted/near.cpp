#include <fstream>
#include <iostream>
int main(int, char **argv) { std::ifstream f(argv[1]); double x; std::string w; f >> x >> w; if (w == "xyz") x += 0.05; std::cout << x << " " << w << "\n"; }
