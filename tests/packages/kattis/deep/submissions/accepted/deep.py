import sys
sys.setrecursionlimit(10**6)

def deep(n):
    return 0 if n == 0 else deep(n - 1) + 1

print(deep(int(input())))
