#include <iostream>

int main() {
    int bars, beats, tempo;
    std::cin >> bars >> beats >> tempo;
    int total = bars * beats * 60 / tempo;
    std::cout << total / 60 << " min " << total % 60 << " s" << std::endl;
    return 0;
}
