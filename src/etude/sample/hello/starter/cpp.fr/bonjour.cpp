#include <iostream>
#include <string>

int main() {
    // La ligne que l’on tape est gardée sous le nom « prenom ».
    std::string prenom;
    std::getline(std::cin, prenom);

    // À vous : il manque le prénom dans la salutation.
    std::cout << "Bonjour !" << std::endl;
    return 0;
}
