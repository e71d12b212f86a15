n = int(input())
while n == 5:
    pass
print(n * 3)
