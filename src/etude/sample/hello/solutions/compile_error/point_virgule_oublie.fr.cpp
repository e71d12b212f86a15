#include <iostream>
#include <string>

int main() {
    std::string prenom;
    std::getline(std::cin, prenom);
    std::cout << "Bonjour, " << prenom << " !" << std::endl
    return 0;
}
