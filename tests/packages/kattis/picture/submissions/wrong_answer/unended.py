print("\n".join(" ".join("X" * (i + 1)) for i in range(int(input()))), end="")
