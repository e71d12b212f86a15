n = int(input())
print(-7, n + 7)
