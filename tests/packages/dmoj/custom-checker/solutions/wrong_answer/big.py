n = int(input())
print(n - 101, 101)
