#include <iostream>

int main() {
    int bars, beats_per_bar, tempo;
    std::cin >> bars >> beats_per_bar >> tempo;

    // Your turn: work out the time in seconds, then split it into minutes and seconds.
    int minutes = 0;
    int seconds = 0;

    std::cout << minutes << " min " << seconds << " s" << std::endl;
    return 0;
}
