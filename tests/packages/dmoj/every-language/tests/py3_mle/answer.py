x = [0] * 400_000_000
print(len(x))
