scale = ["do", "ré", "mi", "fa", "sol", "la", "si"]
start = scale.index(input())
print(" ".join(scale[(start + i) % 7] for i in range(7)))
