print("x" * int(input()), end="")
