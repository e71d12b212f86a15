#include <iostream>

int main() {
    double height;
    int percentage;
    std::cin >> height >> percentage;
    int bounces = 0;
    while (height >= 1) {
        std::cin >> percentage;
    }
    std::cout << bounces << std::endl;
    return 0;
}
