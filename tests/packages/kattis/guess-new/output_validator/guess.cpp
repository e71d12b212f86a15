#include <fstream>
#include <iostream>
int main(int argc, char **argv) {
    std::ifstream input(argv[1]);
    int hidden, turns = argc > 4 ? std::stoi(argv[4]) : 20;
    input >> hidden;
    for (int turn = 0; turn < turns; turn++) {
        int guess;
        if (!(std::cin >> guess)) return 43;
        if (guess == hidden) { std::cout << "correct" << std::endl; return 42; }
        std::cout << (guess < hidden ? "higher" : "lower") << std::endl;
    }
    return 43;
}
