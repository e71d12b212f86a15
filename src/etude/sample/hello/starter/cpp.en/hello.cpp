#include <iostream>
#include <string>

int main() {
    // The line that is typed is kept under the name "name".
    std::string name;
    std::getline(std::cin, name);

    // Your turn: the name is missing from the greeting.
    std::cout << "Hello!" << std::endl;
    return 0;
}
