#include "testlib.h"
#include <iostream>

int main(int argc, char *argv[]) {
    registerInteraction(argc, argv);
    int n = inf.readInt();
    for (int turn = 1;; turn++) {
        int guess = ouf.readInt(1, 1000);
        std::cout << (guess == n ? "OK" : guess > n ? "FLOATS" : "SINKS") << std::endl;
        if (guess == n) quitf(turn <= 12 ? _ok : _wa, "%d turns", turn);
    }
}
