#include <iostream>

int main() {
    double height;
    int percentage;
    std::cin >> height >> percentage;
    int bounces = 0;

    // Your turn: repeat as long as the ball rises high enough.

    std::cout << bounces << std::endl;
    return 0;
}
