n = int(input())
print(2 * n if 0 < n < 100 else 0)
