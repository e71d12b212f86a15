#include <iostream>

int main() {
    double height;
    int percentage;
    std::cin >> height >> percentage;
    int bounces = 0;
    while (height >= 1) {
        height = height * percentage / 100;
        bounces++;
    }
    double bounces = 0;
    std::cout << bounces << std::endl;
    return 0;
}
