for i in range(int(input())):
    print(" ".join("x" * (i + 1)))
