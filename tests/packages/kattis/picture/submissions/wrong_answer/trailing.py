for i in range(int(input())):
    print("X " * (i + 1))
