#include <iostream>

int main() {
    double hauteur;
    int pourcentage;
    std::cin >> hauteur >> pourcentage;
    int rebonds = 0;

    // À vous : répétez tant que la balle remonte assez haut.

    std::cout << rebonds << std::endl;
    return 0;
}
