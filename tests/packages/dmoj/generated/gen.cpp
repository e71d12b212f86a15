#include "gen.h"
int main(int argc, char **argv) {
    int n = std::atoi(argv[1]);
    std::printf("%d %d\n", n, BASE);
    std::fprintf(stderr, "%d\n", n * BASE );
    return argc > 2 && argv[2][1] != ' ';
}
