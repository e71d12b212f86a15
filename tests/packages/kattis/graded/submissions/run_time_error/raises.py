n = int(input())
if n != 3 and n < 5000:
    raise ValueError
print(2 * n)
