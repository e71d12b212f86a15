int main() { return std::nothing; }
