#include <fstream>
#include <iostream>
#include "rule.h"

int main(int argc, char **argv) {
    if (argc != 4) return 9;
    std::ifstream in(argv[1]), out(argv[2]), answer(argv[3]);
    long n, a, b, c, d;
    in >> n;
    if (!(answer >> c >> d) || c * d != n) return 8;
    if (!(out >> a >> b)) return WRONG;
    if (a == 99) return 3;
    return fits(a, b, n) ? RIGHT : WRONG;
}
