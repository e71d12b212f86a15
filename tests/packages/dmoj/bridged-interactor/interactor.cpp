#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) {
    FILE *in = std::fopen(argv[1], "r");
    int n, guess, guesses = 0;
    if (argc != 3 || std::fscanf(in, "%d", &n) != 1) return 9;
    while (std::scanf("%d", &guess) == 1) {
        guesses++;
        if (guess == -5) return 4;
        std::puts(guess == n ? "OK" : guess > n ? "FLOATS" : "SINKS");
        std::fflush(stdout);
        if (guess == n) return guesses <= 12 ? 0 : 1;
    }
    return 1;
}
