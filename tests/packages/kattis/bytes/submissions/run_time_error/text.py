import sys
print(len(sys.stdin.read().encode("ascii")))
