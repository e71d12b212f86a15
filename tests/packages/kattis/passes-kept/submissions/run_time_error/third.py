n = int(input())
assert n % 100 < 7 or n % 100 > 97
print(n)
assert n != 100
