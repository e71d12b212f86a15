#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
int main(int, char **argv) {
    std::ifstream answer(argv[2]);
    long best, found;
    answer >> best;
    if (!(std::cin >> found) || found > best || found < 0) return 43;
    std::ofstream(std::string(argv[3]) + "score.txt") << 25.0 * found / best << "\n";
    return 42;
}
