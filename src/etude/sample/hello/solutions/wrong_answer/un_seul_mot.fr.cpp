#include <iostream>
#include <string>

int main() {
    std::string prenom;
    std::cin >> prenom;
    std::cout << "Bonjour, " << prenom << " !" << std::endl;
    return 0;
}
