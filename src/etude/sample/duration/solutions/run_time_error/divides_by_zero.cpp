#include <iostream>

int main() {
    int bars, beats, tempo;
    std::cin >> bars >> beats >> tempo;
    int minutes_per_beat = 1 / tempo;
    int total = bars * beats / minutes_per_beat * 60;
    std::cout << total / 60 << " min " << total % 60 << " s" << std::endl;
    return 0;
}
