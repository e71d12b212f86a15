#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char **argv) {
    std::ifstream file(argv[2]);
    if (argc != 5 || !file) return 1;
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::string folder = argv[3];
    std::ofstream(folder + "judgemessage.txt") << text.size() << " bytes\n";
    if (text.size() > 400) return 43;
    if (text.size() > std::stoul(argv[4])) std::ofstream(folder + "score.txt") << 5;
    return 42;
}
