n = int(input())
assert n != 2
print(n)
