#include <iostream>

int main() {
    double height;
    int percentage;
    std::cin >> height >> percentage;
    int bounces = 0;
    height = height * percentage / 100;
    while (height >= 1) {
        bounces++;
        height = height * percentage / 100;
    }
    std::cout << bounces << std::endl;
    return 0;
}
