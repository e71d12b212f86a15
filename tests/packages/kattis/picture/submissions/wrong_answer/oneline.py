for i in range(int(input())):
    print(" ".join("X" * (i + 1)), end=" ")
