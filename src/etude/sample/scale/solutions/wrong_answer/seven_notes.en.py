scale = ["do", "re", "mi", "fa", "sol", "la", "ti"]
start = scale.index(input())
print(" ".join(scale[(start + i) % 7] for i in range(7)))
