number = int(input())
print(2 * number if number < 100 else "too big")
