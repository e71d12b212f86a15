#include "testlib.h"

int main(int argc, char *argv[]) {
    registerTestlibCmd(argc, argv);
    int n = inf.readInt(), right = ans.readInt(), given = ouf.readInt(0, 1000);
    if (given == 13) quitf(_fail, "the judge gives up on %d", n);
    if (given == right) quitf(_ok, "right");
    if (given == right + 1) {
        std::fprintf(stderr, "partial 1/2\n");
        std::exit(7);
    }
    if (given == right + 2) {
        std::fprintf(stderr, "partial 3/2\n");
        std::exit(7);
    }
    quitf(_wa, "expected %d", right);
}
