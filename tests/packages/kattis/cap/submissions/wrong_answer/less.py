print("x" * (int(input()) - 1), end="")
