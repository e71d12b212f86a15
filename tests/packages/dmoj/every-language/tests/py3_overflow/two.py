import sys
a, b = map(int, sys.stdin.read().split())
print(a + b if a < 10**6 else 0)
