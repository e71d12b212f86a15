number = int(input())
assert number >= 0
print(2 * number)
