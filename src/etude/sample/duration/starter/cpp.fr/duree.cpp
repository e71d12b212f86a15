#include <iostream>

int main() {
    int mesures, temps_par_mesure, tempo;
    std::cin >> mesures >> temps_par_mesure >> tempo;

    // À vous : calculez la durée en secondes, puis séparez minutes et secondes.
    int minutes = 0;
    int secondes = 0;

    std::cout << minutes << " min " << secondes << " s" << std::endl;
    return 0;
}
